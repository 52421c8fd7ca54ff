/** What the project takes on the disk, and making room. */
import { lstat, opendir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandOutput } from '../../../shared/contract/commands.ts';
import type { StoragePart } from '../../../shared/contract/machine.ts';
import { listNames } from '../../kernel/folders.ts';
import { asWriteFailure, systemErrorCode } from '../../kernel/system-error.ts';
import { listBackups } from '../../store/backups.ts';
import { listRunsPutAway } from '../../store/run-book.ts';
import { deleteRun } from '../../store/runs.ts';
import { runFolder, type Session } from '../session.ts';

const MAX_FILES = 2_000_000; // counted of one folder; a project has far fewer
const KEPT_BACKUPS = 1;

type Size = { readonly bytes: number; readonly files: number };
export type CleanablePart = 'features' | 'previews' | 'deleted-runs' | 'backups';
const cleanable: ReadonlySet<StoragePart> = new Set(['features', 'previews', 'deleted-runs', 'backups']);

export async function summariseStorage(session: Session): Promise<CommandOutput<'storage.summary'>> {
  const { folder, folders } = session.project;
  const deleted = await sizeOfAll(deletedFolders(session));
  const runs = await sizeOf(folders.runs);
  const sizes: Readonly<Record<StoragePart, Size>> = {
    photos: await sizeOf(folders.images),
    thumbnails: await sizeOf(folders.thumbs),
    features: await sizeOf(folders.features),
    previews: await sizeOf(join(folder, 'previews')),
    runs: { bytes: Math.max(0, runs.bytes - deleted.bytes), files: Math.max(0, runs.files - deleted.files) },
    'deleted-runs': deleted,
    backups: await sizeOf(join(folder, 'backups')),
  };
  const disk = await statfs(folder);
  const parts = (Object.keys(sizes) as StoragePart[]).map((part) => ({
    part,
    ...sizes[part],
    isCleanable: cleanable.has(part),
  }));
  return { parts, freeBytes: disk.bavail * disk.bsize };
}

/**
 * Removes what can be made again, runs that were deleted, or all backups but the newest.
 *
 * Throws FILE_PERMISSION; the caller sees to it that no job uses the part.
 */
export async function cleanStorage(session: Session, part: CleanablePart): Promise<{ freedBytes: number }> {
  const { folder, folders } = session.project;
  switch (part) {
    case 'features':
      return { freedBytes: await emptyFolder(folders.features) };
    case 'previews':
      return { freedBytes: await emptyFolder(join(folder, 'previews')) };
    case 'backups':
      return {
        freedBytes: await removeAll(
          listBackups(join(folder, 'thaw.sqlite'))
            .slice(KEPT_BACKUPS)
            .map(({ file }) => file),
        ),
      };
    case 'deleted-runs':
      return { freedBytes: await removeDeletedRuns(session) };
  }
}

function deletedFolders(session: Session): string[] {
  return listRunsPutAway(session.project.database).map((runId) => runFolder(session, runId));
}

/** Folder before row: a run whose folder went is still listed as deleted, and the next cleaning ends it. */
async function removeDeletedRuns(session: Session): Promise<number> {
  let bytes = 0;
  for (const runId of listRunsPutAway(session.project.database)) {
    bytes += await removeAll([runFolder(session, runId)]);
    deleteRun(session.project.database, runId);
  }
  return bytes;
}

async function emptyFolder(folder: string): Promise<number> {
  return removeAll((await listNames(folder)).map((name) => join(folder, name)));
}

async function removeAll(paths: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const path of paths) {
    const size = await sizeOf(path);
    try {
      await rm(path, { recursive: true, force: true });
    } catch (error) {
      throw asWriteFailure(path, error);
    }
    bytes += size.bytes;
  }
  return bytes;
}

async function sizeOfAll(paths: readonly string[]): Promise<Size> {
  let total: Size = { bytes: 0, files: 0 };
  for (const path of paths) {
    const size = await sizeOf(path);
    total = { bytes: total.bytes + size.bytes, files: total.files + size.files };
  }
  return total;
}

/** A file's size, or that of all files below a folder; links are not followed, and what vanishes meanwhile is not counted. */
export async function sizeOf(path: string): Promise<Size> {
  const waiting = [path];
  let bytes = 0;
  let files = 0;
  for (let next = waiting.pop(); next !== undefined && files < MAX_FILES; next = waiting.pop()) {
    try {
      const found = await lstat(next);
      if (found.isFile()) {
        bytes += found.size;
        files += 1;
      } else if (found.isDirectory()) {
        for await (const entry of await opendir(next)) waiting.push(join(next, entry.name));
      }
    } catch (error) {
      if (!['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(systemErrorCode(error))) throw error;
    }
  }
  return { bytes, files };
}
