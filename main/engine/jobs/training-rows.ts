/** The rows of a training: features from the cache, some views of them, or photos that are drawn anew in each epoch. */
import type { DecodedView, DrawnView } from '../loading/decoder.ts';
import { openProducers, type Producers } from '../loading/producers.ts';
import type { JobContext } from '../protocol/control.ts';
import type { JobImage, TrainJob } from '../protocol/messages.ts';
import type { RowSource } from '../training/rows.ts';
import type { Augmenting } from './augmentation.ts';
import { computeFeatures, type Features, keyOfView } from './features.ts';
import type { FrozenPart } from './frozen-part.ts';
import type { LeftOut } from './left-out.ts';
import { openStoredRows } from './stored-rows.ts';
import { streamedRows } from './streamed-rows.ts';
import { viewRows } from './view-rows.ts';
import { createWaitMeter } from './wait-meter.ts';

const HELD_BYTES = 256 * 1024 * 1024; // of all views together
const SLOTS = 3; // one being copied, two being filled
const SLOT_IMAGES = 32;
const PHOTOS_END = 'input'; // the cut before anything is computed: rows are photos

/** What a training learns from; row i is `images[i]`. */
export type TrainingRows = {
  readonly images: readonly JobImage[]; // in the job's order, without those that could not be read
  readonly skipped: Features['skipped'];
  readonly computed: number; // rows that passed the frozen part now
  readonly elapsedMs: number;
  readonly open: (leftOut: LeftOut) => Promise<RowSource & { readonly close: () => Promise<void> }>;
};
type Request = {
  readonly job: TrainJob;
  readonly frozen: FrozenPart;
  readonly augmenting: Augmenting | null;
};

/** Computes what has to be in the cache before training. Throws as computeFeatures. */
export async function prepareRows(request: Request, context: JobContext): Promise<TrainingRows> {
  const { job, augmenting } = request;
  if (augmenting !== null && job.frozenThrough === PHOTOS_END)
    return await prepareStream({ ...request, augmenting }, context);
  const centre = await compute(request, { images: job.images, views: ['centre'] }, context);
  if (augmenting === null) return { ...centre, open: async () => closable(await openStored(request, centre.images)) };
  return await prepareViews({ ...request, augmenting }, centre, context);
}

type Augmented = Request & { readonly augmenting: Augmenting };
type Wanted = { readonly images: readonly JobImage[]; readonly views: readonly DecodedView[] };

function compute({ job, frozen }: Request, wanted: Wanted, context: JobContext): Promise<Features> {
  return computeFeatures({ frozen, featuresFolder: job.featuresFolder, ...wanted }, context);
}

/** Whether a photo is only judged on, never learnt from. */
function isOnlyJudged({ selection }: TrainJob, { side }: JobImage): boolean {
  return selection.kind === 'validation' && side === 'val';
}

/** The centre of every photo and K drawn views of those that are learnt from. */
async function prepareViews(request: Augmented, centre: Features, context: JobContext): Promise<TrainingRows> {
  const { job, augmenting } = request;
  const { policy, cachedViews } = augmenting;
  if (policy.magnitude.rampEpochs > 0 && policy.magnitude.start !== policy.magnitude.end) {
    const text = 'Augmentation: stored views have the full strength; its rise over the epochs needs --freeze none.';
    context.send({ kind: 'note', text });
  }
  const learnt = centre.images.filter((image) => !isOnlyJudged(job, image));
  const views = Array.from({ length: cachedViews }, (_, view) => drawnView(augmenting, view));
  const drawn = await compute(request, { images: learnt, views }, context);
  const lost = new Set(drawn.skipped.map(({ imageId }) => imageId));
  const images = centre.images.filter(({ imageId }) => !lost.has(imageId));
  return {
    images,
    skipped: [...centre.skipped, ...drawn.skipped],
    computed: centre.computed + drawn.computed * cachedViews,
    elapsedMs: centre.elapsedMs + drawn.elapsedMs,
    open: async () => {
      const rowOf = new Map(drawn.images.map(({ imageId }, row) => [imageId as string, row]));
      const parts = cachedViews + 1;
      return closable(
        viewRows({
          centre: await openStored(request, images, { parts }),
          imageIds: images.map(({ imageId }) => imageId),
          views: await Promise.all(views.map((view) => openStored(request, drawn.images, { parts, view }))),
          viewRow: Int32Array.from(images, ({ imageId }) => rowOf.get(imageId) ?? -1),
        }),
      );
    },
  };
}

