import type { Loader } from '../loading/loader.ts';
import type { ItemFailure, LoadedBatch } from '../loading/producers.ts';
import type { FeatureStore } from './store.ts';

/** Runs a frozen network on a batch; input [batch, 3, H, W] must not be kept after the promise is settled. */
export type FeatureExecutor = {
  readonly rowLength: number;
  readonly run: (input: Float32Array, batch: number) => Promise<Float32Array>; // [batch, rowLength]
};

export type ExtractionProgress = {
  readonly done: number; // images, failed ones included
  readonly total: number;
  readonly imagesPerSecond: number;
  readonly secondsLeft: number;
};
export type Extraction = {
  readonly imageCount: number; // with features now
  readonly failures: readonly ItemFailure[];
  readonly elapsedMs: number;
  readonly imagesPerSecond: number;
  readonly isStopped: boolean;
};
export type ExtractionJob = {
  readonly executor: FeatureExecutor;
  readonly loader: Loader; // over the images of `imagesToExtract`
  readonly stores: readonly FeatureStore[]; // opened for writing, one for each view of the loader, in its order
  readonly onProgress: (progress: ExtractionProgress) => void;
  readonly shouldStop: () => boolean; // asked before each batch
  readonly nowMs: () => number; // monotonic
};

/** The items that lack features in any view, after every cached shard in question was verified. */
export async function imagesToExtract<T extends { readonly sha256: string }>(
  stores: readonly FeatureStore[],
  items: readonly T[],
): Promise<T[]> {
  const ids = items.map(({ sha256 }) => sha256);
  for (const store of stores) await store.verify(ids);
  const missing = new Set(stores.flatMap((store) => store.missing(ids)));
  return items.filter(({ sha256 }) => missing.delete(sha256)); // one file of each content
}

/**
 * Computes features while the loader decodes the next batches, and adds them to the store of each view.
 *
 * The disk's space is checked first. When stopped, the rows so far are on disk and the threads ended; after a failure
 * rows not yet written stay with the stores, whose close() writes them. The stores stay open. Throws DISK_FULL, LOSS_NOT_FINITE, DECODER_CRASHED and what the executor throws.
 */
export async function extractFeatures(job: ExtractionJob): Promise<Extraction> {
  const { loader, stores, executor } = job;
  if (stores.length !== loader.viewCount || stores.some(({ rowLength }) => rowLength !== executor.rowLength))
    throw new RangeError('One store for each view, with the executor’s row length, is needed.');
  const startMs = job.nowMs();
  const failures: ItemFailure[] = [];
  let imageCount = 0;
  let isStopped = false;
  try {
    for (const store of stores) await store.ensureSpace(loader.itemCount * stores.length);
    for await (const batch of loader) {
      isStopped = job.shouldStop();
      if (isStopped) break;
      failures.push(...batch.failures);
      await extractBatch(job, batch);
      imageCount += batch.items.length;
      job.onProgress(progressOf(imageCount + failures.length, loader.itemCount, job.nowMs() - startMs));
    }
  } finally {
    await loader.stop();
  }
  for (const store of stores) await store.flush();
  const elapsedMs = job.nowMs() - startMs;
  isStopped ||= imageCount + failures.length < loader.itemCount;
  return { imageCount, failures, elapsedMs, imagesPerSecond: perSecond(imageCount, elapsedMs), isStopped };
}

async function extractBatch({ executor, stores }: ExtractionJob, { batch, items }: LoadedBatch): Promise<void> {
  if (items.length === 0) return;
  const views = stores.length;
  const length = executor.rowLength;
  const rows = await executor.run(batch, items.length * views);
  if (rows.length !== items.length * views * length)
    throw new RangeError(`The network gave ${rows.length} values for ${items.length * views} rows of ${length}.`);
  const ids = items.map(({ sha256 }) => sha256);
  for (const [view, store] of stores.entries()) {
    const own = views === 1 ? rows : new Float32Array(items.length * length);
    for (let image = 0; views > 1 && image < items.length; image++) {
      const from = (image * views + view) * length;
      own.set(rows.subarray(from, from + length), image * length);
    }
    await store.append(ids, own);
  }
}

function progressOf(done: number, total: number, elapsedMs: number): ExtractionProgress {
  const imagesPerSecond = perSecond(done, elapsedMs);
  const secondsLeft = imagesPerSecond > 0 ? (total - done) / imagesPerSecond : 0;
  return { done, total, imagesPerSecond, secondsLeft };
}

function perSecond(count: number, elapsedMs: number): number {
  return elapsedMs > 0 ? (count * 1000) / elapsedMs : 0;
}
