/** One file to another name, never over another file, and with its times. */
import { constants, copyFile, lstat, open, rename, unlink, utimes } from 'node:fs/promises';
import { asWriteFailure, systemErrorCode } from '../kernel/system-error.ts';
import type { FileMark } from './journal.ts';

/** null: there is nothing of that name. */
export async function findMark(path: string): Promise<FileMark | null> {
  try {
    const { size, mtimeNs } = await lstat(path, { bigint: true });
    return { bytes: Number(size), modifiedNs: `${mtimeNs}` };
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR') return null;
    throw error;
  }
}

/** Of the same size and the same time, to the microsecond that a copy's can be set to. */
export function isAlike(a: FileMark, b: FileMark): boolean {
  const apart = BigInt(a.modifiedNs) - BigInt(b.modifiedNs);
  return a.bytes === b.bytes && apart < 2000n && apart > -2000n;
}

/** Where a copy grows until it is whole: a name that nobody else has. */
export const partOf = (path: string, sortId: string): string => `${path}.${sortId}.part`;

/**
 * Takes the name `to` by an empty file, then renames over it. False: the name is taken already, nothing was done.
 *
 * Across disks `copyAcross` is used: copied, compared, and only then removed.
 */
export async function moveFile(from: string, to: string, sortId: string): Promise<boolean> {
  if (!(await reserve(to))) return false;
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    await unlink(to);
    if (systemErrorCode(error) !== 'EXDEV') throw asWriteFailure(to, error);
  }
  if (!(await copyWhole(from, to, sortId))) return false;
  if (!(await haveSameBytes(from, to))) {
    await unlink(to);
    throw new Error(`${to}: the copy is not the same as ${from}. Check the disk.`);
  }
  await unlink(from);
  return true;
}

/** False: the name is taken already. The copy has the original's times and is on the disk before it has its name. */
export async function copyWhole(from: string, to: string, sortId: string): Promise<boolean> {
  const part = partOf(to, sortId);
  try {
    await copyFile(from, part, constants.COPYFILE_FICLONE);
    await finishCopy(from, part);
    if (!(await reserve(to))) {
      await unlink(part);
      return false;
    }
    await rename(part, to);
    return true;
  } catch (error) {
    await unlink(part).catch(() => undefined); // the first failure is the one to report
    throw asWriteFailure(to, error);
  }
}

async function finishCopy(from: string, part: string): Promise<void> {
  const { atimeMs, mtimeMs } = await lstat(from);
  const handle = await open(part, 'r+');
  try {
    await handle.utimes(atimeMs / 1000, mtimeMs / 1000);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes an empty file; false where the name is taken. */
async function reserve(path: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx');
    await handle.close();
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw asWriteFailure(path, error);
  }
}

const PIECE_BYTES = 1024 * 1024;

/** Byte for byte. */
export async function haveSameBytes(a: string, b: string): Promise<boolean> {
  const first = await open(a, 'r');
  try {
    const second = await open(b, 'r');
    try {
      const [left, right] = [Buffer.allocUnsafe(PIECE_BYTES), Buffer.allocUnsafe(PIECE_BYTES)];
      for (let at = 0; ; ) {
        const [one, other] = await Promise.all([
          first.read(left, 0, PIECE_BYTES, at),
          second.read(right, 0, PIECE_BYTES, at),
        ]);
        if (one.bytesRead !== other.bytesRead) return false;
        if (one.bytesRead === 0) return true;
        if (!left.subarray(0, one.bytesRead).equals(right.subarray(0, one.bytesRead))) return false;
        at += one.bytesRead;
      }
    } finally {
      await second.close();
    }
  } finally {
    await first.close();
  }
}

/** A folder's times, to the microsecond. */
export async function setTimes(path: string, accessedMs: number, modifiedMs: number): Promise<void> {
  await utimes(path, accessedMs / 1000, modifiedMs / 1000);
}