function drawnView({ policy, seed, colourAxes }: Augmenting, view: number): DrawnView {
  return { policy, seed, view, epochsDone: null, colourAxes };
}

/** The photos that are judged on are stored as the network takes them; the others are drawn while training runs. */
async function prepareStream(request: Augmented, context: JobContext): Promise<TrainingRows> {
  const { job } = request;
  const isStored = (image: JobImage): boolean => job.selection.kind === 'cross-validation' || isOnlyJudged(job, image);
  const judged = job.images.filter(isStored);
  const stored = judged.length === 0 ? null : await compute(request, { images: judged, views: ['centre'] }, context);
  const lost = new Set(stored?.skipped.map(({ imageId }) => imageId));
  const images = job.images.filter(({ imageId }) => !lost.has(imageId));
  return {
    images,
    skipped: stored?.skipped ?? [],
    computed: stored?.computed ?? 0,
    elapsedMs: stored?.elapsedMs ?? 0,
    open: async (leftOut) => {
      const centre = stored === null ? null : await openStored(request, stored.images);
      return openStream(request, { images, stored: stored?.images ?? [], centre, leftOut }, context);
    },
  };
}

type Stream = {
  readonly images: readonly JobImage[];
  readonly stored: readonly JobImage[];
  readonly centre: RowSource | null; // of `stored`
  readonly leftOut: LeftOut;
};

function openStream(
  { job, frozen, augmenting }: Augmented,
  { images, stored, centre, leftOut }: Stream,
  context: JobContext,
) {
  const { recipe } = job;
  const { policy, seed, colourAxes } = augmenting;
  const producers: Producers<DrawnView> = openProducers({
    threads: frozen.threads,
    slots: SLOTS,
    batchSize: Math.min(SLOT_IMAGES, recipe.batchSize * recipe.accumulate),
    preprocessing: frozen.network.preprocessing,
  });
  const rowOf = new Map(stored.map(({ imageId }, row) => [imageId as string, row]));
  const centreRow = (row: number): number => {
    const found = rowOf.get(images[row]!.imageId);
    if (found === undefined) throw new RangeError(`Photo ${row} is learnt from, not judged on.`);
    return found;
  };
  const rows = streamedRows({
    rows: {
      ...labelsOf(images),
      featureShape: frozen.rowShape,
      read: async (indices) => (await centre?.read(indices.map(centreRow))) ?? new Float32Array(0),
    },
    items: images.map(({ imageId, path }) => ({ sha256: imageId, path })),
    drawn: { policy, seed, colourAxes },
    meter: createWaitMeter(
      frozen.threads,
      () => performance.now(),
      (waits) => context.send({ kind: 'wait', ...waits }),
    ),
    ...{ producers, leftOut, breathe: context.breathe },
  });
  return { ...rows, close: () => producers.close() };
}

function closable(rows: RowSource): RowSource & { readonly close: () => Promise<void> } {
  return { ...rows, close: async () => undefined };
}

type Share = { readonly view?: DecodedView; readonly parts?: number }; // the centre; the only one that is held

function openStored({ job, frozen }: Request, images: readonly JobImage[], share: Share = {}): Promise<RowSource> {
  return openStoredRows({
    folder: job.featuresFolder,
    key: keyOfView(frozen, share.view ?? 'centre'),
    imageIds: images.map(({ imageId }) => imageId),
    featureShape: frozen.rowShape,
    ...labelsOf(images),
    maxBytesInMemory: HELD_BYTES / (share.parts ?? 1),
  });
}

function labelsOf(images: readonly JobImage[]): Pick<RowSource, 'labels' | 'groups'> {
  return { labels: Int32Array.from(images, ({ label }) => label ?? 0), groups: numberGroups(images) };
}

function numberGroups(images: readonly JobImage[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(images, ({ groupId }) => {
    const number = numbers.get(groupId) ?? numbers.size;
    numbers.set(groupId, number);
    return number;
  });
}
