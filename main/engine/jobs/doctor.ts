/** Trains the same few steps of LeNet-5 on each backend that can be had, compares the losses, and says which is used. */
import { AppError } from '../../../shared/contract/errors.ts';
import { normal, seededRandom } from '../../../shared/math/random.ts';
import { lenet5 } from '../../../shared/networks/lenet.ts';
import type { NamedTensor } from '../../../shared/networks/network.ts';
import { listParameters } from '../../../shared/networks/parameters.ts';
import type { JobContext } from '../protocol/control.ts';
import type { BackendCheck, DoctorResult } from '../protocol/messages.ts';
import { openPlainCpu, openTensorFlow } from '../tensorflow/door.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { type SettledRecipe, trainClassifier } from '../training/train.ts';
import { describeTrainer } from './backend.ts';
import { pinnedThreads } from './frozen-part.ts';

const EPOCHS = 4;
const IMAGES = 32;
const BATCH_SIZE = 8;
const LOSS_TOLERANCE = 1e-3; // relative, between backends: float32 sums in another order
const SEED = 7;

const recipe: SettledRecipe = {
  optimizer: 'sgd',
  learningRate: 0.01,
  schedule: 'constant',
  epochs: EPOCHS,
  batchSize: BATCH_SIZE,
  weightDecay: 0,
  labelSmoothing: 0,
  dropout: false,
  patience: null,
};

export async function runDoctor(context: JobContext): Promise<DoctorResult> {
  const threads = pinnedThreads();
  const candidates = [
    { name: 'tensorflow', open: () => openTensorFlow({ threads }) },
    { name: 'cpu (plain tfjs)', open: openPlainCpu },
  ];
  const backends: BackendCheck[] = [];
  for (const { name, open } of candidates) {
    context.breathe();
    backends.push(await checkBackend(name, open, context));
  }
  compareLosses(backends);
  return { kind: 'doctor', backends, chosen: backends.find(({ available }) => available)?.backend ?? null };
}

async function checkBackend(name: string, open: () => Promise<TensorOps>, context: JobContext): Promise<BackendCheck> {
  try {
    const ops = await open();
    await trainFewSteps(ops, context); // warm-up: first calls compile and allocate
    const startedMs = performance.now();
    const losses = await trainFewSteps(ops, context);
    const stepsPerSecond = ((EPOCHS * IMAGES) / BATCH_SIZE / (performance.now() - startedMs)) * 1000;
    const backend = ops.facts.backend === 'tensorflow' ? `tensorflow-${ops.facts.device}` : name;
    return { backend, available: true, losses, stepsPerSecond, note: describeTrainer(ops) };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'BACKEND_MISSING') throw error;
    return { backend: name, available: false, losses: [], stepsPerSecond: null, note: error.message };
  }
}

async function trainFewSteps(ops: TensorOps, context: JobContext): Promise<number[]> {
  const network = lenet5();
  const random = seededRandom(SEED);
  const weights = new Map<string, NamedTensor>(
    listParameters(network).map(({ name, shape }) => {
      const count = shape.reduce((product, extent) => product * extent, 1);
      const scale = shape.length > 1 ? Math.sqrt((shape[0] ?? 1) / count) : 0;
      return [name, { shape, values: Float32Array.from({ length: count }, () => normal(random) * scale) }];
    }),
  );
  const pixels = network.inputShape.reduce((product, extent) => product * extent, IMAGES);
  const data = {
    features: Float32Array.from({ length: pixels }, () => normal(random)),
    featureShape: network.inputShape,
    labels: Int32Array.from({ length: IMAGES }, (_, index) => index % 10),
  };
  const { epochs } = await trainClassifier(ops, {
    network,
    weights,
    data,
    recipe,
    seed: SEED,
    shouldStop: context.shouldStop,
  });
  return epochs.map(({ trainLoss }) => trainLoss);
}

/** Adds to each note how far the losses are from the first backend's. */
function compareLosses(backends: BackendCheck[]): void {
  const reference = backends.find(({ available }) => available);
  for (const check of backends) {
    if (!check.available || reference === undefined || check === reference) continue;
    const off = Math.max(
      ...check.losses.map(
        (loss, index) => Math.abs(loss - (reference.losses[index] ?? 0)) / Math.abs(reference.losses[index] ?? 1),
      ),
    );
    check.note += `; losses ${off <= LOSS_TOLERANCE ? 'agree with' : 'DIFFER from'} ${reference.backend} (at most ${off.toExponential(1)} relative); not used: ${reference.backend} comes first`;
  }
}
