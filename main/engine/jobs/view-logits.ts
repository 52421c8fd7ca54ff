/** Logits of photos in some views, a few views and a few photos at a time: of crops, nothing is held for all photos. */
import { AppError } from '../../../shared/contract/errors.ts';
import type { View, ViewId } from '../../../shared/domain/view-set.ts';
import type { Preprocessing } from '../../../shared/networks/network.ts';
import { shortSideOf } from '../../imaging/views.ts';
import { openFeatureStore } from '../features/store.ts';
import { createLoader } from '../loading/loader.ts';
import type { JobContext } from '../protocol/control.ts';
import type { JobImage } from '../protocol/messages.ts';
import { computeFeatures, type Features, keyOfView } from './features.ts';
import type { FrozenPart } from './frozen-part.ts';

const MOST_VIEWS = 16; // that one decoding of a photo serves
const HELD_BYTES = 64 * 1024 * 1024; // of logits
const KEPT_BYTES = 2 * 1024 * 1024 * 1024; // of features on the disk; more are not worth their room
const BATCH_ROWS = 64;
const BATCH_VIEWS = 16;
const LOADER_SLOTS = 3;

export type ViewLogitsRequest = {
  readonly frozen: FrozenPart;
  readonly featuresFolder: string;
  readonly images: readonly JobImage[];
  readonly views: readonly View[];
  readonly classCount: number;
  readonly runHead: (rows: Float32Array, count: number) => Promise<Float32Array>; // [count, rowLength] to [count, classCount]
  readonly report: (done: number, total: number) => void; // photos times groups of views
  readonly mostKeptBytes?: number; // of features; where there would be more, none are
};

/** Of one view: `values` [images.length, classCount]. */
export type ViewLogits = {
  readonly view: ViewId;
  readonly images: readonly JobImage[];
  readonly values: Float32Array;
  readonly skipped: Features['skipped']; // of its group of views, for the first view of it
};

/** Throws INVALID_INPUT where a crop would be larger than the photo in that scale. */
export function assertViewsFit(views: readonly View[], preprocessing: Preprocessing): void {
  const { cropSize, resizeShortSide } = preprocessing;
  const least = Math.min(...views.map(({ scalePercent }) => scalePercent));
  const shortSide = shortSideOf(preprocessing, least);
  if (shortSide >= cropSize) return;
  const from = Math.ceil((100 * (cropSize - 0.5)) / resizeShortSide);
  const text = `At ${least} % a photo's short side has ${shortSide} pixels, but the network takes crops of ${cropSize}.`;
  throw new AppError('INVALID_INPUT', `${text} Give scales from ${from} % on.`);
}

/**
 * View by view, grouped so that few scales come together; photos that cannot be read are left out from then on.
 *
 * Features are kept in the cache where they are not too many. Throws as computeFeatures.
 */
export async function* viewLogits(request: ViewLogitsRequest, context: JobContext): AsyncGenerator<ViewLogits> {
  const groups = groupViews(request);
  const { mostKeptBytes = KEPT_BYTES } = request;
  const isKept = 4 * widthOf(request) * request.images.length * request.views.length <= mostKeptBytes;
  let { images } = request;
  for (const [at, views] of groups.entries()) {
    const done = at * request.images.length;
    const report = (count: number): void => request.report(done + count, groups.length * request.images.length);
    const group = { ...request, images, views, report };
    const answered = isKept ? keptLogits(group, context) : passingLogits(group, context);
    for await (const logits of answered) {
      images = logits.images;
      yield logits;
    }
    report(request.images.length);
  }
}

function widthOf({ frozen }: Pick<ViewLogitsRequest, 'frozen'>): number {
  return frozen.rowShape.reduce((product, extent) => product * extent, 1);
}

function groupViews({ views, images, classCount }: ViewLogitsRequest): readonly (readonly View[])[] {
  const room = Math.floor(HELD_BYTES / (4 * images.length * classCount));
  const size = Math.max(1, Math.min(MOST_VIEWS, room));
  const sorted = views.toSorted((a, b) => a.scalePercent - b.scalePercent);
  return Array.from({ length: Math.ceil(sorted.length / size) }, (_, at) => sorted.slice(at * size, (at + 1) * size));
}

type Group = Omit<ViewLogitsRequest, 'report'> & { readonly report: (done: number) => void };

/** Through the cache: other runs on the same frozen part find the features there. */
async function* keptLogits(group: Group, context: JobContext): AsyncGenerator<ViewLogits> {
  const { frozen, featuresFolder, classCount, runHead, report } = group;
  const ids = group.views.map(({ id }) => id);
  const features = await computeFeatures({ frozen, featuresFolder, images: group.images, views: ids, report }, context);
  const { images } = features;
  for (const [at, view] of ids.entries()) {
    const key = keyOfView(frozen, view);
    const store = await openFeatureStore(featuresFolder, key, { rowLength: widthOf(group), mode: 'read' });
    const values = new Float32Array(images.length * classCount);
    for (let start = 0; start < images.length; start += BATCH_ROWS) {
      context.breathe();
      const some = images.slice(start, start + BATCH_ROWS);
      const rows = await store.read(some.map(({ imageId }) => imageId));
      values.set(await runHead(rows, some.length), start * classCount);
    }
    await store.close();
    yield { view, images, values, skipped: at === 0 ? features.skipped : [] };
  }
}

/** From the files to the logits, without a trace. */
async function* passingLogits(group: Group, context: JobContext): AsyncGenerator<ViewLogits> {
  const { frozen, images, views, classCount, runHead, report } = group;
  const imageOf = new Map(images.map((image) => [image.imageId as string, image]));
  const loader = createLoader({
    threads: frozen.threads,
    slots: LOADER_SLOTS,
    batchSize: Math.max(1, Math.floor(BATCH_VIEWS / views.length)),
    preprocessing: frozen.network.preprocessing,
    views: views.map(({ id }) => id),
    items: [...imageOf.values()].map(({ imageId, path }) => ({ sha256: imageId, path })),
  });
  const values = views.map(() => new Float32Array(imageOf.size * classCount));
  const answered: JobImage[] = [];
  const skipped: Features['skipped'][number][] = [];
  for await (const { batch, items, failures } of loader) {
    context.breathe();
    skipped.push(...failures.map(({ item, failure }) => ({ imageId: item.sha256, failure })));
    const count = items.length * views.length;
    const logits = count === 0 ? new Float32Array(0) : await runHead(await frozen.run(batch, count), count);
    for (const [row, { sha256 }] of items.entries()) {
      for (const [view, own] of values.entries()) {
        const from = (row * views.length + view) * classCount;
        own.set(logits.subarray(from, from + classCount), answered.length * classCount);
      }
      answered.push(imageOf.get(sha256)!);
    }
    report(answered.length + skipped.length);
  }
  if (answered.length === 0) throw new AppError('DATASET_UNFIT', 'None of the photos could be read. Check the folder.');
  for (const [at, { id }] of views.entries()) {
    const own = values[at]!.subarray(0, answered.length * classCount);
    yield { view: id, images: answered, values: own, skipped: at === 0 ? skipped : [] };
  }
}
