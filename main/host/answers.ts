/** The answers of a run for photos: logits files of each view, averaged as probabilities. */
import { AppError } from '../../shared/contract/errors.ts';
import { softmax } from '../../shared/math/statistics.ts';
import { readLogits } from '../engine/checkpoints/logits.ts';

export type Answers = {
  readonly classes: readonly string[];
  readonly imageIds: readonly string[];
  readonly probabilities: readonly (readonly number[])[]; // [images, classes], mean over the views
};

/** Reads the logits of all views, one file after the other, and averages their probabilities per photo. Throws CACHE_DAMAGED. */
export async function readAnswers(folder: string, side: string, views: readonly string[]): Promise<Answers> {
  let first: Pick<Answers, 'classes' | 'imageIds'> | null = null;
  let sums: number[][] = [];
  for (const view of views) {
    const { classes, imageIds, values } = await readLogits(folder, { side, view });
    if (first === null) sums = imageIds.map(() => classes.map(() => 0));
    first ??= { classes, imageIds };
    if (!isSame(imageIds, first.imageIds))
      throw new AppError('CACHE_DAMAGED', `${folder}: the views are not of the same photos. Evaluate the run again.`);
    for (const [row, own] of sums.entries()) {
      const added = softmax(values.subarray(row * classes.length, (row + 1) * classes.length));
      for (const [label, probability] of added.entries()) own[label]! += probability;
    }
  }
  if (first === null) throw new RangeError('At least one view is needed.');
  return { ...first, probabilities: sums.map((own) => own.map((sum) => sum / views.length)) };
}

function isSame(ids: readonly string[], others: readonly string[]): boolean {
  return ids.length === others.length && ids.every((id, at) => id === others[at]);
}

/** Index of the largest value, the first one of equals. */
export function largestIndex(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value > (values[best] ?? Number.NEGATIVE_INFINITY) ? index : best), 0);
}
