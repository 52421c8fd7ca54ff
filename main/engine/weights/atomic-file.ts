import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../../shared/contract/errors.ts';

const TEMPORARY = /\.[0-9a-f-]{36}\.tmp$/;

/** The code of a system error ('ENOENT'), or '' for anything else. */
export function systemCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return typeof code === 'string' ? code : '';
}

/**
 * Writes a file as a whole or not at all: temporary file beside it, fsync, rename, fsync of the folder.
 *
 * chunks: the bytes in order; they are not changed. Throws DISK_FULL when the disk is full and FILE_PERMISSION when the
 * folder may not be written; in every failure the temporary file is removed and an older file stays as it was.
 */
export async function writeFileAtomically(file: string, chunks: Iterable<Uint8Array>): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`; // the name is no part of any result, so no seed is needed
  try {
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(temporary, 'wx');
    try {
      for (const chunk of chunks) await writeAll(handle, chunk);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined); // the first failure is the one to report
    throw asWriteFailure(file, error);
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

function asWriteFailure(file: string, error: unknown): unknown {
  const code = systemCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError(
      'DISK_FULL',
      `${file}: could not be written, the disk is full (${code}). Nothing was damaged; free some space and try again.`,
      { cause: error },
    );
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new AppError(
      'FILE_PERMISSION',
      `${file}: could not be written (${code}). Allow writing to this folder, or choose another project folder.`,
      { cause: error },
    );
  }
  return error;
}

/** Removes what interrupted writes left in a folder; returns the names. Only the folder's one writer may call it. */
export async function removeTemporaryFiles(folder: string): Promise<string[]> {
  const names = (await listNames(folder)).filter((name) => TEMPORARY.test(name));
  for (const name of names) await rm(join(folder, name), { force: true });
  return names;
}

/** The names in a folder, sorted; none when the folder is not there. */
export async function listNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Throws DISK_FULL unless the disk of an existing folder has bytesNeeded + reserveBytes free; reserve for the rest of the app. */
export async function ensureFreeSpace(folder: string, bytesNeeded: number, reserveBytes: number): Promise<void> {
  const disk = await statfs(folder);
  const freeBytes = disk.bavail * disk.bsize;
  if (freeBytes >= bytesNeeded + reserveBytes) return;
  const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
  throw new AppError(
    'DISK_FULL',
    `${basename(folder)}: ${megabytes(bytesNeeded)} (and ${megabytes(reserveBytes)} in reserve) are needed on the disk of ` +
      `${folder}, ${megabytes(freeBytes)} are free. Free some space or move the project to a larger disk.`,
  );
}
