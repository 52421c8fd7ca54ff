/** The learning-rate finder on a network: a training of its own whose weights are thrown away. */
import { AppError } from '../../../shared/contract/errors.ts';
import { shuffledIndices } from '../../../shared/math/random.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { findLearningRate, type RateFinding, type RatePoint, type RateSweep } from './rate-finder.ts';
import type { TrainRequest } from './request.ts';
import { type Batch, inSlices, requireRows } from './rows.ts';
import { trainOnBatch } from './step.ts';
import { openTraining, type TrainingState } from './training-state.ts';

/**
 * Sweeps the rates over the request's training rows with its recipe, everything thawed; its weights stay as they are.
 *
 * Throws CANCELLED, OUT_OF_MEMORY, DATASET_UNFIT, WEIGHTS_MISMATCH. Leaves no tensor behind.
 */
export async function sweepLearningRates(
  ops: TensorOps,
  request: Omit<TrainRequest, 'resumeFrom' | 'checkpoints'>,
  sweep: RateSweep,
): Promise<RateFinding & { readonly points: readonly RatePoint[] }> {
  const thawed: TrainRequest = { ...request, recipe: { ...request.recipe, headEpochs: 0, unfreezing: 'none' } };
  const state = openTraining(ops, thawed);
  try {
    requireRows(request.data, state.model().classCount);
    const nextBatch = endlessBatches(state, thawed);
    return await findLearningRate(sweep, async (learningRate) => {
      if (request.shouldStop?.()) throw new AppError('CANCELLED', 'The search for a learning rate was cancelled.');
      state.learningRate = learningRate;
      return (await trainOnBatch(state, thawed, await nextBatch())).loss;
    });
  } finally {
    state.close();
  }
}

/** Mini-batches in a new order each time that all rows have been seen. */
function endlessBatches({ random }: TrainingState, { data, recipe }: TrainRequest): () => Promise<Batch> {
  let slices: Int32Array[] = [];
  return async () => {
    if (slices.length === 0) {
      slices = inSlices(shuffledIndices(data.count, random.order.next), recipe.batchSize * recipe.accumulate);
    }
    const rows = slices.shift()!;
    return { features: await data.read(rows), labels: rows.map((row) => data.labels[row]!) };
  };
}
