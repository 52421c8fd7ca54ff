/** How like the photos that a run learnt from some photos are, by what its softmax sees of them. */

import type { NeighboursJob, NeighboursResult } from '../protocol/answering-jobs.ts';
import type { JobContext } from '../protocol/control.ts';
import type { JobImage } from '../protocol/messages.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { describeTrainer, openTrainer } from './backend.ts';
import { directions, nearestOf } from './likeness.ts';
import { phaseReporter } from './progress.ts';
import { prepareRunFeatures } from './run-features.ts';

const QUERIES_AT_ONCE = 128;

/**
 * Mean cosine to the k nearest photos of the bank, at features of length 1; a photo's own group does not count.
 * Sun, Ming, Zhu, Li 2022, "Out-of-Distribution Detection with Deep Nearest Neighbors", arXiv:2204.06507.
 *
 * Throws CANCELLED, DISK_FULL, DATASET_UNFIT, CHECKPOINT_DAMAGED.
 */
export async function runNeighbours(job: NeighboursJob, context: JobContext): Promise<NeighboursResult> {
  const { bank, queries, runFolder, featuresFolder, backbonesFolder, nearest } = job;
  const images = [...new Map([...bank, ...queries].map((image) => [image.imageId, image])).values()];
  const features = await prepareRunFeatures({ runFolder, featuresFolder, backbonesFolder, images }, context);
  const rowOf = new Map(features.images.map(({ imageId }, row) => [imageId, row]));
  const known = bank.filter(({ imageId }) => rowOf.has(imageId));
  const asked = queries.filter(({ imageId }) => rowOf.has(imageId));
  const ops = await openTrainer(features.threads, (text) => context.send({ kind: 'note', text }));
  const rowsOf = (of: readonly JobImage[]): Float32Array =>
    directions(
      features,
      of.map(({ imageId }) => rowOf.get(imageId)!),
    );
  const report = phaseReporter(context, 'evaluating', () => performance.now());
  const photos: NeighboursResult['photos'] = [];
  const matrix = ops.fromArray(rowsOf(known), [known.length, features.width]);
  try {
    for (let start = 0; start < asked.length; start += QUERIES_AT_ONCE) {
      context.breathe();
      const some = asked.slice(start, start + QUERIES_AT_ONCE);
      const cosines = await multiply(ops, matrix, rowsOf(some));
      for (const [at, image] of some.entries())
        photos.push(
          nearestOf(
            { image, bank: known, cosines: cosines.subarray(at * known.length, (at + 1) * known.length) },
            nearest,
          ),
        );
      report(photos.length, asked.length);
    }
  } finally {
    ops.dispose(matrix);
  }
  const device = { executor: features.executor, trainer: describeTrainer(ops) };
  return { kind: 'neighbours', device, photos, skipped: [...features.skipped] };
}

/** Cosines [queries, bank]. */
async function multiply(
  ops: TensorOps,
  bank: ReturnType<TensorOps['fromArray']>,
  rows: Float32Array,
): Promise<Float32Array> {
  const width = bank.shape[1]!;
  const queries = ops.fromArray(rows, [rows.length / width, width]);
  const product = ops.matMul(queries, bank, { a: false, b: true });
  const values = await ops.read(product);
  ops.dispose(queries, product);
  return values as Float32Array;
}
