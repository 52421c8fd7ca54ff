/** What lies beside the weights in a run's checkpoint: enough to use them without the database. */
import { z } from 'zod';
import { AppError } from '../../../shared/contract/errors.ts';
import { StageId } from '../../../shared/domain/ids.ts';
import type { Weights } from '../../../shared/networks/network.ts';
import { readLatestCheckpoint } from '../checkpoints/checkpoint.ts';

export const RunState = z.strictObject({
  backbone: z.string(),
  frozenThrough: StageId,
  classes: z.array(z.string()).min(2), // in the order of the logits
});
export type RunState = z.infer<typeof RunState>;

export type TrainedRun = RunState & { readonly weights: Weights }; // of the part that was trained

/** The newest sound checkpoint of a run; throws AppError CHECKPOINT_DAMAGED where there is none. */
export async function readTrainedRun(runFolder: string): Promise<TrainedRun> {
  const { checkpoint, rejected } = await readLatestCheckpoint(runFolder);
  if (checkpoint === null) {
    const why = rejected.map(({ reason }) => reason).join('; ') || 'there is none';
    throw new AppError('CHECKPOINT_DAMAGED', `${runFolder}: no sound checkpoint (${why}). Train this run again.`);
  }
  return { ...RunState.parse(checkpoint.state), weights: checkpoint.tensors };
}
