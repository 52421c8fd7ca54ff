/** What lies in a run's checkpoints beside the tensors: enough to use the weights, or to go on, without the database. */
import { z } from 'zod';
import { AppError } from '../../../shared/contract/errors.ts';
import { Sha256, StageId } from '../../../shared/domain/ids.ts';
import type { Weights } from '../../../shared/networks/network.ts';
import { type RejectedCheckpoint, readLatestCheckpoint } from '../checkpoints/checkpoint.ts';
import { Chosen } from '../training/select.ts';
import { type Snapshot, TrainingPosition } from '../training/snapshot.ts';

/** A training that is not at its end. */
const Unfinished = z.strictObject({
  inputsSha256: Sha256, // of everything that decides the result
  device: z.string(), // the same bits come from the same one only
  chosen: Chosen,
  position: TrainingPosition.nullable(), // null: settings chosen, no step done
});
export type Unfinished = z.infer<typeof Unfinished>;

export const RunState = z.strictObject({
  backbone: z.string(),
  frozenThrough: StageId,
  classes: z.array(z.string()).min(2), // in the order of the logits
  unfinished: Unfinished.optional(), // missing: the tensors are the trained weights
});
export type RunState = z.infer<typeof RunState>;

export type TrainedRun = RunState & { readonly weights: Weights }; // of the part that was trained

/** The finished weights of a run; throws AppError CHECKPOINT_DAMAGED where there are none. */
export async function readTrainedRun(runFolder: string): Promise<TrainedRun> {
  const { checkpoint, rejected } = await readLatestCheckpoint(runFolder);
  const state = checkpoint === null ? null : RunState.parse(checkpoint.state);
  if (checkpoint !== null && state !== null && state.unfinished === undefined)
    return { ...state, weights: checkpoint.tensors };
  const why = rejected.map(({ reason }) => reason).join('; ') || 'training has not come to its end';
  throw new AppError('CHECKPOINT_DAMAGED', `${runFolder}: no sound finished weights (${why}). Train this run again.`);
}

export type Resumption = {
  readonly chosen: Chosen | null; // null: nothing of the training is kept
  readonly device: string | null;
  readonly snapshot: Snapshot | null;
  readonly number: number; // of the checkpoint, rising within a run; 0 where there is none
  readonly rejected: readonly RejectedCheckpoint[];
};

/** Where a run can go on. Throws INVALID_INPUT where the checkpoint is that of other photos or settings. */
export async function readResumption(runFolder: string, inputsSha256: string): Promise<Resumption> {
  const { checkpoint, rejected } = await readLatestCheckpoint(runFolder);
  const unfinished = checkpoint === null ? undefined : RunState.parse(checkpoint.state).unfinished;
  if (checkpoint === null || unfinished === undefined)
    return { chosen: null, device: null, snapshot: null, number: 0, rejected };
  if (unfinished.inputsSha256 !== inputsSha256) {
    const why = 'photos, labels or settings are not those with which this run was started';
    throw new AppError('INVALID_INPUT', `${runFolder}: ${why}. Train a new run instead.`);
  }
  const { chosen, device, position } = unfinished;
  const snapshot = position && { tensors: checkpoint.tensors, position };
  return { chosen, device, snapshot, number: checkpoint.epoch, rejected };
}
