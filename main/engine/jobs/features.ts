/** The features of a job's photos at the cut: from the cache, and through the frozen part for what is not there. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../shared/contract/errors.ts';
import type { ViewId } from '../../../shared/domain/view-set.ts';
import { distorterVersion } from '../../imaging/distort/version.ts';
import { extractFeatures, imagesToExtract } from '../features/extract.ts';
import { featureKey } from '../features/key.ts';
import { type FeatureStore, openFeatureStore } from '../features/store.ts';
import type { DecodedView } from '../loading/decoder.ts';
import { createLoader } from '../loading/loader.ts';
import type { ItemFailure } from '../loading/producers.ts';
import type { JobContext } from '../protocol/control.ts';
import type { JobImage } from '../protocol/messages.ts';
import type { FrozenPart } from './frozen-part.ts';
import { phaseReporter } from './progress.ts';

const BATCH_IMAGES = 16;
const LOADER_SLOTS = 3;
const WRITER_WAIT_MS = 5000;
const WRITER_PAUSE_MS = 50;
const now = (): number => performance.now();

export type Features = {
  readonly images: readonly JobImage[]; // those that could be read, in the job's order
  readonly skipped: readonly { readonly imageId: string; readonly failure: ItemFailure['failure'] }[];
  readonly computed: number; // images that passed the frozen part now
  readonly elapsedMs: number;
};
export type FeaturesInMemory = Features & { readonly rowsOfView: ReadonlyMap<ViewId, Float32Array> }; // [images, rowLength]

export type FeaturesRequest<V extends DecodedView = DecodedView> = {
  readonly frozen: FrozenPart;
  readonly featuresFolder: string;
  readonly images: readonly JobImage[];
  readonly views: readonly V[]; // all of the evaluation, or all drawn
  readonly report?: (done: number, total: number) => void; // photos that passed the frozen part; else told as the phase 'featurising'
};

/** The cache key of one view of one frozen part. How many views there are, and the strength's way to its end, do not matter. */
export function keyOfView(frozen: FrozenPart, view: DecodedView): string {
  if (typeof view === 'string') return featureKey(frozen.keyOfView(view));
  const { cachedViews: _, magnitude, ...policy } = view.policy;
  const spec = { distorterVersion, ...policy, magnitude: magnitude.end, colourAxes: view.colourAxes };
  return featureKey(frozen.keyOfView(view.view, { augmentation: spec, seed: view.seed }));
}

/** As computeFeatures; the rows of all views are read into memory. */
export function prepareFeatures(request: FeaturesRequest<ViewId>, context: JobContext): Promise<FeaturesInMemory> {
  return withStores(request, context, async (features, stores) => {
    const ids = features.images.map(({ imageId }) => imageId);
    const rowsOfView = new Map<ViewId, Float32Array>();
    for (const [index, view] of request.views.entries()) {
      const store = stores[index];
      if (store !== undefined) rowsOfView.set(view, await store.read(ids));
    }
    return { ...features, rowsOfView };
  });
}

/**
 * The features lie in the cache afterwards, every shard of them verified.
 *
 * Throws CANCELLED when asked to stop (finished shards stay), DISK_FULL, DATASET_UNFIT when no photo can be read.
 */
export function computeFeatures(request: FeaturesRequest, context: JobContext): Promise<Features> {
  return withStores(request, context, async (features) => features);
}

async function withStores<T>(
  request: FeaturesRequest,
  context: JobContext,
  use: (features: Features, stores: readonly FeatureStore[]) => Promise<T>,
): Promise<T> {
  const startedMs = now();
  const rowLength = request.frozen.rowShape.reduce((product, extent) => product * extent, 1);
  const stores: FeatureStore[] = [];
  try {
    for (const view of request.views) {
      const key = keyOfView(request.frozen, view);
      stores.push(await openForWriting({ folder: request.featuresFolder, key, rowLength }, context));
    }
    const { computed, failures } = await computeMissing(request, stores, context);
    for (const damaged of stores.flatMap((store) => store.damaged()))
      context.send({
        kind: 'note',
        text: `Cache: ${damaged.file} was damaged (${damaged.reason}) and is computed anew.`,
      });
    const failed = new Set(failures.map(({ item }) => item.sha256));
    const images = request.images.filter(({ imageId }) => !failed.has(imageId));
    if (images.length === 0) throw new AppError('DATASET_UNFIT', 'None of the photos could be read. Check the folder.');
    const skipped = failures.map(({ item, failure }) => ({ imageId: item.sha256, failure }));
    return await use({ images, skipped, computed, elapsedMs: now() - startedMs }, stores);
  } finally {
    for (const store of stores) await store.close();
  }
}

type Place = { readonly folder: string; readonly key: string; readonly rowLength: number };

/** Opens a store; a writer that is just ending (the engine of a killed host) is waited for. */
async function openForWriting({ folder, key, rowLength }: Place, context: JobContext): Promise<FeatureStore> {
  const deadlineMs = now() + WRITER_WAIT_MS;
  for (;;) {
    context.breathe();
    try {
      return await openFeatureStore(folder, key, { rowLength, mode: 'write' });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'PROJECT_LOCKED' || now() > deadlineMs) throw error;
      await sleep(WRITER_PAUSE_MS);
    }
  }
}

async function computeMissing(
  request: FeaturesRequest,
  stores: readonly FeatureStore[],
  context: JobContext,
): Promise<{ readonly computed: number; readonly failures: readonly ItemFailure[] }> {
  const { frozen, views } = request;
  const rowLength = stores[0]?.rowLength ?? 0;
  const all = request.images.map(({ imageId, path }) => ({ sha256: imageId, path }));
  const items = await imagesToExtract(stores, all);
  if (items.length === 0) return { computed: 0, failures: [] };
  const report = request.report ?? phaseReporter(context, 'featurising', now);
  const loader = createLoader({
    threads: frozen.threads,
    slots: LOADER_SLOTS,
    batchSize: Math.max(1, Math.floor(BATCH_IMAGES / views.length)),
    preprocessing: frozen.network.preprocessing,
    views,
    items,
  });
  const extraction = await extractFeatures({
    executor: { rowLength, run: frozen.run },
    loader,
    stores,
    onProgress: ({ done, total }) => report(done, total),
    shouldStop: context.shouldStop,
    nowMs: now,
  });
  if (extraction.isStopped)
    throw new AppError('CANCELLED', 'Stopped as asked. What was computed is kept in the cache.');
  return { computed: extraction.imageCount, failures: extraction.failures };
}
