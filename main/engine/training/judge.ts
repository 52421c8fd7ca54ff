/** The loss and the hits on rows that are not trained on. */
import { AppError } from '../../../shared/contract/errors.ts';
import type { TrainRequest } from './request.ts';
import { inSlices, type RowSource, readBatches, type Score, scoreLogits } from './rows.ts';
import { isOutOfMemory } from './scoped-ops.ts';
import { makeChangesAgain, useLessMemory } from './step.ts';
import { type TrainingState, whileJudged } from './training-state.ts';

const VECTOR_FACTOR = 8; // vectors a pass, for each one of a training pass; feature maps: as many as there

/** In inference, by the weights that would be kept. Throws CANCELLED, OUT_OF_MEMORY. */
export async function scoreValidation(state: TrainingState, request: TrainRequest, source: RowSource): Promise<Score> {
  makeChangesAgain(state, request, 'judging');
  for (;;) {
    try {
      return await whileJudged(state, () => state.ops.transaction(() => scoreRows(state, request, source)));
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      await useLessMemory(state, request, { during: 'judging', rows: source.count, error });
    }
  }
}

async function scoreRows(state: TrainingState, { shouldStop }: TrainRequest, source: RowSource): Promise<Score> {
  const rowsPerPass = state.rowsPerPass * (source.featureShape.length === 1 ? VECTOR_FACTOR : 1);
  let total: Score = { loss: 0, correct: 0 };
  for await (const { features, labels } of readBatches(
    source,
    inSlices(Int32Array.from(source.labels.keys()), rowsPerPass),
  )) {
    if (shouldStop?.()) throw new AppError('CANCELLED', "Training was cancelled. 'thaw resume' goes on with it.");
    const part = scoreLogits(await state.model().forward(features), labels);
    total = { loss: total.loss + part.loss, correct: total.correct + part.correct };
  }
  return total;
}
