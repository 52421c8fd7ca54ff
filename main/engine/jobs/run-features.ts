/** What the softmax of a finished run sees of some photos: the output of its last stage, the layers that it trained included. */
import type { Network } from '../../../shared/networks/network.ts';
import { split } from '../../../shared/networks/split.ts';
import { openFeatureStore } from '../features/store.ts';
import { type OnnxSession, openOnnxSession } from '../onnx/runtime.ts';
import { writeOnnx } from '../onnx/writer.ts';
import type { JobContext } from '../protocol/control.ts';
import type { JobImage } from '../protocol/messages.ts';
import { computeFeatures, type Features, keyOfView } from './features.ts';
import { type FrozenPart, openFrozenPart } from './frozen-part.ts';
import { readTrainedRun, type TrainedRun } from './run-state.ts';

const BATCH_ROWS = 64;

export type RunFeaturesRequest = {
  readonly runFolder: string; // of the finished run
  readonly featuresFolder: string;
  readonly backbonesFolder: string;
  readonly images: readonly JobImage[];
};
export type RunFeatures = Features & {
  readonly trained: TrainedRun;
  readonly head: Network; // what comes after the last stage: the softmax
  readonly rows: Float32Array; // [images, width]
  readonly width: number;
  readonly executor: string;
  readonly threads: number;
};

/** The centre crops, from the cache where they are there. Throws CANCELLED, DISK_FULL, DATASET_UNFIT, CHECKPOINT_DAMAGED. */
export async function prepareRunFeatures(request: RunFeaturesRequest, context: JobContext): Promise<RunFeatures> {
  const { runFolder, featuresFolder, backbonesFolder, images } = request;
  const trained = await readTrainedRun(runFolder);
  const { backbone, frozenThrough, classes } = trained;
  const place = { backbonesFolder, featuresFolder, context };
  const frozen = await openFrozenPart({ ...place, backbone, frozenThrough, classCount: classes.length });
  try {
    const features = await computeFeatures({ frozen, featuresFolder, images, views: ['centre'] }, context);
    const { prefix, suffix: head } = split(frozen.suffix, frozen.suffix.stages.at(-1)!.id);
    const body = await openBody(prefix, { trained, frozen });
    try {
      const rows = await passBody({ frozen, featuresFolder, body, images: features.images }, context);
      const width = rows.length / features.images.length;
      const { executor, threads } = frozen;
      return { ...features, trained, head, rows, width, executor, threads };
    } finally {
      await body?.close();
    }
  } finally {
    await frozen.close();
  }
}

type Parts = { readonly trained: TrainedRun; readonly frozen: FrozenPart };

/** The trained layers below the softmax; null: there are none. The caller closes it. */
export async function openBody(prefix: Network, { trained, frozen }: Parts): Promise<OnnxSession | null> {
  const last = prefix.stages.at(-1)!.node;
  if (last === 'input') return null;
  const model = writeOnnx(prefix, trained.weights, { outputNode: last, preprocessing: 'none', batch: 'dynamic' });
  return await openOnnxSession({ model, threads: frozen.threads, provider: 'cpu' });
}

type Passing = {
  readonly frozen: FrozenPart;
  readonly featuresFolder: string;
  readonly body: OnnxSession | null;
  readonly images: readonly JobImage[];
};

/** A few rows at a time: at an early cut they are large. */
async function passBody({ frozen, featuresFolder, body, images }: Passing, context: JobContext): Promise<Float32Array> {
  const rowLength = frozen.rowShape.reduce((product, extent) => product * extent, 1);
  const store = await openFeatureStore(featuresFolder, keyOfView(frozen, 'centre'), { rowLength, mode: 'read' });
  try {
    if (body === null) return await store.read(images.map(({ imageId }) => imageId));
    const width = body.outputShape.reduce((product, extent) => product * extent, 1);
    const passed = new Float32Array(images.length * width);
    for (let start = 0; start < images.length; start += BATCH_ROWS) {
      context.breathe();
      const some = images.slice(start, start + BATCH_ROWS);
      const rows = await store.read(some.map(({ imageId }) => imageId));
      passed.set(await body.run(rows, some.length), start * width);
    }
    return passed;
  } finally {
    await store.close();
  }
}
