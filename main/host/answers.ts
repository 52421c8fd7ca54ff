/** The answers of a run for photos: logits files of each view, averaged as probabilities. */
import { averageProbabilities, softmax } from '../../shared/math/statistics.ts';
import { readLogits } from '../engine/checkpoints/logits.ts';

export type Answers = {
  readonly classes: readonly string[];
  readonly imageIds: readonly string[];
  readonly probabilities: readonly (readonly number[])[]; // [images, classes], mean over the views
};

/** Reads the logits of all views and averages their probabilities per photo. */
export async function readAnswers(folder: string, side: string, views: readonly string[]): Promise<Answers> {
  const files = await Promise.all(views.map((view) => readLogits(folder, { side, view })));
  const first = files[0];
  if (first === undefined) throw new RangeError('At least one view is needed.');
  const { classes, imageIds } = first;
  const probabilities = imageIds.map((_, row) =>
    averageProbabilities(
      files.map(({ values }) => softmax(values.subarray(row * classes.length, (row + 1) * classes.length))),
    ),
  );
  return { classes, imageIds, probabilities };
}

/** Index of the largest value, the first one of equals. */
export function largestIndex(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value > (values[best] ?? Number.NEGATIVE_INFINITY) ? index : best), 0);
}
