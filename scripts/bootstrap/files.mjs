import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/**
 * sha256 of a file as lower-case hex; streams, so that the lock's heartbeat goes on.
 * @param {string} path
 * @returns {Promise<string>}
 */
export async function sha256File(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/**
 * sha256 of a small text file, 'absent' where there is none.
 * @param {string} path
 * @returns {string}
 */
export function sha256Text(path) {
  return existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'absent';
}

/**
 * Replaces a file in one step: a reader sees the old or the new text, never half of it.
 * @param {string} path
 * @param {string} text
 */
export function writeAtomically(path, text) {
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

/**
 * Puts a finished folder in its place; what lay there (damaged, or it would not be replaced) goes.
 * @param {string} staged on the same file system as `place`
 * @param {string} place
 */
export function moveIntoPlace(staged, place) {
  const old = `${place}.old-${process.pid}-${randomBytes(4).toString('hex')}`;
  if (existsSync(place)) renameSync(place, old);
  renameSync(staged, place);
  rmSync(old, { recursive: true, force: true });
}

/**
 * The JSON of a file, or undefined where it is missing or damaged.
 * @param {string} path
 * @returns {unknown}
 */
export function findJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
