/** The answers of a run for photos: logits files of each view, averaged. */
import { AppError } from '../../shared/contract/errors.ts';
import type { Averaging } from '../../shared/domain/ensemble.ts';
import { softmax } from '../../shared/math/statistics.ts';
import { type Logits, readLogits, rowsById } from '../engine/checkpoints/logits.ts';

export type Answers = {
  readonly classes: readonly string[];
  readonly imageIds: readonly string[];
  readonly probabilities: readonly (readonly number[])[]; // [images, classes], mean over the views
};

/** Reads the logits of all views, one file after the other, and averages their probabilities per photo. Throws CACHE_DAMAGED. */
export async function readAnswers(folder: string, side: string, views: readonly string[]): Promise<Answers> {
  const mean = viewMean('probabilities', null);
  for (const view of views) mean.add(await readLogits(folder, { side, view }));
  return mean.answers();
}

export type ViewMean = { readonly add: (logits: Logits) => void; readonly answers: () => Answers };

/**
 * Adds views up one by one, so that nothing is held for all of them: the mean of probabilities, or the softmax of the mean of logits.
 *
 * `imageIds`: which photos, in which order; each view must have them (null: those of the first view). Throws CACHE_DAMAGED.
 */
export function viewMean(averaging: Averaging, imageIds: readonly string[] | null): ViewMean {
  let [classes, ids, count]: [readonly string[] | null, readonly string[], number] = [null, imageIds ?? [], 0];
  let sums: number[][] = [];
  const transform = averaging === 'logits' ? (own: Float32Array) => Array.from(own) : softmax;
  return {
    add: (logits) => {
      if (classes === null) {
        classes = logits.classes;
        ids = imageIds ?? logits.imageIds;
        sums = ids.map(() => logits.classes.map(() => 0));
      }
      const rows = rowsById(logits);
      const width = classes.length;
      if (logits.classes.length !== width || ids.some((id) => !rows.has(id))) throw otherPhotos(logits);
      for (const [at, id] of ids.entries()) {
        const row = rows.get(id)!;
        const added = transform(logits.values.subarray(row * width, (row + 1) * width));
        for (const [label, value] of added.entries()) sums[at]![label]! += value;
      }
      count += 1;
    },
    answers: () => {
      if (classes === null) throw new RangeError('At least one view is needed.');
      const means = sums.map((own) => own.map((sum) => sum / count));
      return { classes, imageIds: ids, probabilities: averaging === 'logits' ? means.map(softmax) : means };
    },
  };
}

function otherPhotos({ runId }: Logits): AppError {
  return new AppError('CACHE_DAMAGED', `${runId}: the views are not of the same photos. Evaluate the run again.`);
}

/** Index of the largest value, the first one of equals. */
export function largestIndex(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value > (values[best] ?? Number.NEGATIVE_INFINITY) ? index : best), 0);
}
