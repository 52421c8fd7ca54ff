import { readdir, statfs } from 'node:fs/promises';
import { AppError } from '../../shared/contract/errors.ts';
import { systemErrorCode } from './system-error.ts';

/** The names in a folder, sorted; none when the folder is not there. */
export async function listNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
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
    `The disk needs ${megabytes(bytesNeeded + reserveBytes)} free, of which ${megabytes(reserveBytes)} stay in reserve, and has ` +
      `${megabytes(freeBytes)}. Free some space or move the project to a larger disk.\nFor: ${folder}`,
  );
}
