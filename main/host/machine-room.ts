/** What the machine has to give: disk, memory, and what the project's feature cache takes already. */
import { readdir, stat, statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../shared/contract/errors.ts';
import type { RunConfig } from '../../shared/domain/run.ts';
import { findNetwork } from '../../shared/networks/registry.ts';
import { withClasses } from '../../shared/networks/split.ts';
import { judgeRoom, type MachineRoom } from '../../shared/planning/room.ts';
import { stageCost } from '../../shared/planning/stage-costs.ts';
import { systemErrorCode } from '../kernel/system-error.ts';

export type RoomFolders = { readonly project: string; readonly features: string };

export async function measureRoom({ project, features }: RoomFolders): Promise<MachineRoom> {
  const disk = await statfs(project);
  return {
    freeDiskBytes: disk.bavail * disk.bsize,
    cachedBytes: await folderBytes(features),
    memoryBytes: usableMemory(),
  };
}

/** The machine's, or less where this process may not use all of it (a container). */
function usableMemory(): number {
  const allowed = process.constrainedMemory();
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
}

async function folderBytes(folder: string): Promise<number> {
  let names: string[];
  try {
    names = await readdir(folder, { recursive: true });
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return 0;
    throw error;
  }
  let bytes = 0;
  for (const name of names) bytes += await fileBytes(join(folder, name));
  return bytes;
}

async function fileBytes(file: string): Promise<number> {
  try {
    const found = await stat(file);
    return found.isFile() ? found.size : 0;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return 0; // an engine may be at work there
    throw error;
  }
}

export type RoomRequest = Pick<RunConfig, 'backbone' | 'frozenThrough' | 'recipe'> & {
  readonly classCount: number;
  readonly photos: number; // train and validation; with stored views, rows of the cache (see cachedRows)
};

/**
 * Before a training starts: throws DISK_FULL or MEMORY_SHORT where it surely cannot fit; a batch that is too large is told.
 *
 * What the cache already holds is not known here, so that a tight disk is left to the engine, which counts exactly
 * what is missing before it computes.
 */
export function requireRoom(request: RoomRequest, room: MachineRoom, note: (text: string) => void): void {
  const { backbone, frozenThrough, recipe, photos, classCount } = request;
  const network = withClasses(findNetwork(backbone), classCount);
  const verdict = judgeRoom(stageCost(network, frozenThrough, { photos, views: 1, recipe }), room, recipe.batchSize);
  const where = `${network.title}, frozen through ${frozenThrough}`;
  if (verdict.kind === 'disk-short') throw new AppError('DISK_FULL', `${where}: ${verdict.advice}`);
  if (verdict.kind === 'memory-short') throw new AppError('MEMORY_SHORT', `${where}: ${verdict.advice}`);
  if (verdict.kind === 'batch-too-large') note(`${where}: ${verdict.advice}`);
}
