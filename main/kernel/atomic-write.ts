import { randomUUID } from 'node:crypto';
import { close, closeSync, fsync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { listNames } from './folders.ts';
import { asWriteFailure, systemErrorCode } from './system-error.ts';

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

/** A whole file in its place, still open, that a power cut may yet take or leave empty. */
export type PlacedFile = { readonly path: string; readonly descriptor: number };

/**
 * The same for a small file and a process that has nothing else to do meanwhile, without the fsyncs: those are left to makeLasting,
 * which must be given the result, since the file stays open for it. Throws as writeFileAtomically.
 */
export function placeFile(path: string, bytes: Uint8Array): PlacedFile {
  return { path, descriptor: place(path, bytes, (descriptor) => descriptor) };
}

/**
 * A small file that can be made again out of others: whole or not there for every process, but a power cut may take it or leave it
 * empty. Throws as writeFileAtomically.
 */
export function placeDerivedFile(path: string, bytes: Uint8Array): void {
  place(path, bytes, closeSync);
}

function place<T>(path: string, bytes: Uint8Array, finish: (descriptor: number) => T): T {
  const temporary = `${path}.${randomUUID()}.tmp`;
  let descriptor: number | null = null;
  try {
    descriptor = openNew(temporary);
    for (let done = 0; done < bytes.byteLength; ) done += writeSync(descriptor, bytes, done);
    renameSync(temporary, path);
    return finish(descriptor);
  } catch (error) {
    if (descriptor !== null) closeSync(descriptor);
    rmSync(temporary, { force: true });
    throw asWriteFailure(path, error);
  }
}

/** Makes the folder where it is not there. */
function openNew(path: string): number {
  try {
    return openSync(path, 'wx');
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, 'wx');
  }
}

/**
 * Makes placed files outlast a power cut, and closes them all, whatever happens. Many at once, since file systems then share the
 * work: some ten times faster than one after the other. Throws as writeFileAtomically.
 */
export async function makeLasting(files: readonly PlacedFile[]): Promise<void> {
  const outcomes = await Promise.allSettled(files.map(syncAndClose));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  for (const folder of new Set(files.map(({ path }) => dirname(path)))) await syncFolder(folder);
}

function syncAndClose({ path, descriptor }: PlacedFile): Promise<void> {
  return new Promise((resolve, reject) => {
    fsync(descriptor, (unsynced) =>
      close(descriptor, (unclosed) => {
        const failure = unsynced ?? unclosed;
        if (failure) reject(asWriteFailure(path, failure));
        else resolve();
      }),
    );
  });
}

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let done = 0; done < chunk.byteLength; ) {
    const { bytesWritten } = await handle.write(chunk, done, chunk.byteLength - done);
    done += bytesWritten;
  }
}

/** Makes a rename in this folder last through a power cut; Windows has no such call and needs none. */
export async function syncFolder(folder: string): Promise<void> {
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
