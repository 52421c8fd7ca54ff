import { openPairSearch } from '../../../shared/math/close-pairs.ts';
import type { JobContext } from '../protocol/control.ts';
import type { ClosePhotosJob, ClosePhotosResult } from '../protocol/messages.ts';
import { prepareLastFeatures } from './last-features.ts';
import { phaseReporter } from './progress.ts';

/** Pairs of photos whose features point the same way. Throws CANCELLED, DISK_FULL, DATASET_UNFIT. */
export async function runClosePhotos(job: ClosePhotosJob, context: JobContext): Promise<ClosePhotosResult> {
  const features = await prepareLastFeatures(job, context);
  const vectors = features.images.map((_, row) => directionOf(features.rows, row, features.width));
  const pairs: ClosePhotosResult['pairs'] = [];
  const report = phaseReporter(context, 'joining', () => performance.now());
  const lookFrom = openPairSearch({ vectors, isNew: () => true, leastCosine: job.leastCosine });
  for (const row of vectors.keys()) {
    context.breathe();
    lookFrom(row, (one, other, cosine) => {
      const [first, second] = [features.images[one]!.imageId, features.images[other]!.imageId];
      pairs.push(first < second ? { first, second, cosine } : { first: second, second: first, cosine });
    });
    report(row + 1, vectors.length);
  }
  pairs.sort((a, b) => b.cosine - a.cosine || (a.first < b.first ? -1 : 1));
  return {
    kind: 'close-photos',
    device: { executor: features.executor, trainer: 'none' },
    pairs: pairs.slice(0, job.mostPairs),
    skipped: [...features.skipped],
  };
}

/** A row at length 1; all 0 where it has no direction. */
function directionOf(rows: Float32Array, row: number, width: number): Float32Array {
  const vector = rows.slice(row * width, (row + 1) * width);
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length < 1e-6 ? new Float32Array(width) : vector.map((value) => value / length);
}
