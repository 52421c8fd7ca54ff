/** A training that is asked to end early keeps its best epoch, as if its patience were exhausted. */
import type { TrainRequest } from './request.ts';
import type { TrainingState } from './training-state.ts';

/**
 * After a step: a wish that is new is settled and told. The training ends at once; where no epoch is whole yet, or this
 * one just became so, behind this epoch.
 */
export async function decideEnd(state: TrainingState, { finish }: TrainRequest, stepsPerEpoch: number): Promise<void> {
  if (state.end !== null || finish === undefined || !finish.isWished()) return;
  const { epoch, step, best } = state;
  const endsBehind = best === null || step === stepsPerEpoch;
  state.end = endsBehind ? { epoch: epoch + 1, step: 0 } : { epoch, step };
  await finish.onDecided(state.end);
}

/** Whether the training stands at its early end or behind it. */
export function hasEnded({ end, epoch, step }: TrainingState): boolean {
  return end !== null && (epoch > end.epoch || (epoch === end.epoch && step >= end.step));
}
