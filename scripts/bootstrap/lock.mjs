import { mkdirSync, readFileSync, rmdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { note } from './note.mjs';

const HEARTBEAT_MS = 5_000;
/** A lock whose holder has not touched it for this long is stale (another machine, or a process id used again). */
const STALE_AFTER_MS = 60_000;
const POLL_MS = 150;

/**
 * Runs `work` while holding a lock file, which other processes of this user wait for.
 * The file holds the process id and the host; a dead holder's lock is broken.
 * @template T
 * @param {string} path the folder is made where it is missing
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, work) {
  mkdirSync(dirname(path), { recursive: true });
  let isAnnounced = false;
  while (!isAcquired(path)) {
    if (isStale(path, Date.now())) breakLock(path);
    else {
      if (!isAnnounced) note(`waiting for another set-up that is at work (${path})`);
      isAnnounced = true;
      await sleep(POLL_MS);
    }
  }
  const heartbeat = setInterval(() => touch(path), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    rmSync(path, { force: true });
  }
}

/**
 * True where the holder of a lock is dead (same host), or silent for a minute.
 * @param {string} path
 * @param {number} nowMs
 * @returns {boolean} false too where there is no lock any more
 */
export function isStale(path, nowMs) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return false;
  if (nowMs - found.mtimeMs > STALE_AFTER_MS) return true;
  const holder = findHolder(path);
  return holder !== undefined && holder.host === hostname() && !isAlive(holder.processId);
}

/**
 * @param {string} path
 * @returns {boolean}
 */
function isAcquired(path) {
  try {
    writeFileSync(path, `${process.pid} ${hostname()}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Removes a stale lock. Only one process at a time may do so (mkdir is the gate), and it looks again inside the gate:
 * otherwise two that saw the same stale lock could remove each other's fresh one.
 * @param {string} path
 */
function breakLock(path) {
  const gate = `${path}.breaking`;
  try {
    mkdirSync(gate);
  } catch {
    const found = statSync(gate, { throwIfNoEntry: false });
    if (found !== undefined && Date.now() - found.mtimeMs > STALE_AFTER_MS)
      rmSync(gate, { recursive: true, force: true });
    return;
  }
  if (isStale(path, Date.now())) rmSync(path, { force: true });
  rmdirSync(gate);
}

/**
 * @param {string} path
 * @returns {{ processId: number, host: string } | undefined} undefined while the holder is still writing it
 */
function findHolder(path) {
  try {
    const match = /^(\d+) (\S+)\n$/.exec(readFileSync(path, 'utf8'));
    return match === null ? undefined : { processId: Number(match[1]), host: String(match[2]) };
  } catch {
    return undefined;
  }
}

/**
 * @param {number} processId
 * @returns {boolean}
 */
function isAlive(processId) {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** @param {string} path */
function touch(path) {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // the lock was removed by hand: the work goes on, its results are put in place atomically
  }
}
