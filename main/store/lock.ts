import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { AppError } from '../../shared/contract/errors.ts';
import { isAlive, readStartMarker } from '../kernel/process-identity.ts';
import { openFile, toStoreError } from './statements.ts';

const Endpoint = z.strictObject({ port: z.int().min(1).max(65_535), token: z.string().min(16).max(200) });
export type Endpoint = z.infer<typeof Endpoint>;

const LockContent = z.strictObject({
  pid: z.int().positive(),
  startMarker: z.string().max(200).nullable(),
  nonce: z.string().max(64), // tells two locks of one process apart
  endpoint: Endpoint.nullable(), // null until the owner listens
});
type LockContent = z.infer<typeof LockContent>;

export type OwnedLock = {
  readonly kind: 'owner';
  readonly publish: (endpoint: Endpoint) => void;
  readonly release: () => void; // may be called more than once
};
export type HeldLock = { readonly kind: 'held' } & Endpoint;

const OPENING_MS = 30_000; // of a large project on a machine that does other things too

/**
 * Takes the project lock `thaw.lock` (JSON, mode 0600), or tells where its living owner listens.
 *
 * A lock whose process is dead, or whose pid now belongs to another process, is taken over. Reading, judging and
 * replacing happen under a lock of the operating system on `thaw.lock.mutex`, so two processes cannot both take over.
 * An owner that does not listen yet is waited for up to `waitMs`, then PROJECT_LOCKED.
 */
export async function acquireLock(
  folder: string,
  options: { readonly pid: number; readonly waitMs?: number },
): Promise<OwnedLock | HeldLock> {
  const deadline = performance.now() + (options.waitMs ?? OPENING_MS);
  for (;;) {
    const result = tryAcquire(folder, options.pid);
    if ('kind' in result) return result;
    if (performance.now() >= deadline) {
      throw new AppError(
        'PROJECT_LOCKED',
        `${folder}: process ${result.pid} has this project open and does not answer. Close that Thaw and try again.`,
      );
    }
    await sleep(50);
  }
}

function tryAcquire(folder: string, pid: number): OwnedLock | HeldLock | LockContent {
  const file = path.join(folder, 'thaw.lock');
  return withMutex(file, () => {
    const found = readLock(file);
    if (found !== null && isHeld(found)) return found.endpoint === null ? found : { kind: 'held', ...found.endpoint };
    rmSync(file, { force: true });
    const content = { pid, startMarker: readStartMarker(pid), nonce: randomBytes(12).toString('hex'), endpoint: null };
    writeExclusively(file, content);
    return ownedLock(file, content);
  });
}

function ownedLock(file: string, content: LockContent): OwnedLock {
  const isOurs = (): boolean => readLock(file)?.nonce === content.nonce;
  return {
    kind: 'owner',
    publish: (endpoint) =>
      withMutex(file, () => {
        if (!isOurs())
          throw new AppError('PROJECT_LOCKED', `${file}: the lock is not ours any more. Open the project again.`);
        const next = `${file}.next`;
        rmSync(next, { force: true });
        writeExclusively(next, { ...content, endpoint: Endpoint.parse(endpoint) });
        renameSync(next, file);
      }),
    release: () =>
      withMutex(file, () => {
        if (isOurs()) rmSync(file, { force: true });
      }),
  };
}

/** The lock as written; null where there is none or it cannot be read (its writer died: writers hold the mutex). */
function readLock(file: string): LockContent | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw toStoreError(error, file);
  }
  try {
    return LockContent.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function isHeld(lock: LockContent): boolean {
  if (!isAlive(lock.pid)) return false;
  const marker = readStartMarker(lock.pid);
  return lock.startMarker === null || marker === null || marker === lock.startMarker;
}

/** Whole, or not there: a full disk leaves no empty lock behind. */
function writeExclusively(file: string, content: LockContent): void {
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    writeFileSync(descriptor, JSON.stringify(content));
    fsyncSync(descriptor);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** Runs `work` under an exclusive SQLite lock on an empty file: it ends with the process, on every platform. */
function withMutex<T>(file: string, work: () => T): T {
  try {
    const mutex = openFile(`${file}.mutex`, { timeout: 5000 });
    try {
      mutex.exec('BEGIN EXCLUSIVE');
      return work();
    } finally {
      mutex.close(); // rolls back and unlocks; nothing was written
    }
  } catch (error) {
    throw toStoreError(error, file);
  }
}
