/** Photos that a training could not read on its way, kept with the run so that a resumed one leaves out the same ones. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError, Failure } from '../../../shared/contract/errors.ts';
import { Sha256 } from '../../../shared/domain/ids.ts';
import { writeFileAtomically } from '../../kernel/atomic-write.ts';
import { systemErrorCode } from '../../kernel/system-error.ts';

const FILE = 'left-out.json';
const MOST_BYTES = 256 * 1024 * 1024;
const Entry = z.strictObject({ imageId: Sha256, fromEpoch: z.int().nonnegative(), failure: Failure });
type Entry = z.infer<typeof Entry>;

export type LeftOut = {
  /** Each photo comes once in an epoch, so the epoch says all. */
  readonly isLeftOut: (imageId: string, epoch: number) => boolean;
  /** On the disk before it resolves. Photos that fail in a trial are left out of all that follows. */
  readonly add: (epoch: number, failures: readonly NewFailure[]) => Promise<void>;
  readonly endTrials: () => void; // from here on epochs are those of the training that is kept
  readonly all: () => readonly { readonly imageId: string; readonly failure: Failure }[];
};
export type NewFailure = { readonly imageId: string; readonly failure: Failure };

/** `isNew`: what an earlier training left in the folder is forgotten. Throws CHECKPOINT_DAMAGED, DISK_FULL. */
export async function openLeftOut(runFolder: string, isNew: boolean): Promise<LeftOut> {
  const file = join(runFolder, FILE);
  if (isNew) await rm(file, { force: true });
  const entries = new Map((isNew ? [] : await readEntries(file)).map((entry) => [entry.imageId as string, entry]));
  let isTrial = true;
  return {
    isLeftOut: (imageId, epoch) => (entries.get(imageId)?.fromEpoch ?? Number.POSITIVE_INFINITY) <= epoch,
    add: async (epoch, failures) => {
      for (const { imageId, failure } of failures)
        entries.set(imageId, { imageId: Sha256.parse(imageId), fromEpoch: isTrial ? 0 : epoch, failure });
      await writeFileAtomically(file, [Buffer.from(JSON.stringify([...entries.values()]), 'utf8')]);
    },
    endTrials: () => {
      isTrial = false;
    },
    all: () => [...entries.values()].map(({ imageId, failure }) => ({ imageId, failure })),
  };
}

async function readEntries(file: string): Promise<Entry[]> {
  try {
    const bytes = await readFile(file);
    if (bytes.length > MOST_BYTES) throw new SyntaxError('it is too large');
    return z.array(Entry).parse(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
    const message = `${file}: it cannot be read, so the run cannot be repeated as it was. Train a new run instead.`;
    throw new AppError('CHECKPOINT_DAMAGED', message, { cause: error });
  }
}
