/** Folders that are there as a whole or not at all: written under another name, then renamed. */
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncFolder } from './atomic-write.ts';
import { listNames } from './folders.ts';
import { asWriteFailure, systemErrorCode } from './system-error.ts';

const ARRIVING = /^\.arriving-[0-9a-f-]{36}$/;
const LEFT_OVER_MS = 24 * 3600 * 1000;

/**
 * Lets `write` fill a new folder beside `place`, which then takes that name; what stood there before goes.
 *
 * `write` answers whether it is to be kept; where not, or where it throws, nothing is left of it and the old one stays.
 * The files in it are `write`'s own to make lasting. Throws DISK_FULL, FILE_PERMISSION.
 */
export async function writeFolderAtomically(place: string, write: (folder: string) => Promise<boolean>): Promise<void> {
  const parent = dirname(place);
  const arriving = join(parent, `.arriving-${randomUUID()}`);
  try {
    await mkdir(arriving, { recursive: true });
    await removeLeftOvers(parent);
    if (!(await write(arriving))) return;
    await replaceFolder(arriving, place);
    await syncFolder(parent);
  } catch (error) {
    throw asWriteFailure(place, error);
  } finally {
    await rm(arriving, { recursive: true, force: true });
  }
}

async function replaceFolder(arriving: string, place: string): Promise<void> {
  const old = join(dirname(place), `.arriving-${randomUUID()}`);
  try {
    await rename(place, old);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  }
  await rename(arriving, place);
  await rm(old, { recursive: true, force: true });
}

/** Of processes that were killed. */
async function removeLeftOvers(parent: string): Promise<void> {
  for (const name of await listNames(parent)) {
    if (!ARRIVING.test(basename(name))) continue;
    const path = join(parent, name);
    const stats = await stat(path).catch(() => null);
    if (stats !== null && Date.now() - stats.mtimeMs > LEFT_OVER_MS) await rm(path, { recursive: true, force: true });
  }
}
