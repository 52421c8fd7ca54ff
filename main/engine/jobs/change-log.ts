/** The changes that a training made on its way, kept beside its checkpoints so that they can be made again. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../shared/contract/errors.ts';
import { writeFileAtomically } from '../../kernel/atomic-write.ts';
import { systemErrorCode } from '../../kernel/system-error.ts';
import { EarlyEnd, MemoryChange } from '../training/snapshot.ts';

const FILE = 'changes.json';
const Changes = z.strictObject({ memory: z.array(MemoryChange).max(1000), end: EarlyEnd.nullable() });
type Changes = z.infer<typeof Changes>;
/** Before a training could be asked to end early, only changes of memory were kept. */
const Kept = z.union([Changes, Changes.shape.memory.transform((memory): Changes => ({ memory, end: null }))]);

export type ChangeLog = {
  readonly made: () => readonly MemoryChange[]; // also before this process
  readonly add: (change: MemoryChange) => Promise<void>; // on the disk before it resolves
  readonly end: () => EarlyEnd | null; // where the training was asked to end
  readonly setEnd: (end: EarlyEnd) => Promise<void>; // on the disk before it resolves
};

/** `isNew`: what an earlier training left in the folder is forgotten. Throws CHECKPOINT_DAMAGED, DISK_FULL. */
export async function openChangeLog(runFolder: string, isNew: boolean): Promise<ChangeLog> {
  const file = join(runFolder, FILE);
  if (isNew) await rm(file, { force: true });
  let known: Changes = isNew ? nothing : await readChanges(file);
  const keep = async (changed: Partial<Changes>): Promise<void> => {
    known = { ...known, ...changed };
    await writeFileAtomically(file, [Buffer.from(JSON.stringify(known), 'utf8')]);
  };
  return {
    made: () => known.memory,
    add: (change) => keep({ memory: [...known.memory, change] }),
    end: () => known.end,
    setEnd: (end) => keep({ end }),
  };
}

const nothing: Changes = { memory: [], end: null };

async function readChanges(file: string): Promise<Changes> {
  try {
    return Kept.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return nothing;
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
    const message = `${file}: it cannot be read, so the run cannot be repeated as it was. Train a new run instead.`;
    throw new AppError('CHECKPOINT_DAMAGED', message, { cause: error });
  }
}
