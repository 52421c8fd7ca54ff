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
  const judged: Float32Array[] = [];
  for (;;) {
    try {
      const score = await whileJudged(state, () =>
        state.ops.transaction(() => scoreRows(state, { ...request, judged }, source)),
      );
      request.onJudged?.(state.epoch, joinRows(judged));
      return score;
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      await useLessMemory(state, request, { during: 'judging', rows: source.count, error });
    }
  }
}

type Judging = Pick<TrainRequest, 'shouldStop' | 'onJudged'> & { readonly judged: Float32Array[] };

async function scoreRows(state: TrainingState, request: Judging, source: RowSource): Promise<Score> {
  const { shouldStop, onJudged, judged } = request;
  judged.length = 0; // of a pass that the memory was not enough for
  const rowsPerPass = state.rowsPerPass * (source.featureShape.length === 1 ? VECTOR_FACTOR : 1);
  let total: Score = { loss: 0, correct: 0 };
  for await (const { features, labels } of readBatches(
    source,
    inSlices(Int32Array.from(source.labels.keys()), rowsPerPass),
  )) {
    if (shouldStop?.())
      throw new AppError('CANCELLED', "Training was cancelled. Resume ('thaw resume') goes on with it.");
    const logits = await state.model().forward(features);
    if (onJudged) judged.push(logits.slice());
    const part = scoreLogits(logits, labels);
    total = { loss: total.loss + part.loss, correct: total.correct + part.correct };
  }
  return total;
}

function joinRows(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
