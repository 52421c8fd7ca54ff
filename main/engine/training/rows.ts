/** Rows of features or images with their labels: where a training gets its mini-batches from. */
import { AppError } from '../../../shared/contract/errors.ts';
import type { Shape } from '../../../shared/networks/network.ts';

/** Rows that may lie on the disk; a source is read by one training at a time. */
export type RowSource = {
  readonly count: number; // N
  readonly featureShape: Shape; // [D] or [C, H, W]
  readonly labels: Int32Array; // [N], in [0, K)
  readonly groups: Int32Array; // [N]: rows of one group are never on both sides of a split
  /** [indices.length, ...featureShape], row-major, channel-major; a new array. */
  readonly read: (indices: Int32Array) => Promise<Float32Array>;
  /** Mini-batches as an epoch learns from them, where those are not the rows that `read` gives: augmented views. */
  readonly stream?: (slices: readonly Int32Array[], epoch: number) => AsyncIterable<StreamedBatch>;
};

/** One for each slice, in their order; rows that cannot be had are left out of it. */
export type StreamedBatch = {
  readonly features: Float32Array; // [kept.length, ...featureShape]; a new array
  readonly kept: Int32Array; // positions in the slice
};

export type RowsInMemory = {
  readonly features: Float32Array; // [N, ...featureShape]
  readonly featureShape: Shape;
  readonly labels: Int32Array; // [N]
  readonly groups?: Int32Array; // [N]; each row its own unless told
};

export function rowsInMemory({ features, featureShape, labels, groups }: RowsInMemory): RowSource {
  const width = widthOf(featureShape);
  if (features.length !== labels.length * width) {
    const message = `${labels.length} labels but ${features.length} numbers for rows of [${featureShape}]. Please report it.`;
    throw new AppError('BUG', message);
  }
  return {
    count: labels.length,
    featureShape,
    labels,
    groups: groups ?? Int32Array.from(labels.keys()),
    read: async (indices) => {
      const found = new Float32Array(indices.length * width);
      for (const [at, row] of indices.entries())
        found.set(features.subarray(row * width, (row + 1) * width), at * width);
      return found;
    },
  };
}

/** Some rows of a source, in the order of `rows`. */
export function subsetOfRows(source: RowSource, rows: Int32Array): RowSource {
  return {
    count: rows.length,
    featureShape: source.featureShape,
    labels: rows.map((row) => source.labels[row]!),
    groups: rows.map((row) => source.groups[row]!),
    read: (indices) => source.read(indices.map((index) => rows[index]!)),
    ...(source.stream && {
      stream: (slices, epoch) =>
        source.stream!(
          slices.map((slice) => slice.map((index) => rows[index]!)),
          epoch,
        ),
    }),
  };
}

/** Values of one row. */
export function widthOf(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Throws DATASET_UNFIT where there is no row, or a label that is no class. */
export function requireRows({ labels }: Pick<RowSource, 'labels'>, classCount: number): void {
  if (labels.length === 0) throw new AppError('DATASET_UNFIT', 'There is no photo to train on. Label some and retry.');
  const stray = labels.findIndex((label) => label < 0 || label >= classCount);
  if (stray >= 0) {
    throw new AppError('DATASET_UNFIT', `Photo ${stray}: class ${labels[stray]} of ${classCount}. Check the labels.`);
  }
}

export type Batch = { readonly features: Float32Array; readonly labels: Int32Array };
export type PlacedBatch = Batch & { readonly rows: Int32Array }; // which of the source

/**
 * Mini-batches in the given order; the next one is read while the caller works on the last one.
 *
 * `epoch`: to learn from in that epoch; without it as they are judged. Where a source leaves rows out, a batch may be empty.
 */
export async function* readBatches(
  source: RowSource,
  slices: readonly Int32Array[],
  epoch?: number,
): AsyncGenerator<PlacedBatch> {
  const batches = epoch === undefined || source.stream === undefined ? null : source.stream(slices, epoch);
  let at = 0;
  for await (const { features, kept } of batches ?? readSlices(source, slices)) {
    const slice = slices[at]!;
    const rows = kept.length === slice.length ? slice : kept.map((position) => slice[position]!);
    at += 1;
    yield { features, rows, labels: rows.map((row) => source.labels[row]!) };
  }
}

/** Whole slices, one read ahead. */
export async function* readSlices(
  source: Pick<RowSource, 'read'>,
  slices: readonly Int32Array[],
): AsyncGenerator<StreamedBatch> {
  const start = (at: number): Promise<Float32Array> | null => {
    const slice = slices[at];
    if (slice === undefined) return null;
    const reading = source.read(slice);
    reading.catch(() => undefined); // whoever comes to that batch hears of it
    return reading;
  };
  let upcoming = start(0);
  for (const [at, slice] of slices.entries()) {
    const features = await upcoming!;
    upcoming = start(at + 1);
    yield { features, kept: Int32Array.from(slice.keys()) };
  }
}

/** `indices` in pieces of `rows`, the last one maybe shorter. */
export function inSlices(indices: Int32Array, rows: number): Int32Array[] {
  return Array.from({ length: Math.ceil(indices.length / rows) }, (_, at) =>
    indices.subarray(at * rows, (at + 1) * rows),
  );
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
