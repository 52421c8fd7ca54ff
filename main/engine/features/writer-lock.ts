import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../../shared/contract/errors.ts';
import { isAlive } from '../../kernel/process-identity.ts';
import { systemErrorCode } from '../../kernel/system-error.ts';

const LOCK_NAME = 'writer.lock'; // holds the process id

/**
 * Makes this process the only writer of a folder; returns how to give that up.
 *
 * The lock of a process that no longer runs, or from before the last boot, is taken over.
 * Throws PROJECT_LOCKED while another writer lives (also one of this process).
 */
export async function takeWriterLock(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const lock = join(folder, LOCK_NAME);
  for (let attempt = 0; attempt < 5; attempt++) {
    if (await createLock(lock)) return () => rm(lock, { force: true });
    const owner = await findOwner(lock);
    if (owner?.isAlive) {
      throw new AppError(
        'PROJECT_LOCKED',
        `${folder}: process ${owner.id} is writing to this cache. Wait for it to end or stop it, then try again.`,
      );
    }
    if (owner) await removeStaleLock(lock, owner.text);
  }
  throw new AppError('PROJECT_LOCKED', `${lock}: could not be taken, other processes want it too. Try again.`);
}

async function createLock(lock: string): Promise<boolean> {
  const complete = `${lock}.${randomUUID()}.tmp`; // link() makes the lock appear with its content, never empty
  try {
    const handle = await open(complete, 'wx');
    await handle.writeFile(String(process.pid)).finally(() => handle.close());
    await link(complete, lock).catch(async (error: unknown) => {
      if (!['EPERM', 'ENOTSUP', 'ENOSYS'].includes(systemErrorCode(error))) throw error; // exFAT has no hard links
      await writeFile(lock, String(process.pid), { flag: 'wx' });
    });
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST' || systemErrorCode(error) === 'ENOENT') return false; // taken, or swept away by its taker
    if (systemErrorCode(error) === 'ENOSPC')
      throw new AppError('DISK_FULL', `${lock}: the disk is full. Free some space and try again.`, { cause: error });
    throw error;
  } finally {
    await rm(complete, { force: true });
  }
}

type Owner = { readonly text: string; readonly id: number; readonly isAlive: boolean };

async function findOwner(lock: string): Promise<Owner | null> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(lock, 'utf8'), stat(lock)]);
    const id = Number.parseInt(text, 10);
    const bootedMs = Date.now() - uptime() * 1000; // only compared with a file's time, never part of a result
    const isBeingWritten = text === '' && Date.now() - mtimeMs < 10_000;
    const alive = isBeingWritten || (id > 0 && mtimeMs > bootedMs - 60_000 && isAlive(id));
    return { text, id, isAlive: alive };
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Moves a stale lock aside; puts it back when someone else had replaced it meanwhile. */
async function removeStaleLock(lock: string, staleText: string): Promise<void> {
  const aside = `${lock}.${randomUUID()}.tmp`;
  try {
    await rename(lock, aside);
    if ((await readFile(aside, 'utf8')) !== staleText) await link(aside, lock);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT' && systemErrorCode(error) !== 'EEXIST') throw error;
  } finally {
    await rm(aside, { force: true });
  }
}
