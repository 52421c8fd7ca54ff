/** Rows of features or images with their labels, in memory. */
import { AppError } from '../../../shared/contract/errors.ts';
import type { Shape } from '../../../shared/networks/network.ts';

export type TrainingRows = {
  readonly features: Float32Array; // [N, ...featureShape], row-major, channel-major
  readonly featureShape: Shape; // [D] or [C, H, W]
  readonly labels: Int32Array; // [N], in [0, K)
};

/** The rows of both, those of the first one first. */
export function joinRows(first: TrainingRows, second: TrainingRows): TrainingRows {
  const features = new Float32Array(first.features.length + second.features.length);
  features.set(first.features);
  features.set(second.features, first.features.length);
  const labels = new Int32Array(first.labels.length + second.labels.length);
  labels.set(first.labels);
  labels.set(second.labels, first.labels.length);
  return { features, featureShape: first.featureShape, labels };
}

/** A copy of some rows, in the order of `indices`. */
export function takeRows(rows: TrainingRows, indices: Int32Array): TrainingRows {
  const width = rows.features.length / rows.labels.length;
  const features = new Float32Array(indices.length * width);
  indices.forEach((row, at) => {
    features.set(rows.features.subarray(row * width, (row + 1) * width), at * width);
  });
  return { features, featureShape: rows.featureShape, labels: indices.map((row) => rows.labels[row]!) };
}

/** Throws DATASET_UNFIT where rows, labels and classes do not fit together, or there is none. */
export function requireRows({ features, featureShape, labels }: TrainingRows, classCount: number): void {
  const width = featureShape.reduce((product, extent) => product * extent, 1);
  if (labels.length === 0) throw new AppError('DATASET_UNFIT', 'There is no photo to train on. Label some and retry.');
  if (features.length !== labels.length * width) {
    const message = `${labels.length} labels but ${features.length} numbers for rows of [${featureShape}]. Please report it.`;
    throw new AppError('BUG', message);
  }
  const stray = labels.findIndex((label) => label < 0 || label >= classCount);
  if (stray >= 0) {
    throw new AppError('DATASET_UNFIT', `Photo ${stray}: class ${labels[stray]} of ${classCount}. Check the labels.`);
  }
}

export type Score = { readonly loss: number; readonly correct: number }; // nats, summed over the rows

/** Cross-entropy and hits of logits [N, K], in double precision. */
export function scoreLogits(logits: Float32Array, labels: Int32Array): Score {
  const classCount = logits.length / labels.length;
  let loss = 0;
  let correct = 0;
  labels.forEach((label, row) => {
    const own = logits.subarray(row * classCount, (row + 1) * classCount);
    let best = 0;
    for (let at = 1; at < classCount; at += 1) if (own[at]! > own[best]!) best = at;
    let sum = 0;
    for (const value of own) sum += Math.exp(value - own[best]!);
    loss += Math.log(sum) + own[best]! - own[label]!;
    if (best === label) correct += 1;
  });
  return { loss, correct };
}
