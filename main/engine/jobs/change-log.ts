/** The changes that a training made on its way, kept beside its checkpoints so that they can be made again. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../shared/contract/errors.ts';
import { writeFileAtomically } from '../../kernel/atomic-write.ts';
import { systemErrorCode } from '../../kernel/system-error.ts';
import { MemoryChange } from '../training/snapshot.ts';

const FILE = 'changes.json';
const Changes = z.array(MemoryChange).max(1000);

export type ChangeLog = {
  readonly made: () => readonly MemoryChange[]; // also before this process
  readonly add: (change: MemoryChange) => Promise<void>; // on the disk before it resolves
};

/** `isNew`: what an earlier training left in the folder is forgotten. Throws CHECKPOINT_DAMAGED, DISK_FULL. */
export async function openChangeLog(runFolder: string, isNew: boolean): Promise<ChangeLog> {
  const file = join(runFolder, FILE);
  if (isNew) await rm(file, { force: true });
  const known = isNew ? [] : await readChanges(file);
  return {
    made: () => known.slice(),
    add: async (change) => {
      known.push(change);
      await writeFileAtomically(file, [Buffer.from(JSON.stringify(known), 'utf8')]);
    },
  };
}

async function readChanges(file: string): Promise<MemoryChange[]> {
  try {
    return Changes.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
    const message = `${file}: it cannot be read, so the run cannot be repeated as it was. Train a new run instead.`;
    throw new AppError('CHECKPOINT_DAMAGED', message, { cause: error });
  }
}
