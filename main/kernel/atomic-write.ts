import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { listNames } from './folders.ts';
import { asWriteFailure } from './system-error.ts';

const TEMPORARY = /\.[0-9a-f-]{36}\.tmp$/;

/**
 * Writes a file as a whole or not at all: temporary file beside it, fsync, rename, fsync of the folder.
 *
 * chunks: the bytes in order; they are not changed. Makes the folder. Throws DISK_FULL or FILE_PERMISSION; in every
 * failure the temporary file is removed and an older file of that name stays as it was.
 */
export async function writeFileAtomically(
  path: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`; // the name is no part of any result, so no seed is needed
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(temporary, 'wx');
    try {
      for await (const chunk of chunks) await writeAll(handle, chunk);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined); // the first failure is the one to report
    throw asWriteFailure(path, error);
  }
}

/**
 * The same for a small file and a process that has nothing else to do meanwhile, without the fsyncs: those are left to a later
 * makeLasting, and until then a power cut may take the file, or leave it empty. Some five times faster. Throws as writeFileAtomically.
 */
export function placeFile(path: string, bytes: Uint8Array): void {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, bytes, { flag: 'wx' });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw asWriteFailure(path, error);
  }
}

/**
 * Makes files that were put there by placeFile outlast a power cut, many at once: file systems then share the work, and
 * it is some ten times faster than one after the other. Throws as writeFileAtomically.
 */
export async function makeLasting(paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map(syncFile));
  for (const folder of new Set(paths.map((path) => dirname(path)))) await syncFolder(folder);
}

async function syncFile(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r+'); // Windows flushes only what may be written
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw asWriteFailure(path, error);
  }
}

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let done = 0; done < chunk.byteLength; ) {
    const { bytesWritten } = await handle.write(chunk, done, chunk.byteLength - done);
    done += bytesWritten;
  }
}

/** Makes a rename in this folder last through a power cut; Windows has no such call and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes what interrupted writes left in a folder; returns the names. Only the folder's one writer may call it. */
export async function removeTemporaryFiles(folder: string): Promise<string[]> {
  const names = (await listNames(folder)).filter((name) => TEMPORARY.test(name));
  for (const name of names) await rm(join(folder, name), { force: true });
  return names;
}
