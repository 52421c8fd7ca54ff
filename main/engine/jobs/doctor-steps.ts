/** The same few steps of LeNet-5 for every backend: seeded, so that their losses can be compared. */
import { AppError } from '../../../shared/contract/errors.ts';
import { Recipe } from '../../../shared/domain/recipe.ts';
import { normal, seededRandom } from '../../../shared/math/random.ts';
import { lenet5 } from '../../../shared/networks/lenet.ts';
import type { NamedTensor, Network, Weights } from '../../../shared/networks/network.ts';
import { listParameters } from '../../../shared/networks/parameters.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import type { SettledRecipe } from '../training/request.ts';
import { rowsInMemory } from '../training/rows.ts';
import { runTraining } from '../training/train.ts';

const EPOCHS = 6;
const IMAGES = 16; // an epoch is two steps: plain tfjs makes 1.7 a second, WebGPU in software 0.6
const BATCH_SIZE = 8;
const SEED = 7;
const TIME_LIMIT_MS = 1000; // after the first epoch, which is always finished

const recipe: SettledRecipe = {
  ...Recipe.parse({
    optimizer: 'sgd',
    learningRate: 0.01,
    schedule: 'constant',
    epochs: EPOCHS,
    batchSize: BATCH_SIZE,
    labelSmoothing: 0,
    patience: null,
  }),
  weightDecay: 0,
};

export type FewSteps = {
  readonly losses: number[]; // mean of each epoch; fewer epochs on a slow backend, the same ones
  readonly stepsPerSecond: number; // without the first epoch where there is another: it compiles and allocates
};

/** Throws CANCELLED when asked to stop. */
export async function trainFewSteps(ops: TensorOps, shouldStop: () => boolean): Promise<FewSteps> {
  const network = lenet5();
  const random = seededRandom(SEED);
  const weights = randomWeights(network, random);
  const pixels = network.inputShape.reduce((product, extent) => product * extent, IMAGES);
  const data = rowsInMemory({
    features: Float32Array.from({ length: pixels }, () => normal(random)),
    featureShape: network.inputShape,
    labels: Int32Array.from({ length: IMAGES }, (_, index) => index % 10),
  });
  const losses: number[] = [];
  const epochEndsMs = [performance.now()];
  const isOutOfTime = (): boolean =>
    losses.length > 0 && performance.now() - (epochEndsMs[0] ?? 0) > TIME_LIMIT_MS && !shouldStop();
  try {
    await runTraining(ops, {
      ...{ network, weights, data, recipe, seed: SEED },
      shouldStop: () => shouldStop() || isOutOfTime(),
      onEpoch: ({ trainLoss }) => {
        losses.push(trainLoss);
        epochEndsMs.push(performance.now());
      },
    });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'CANCELLED' || !isOutOfTime()) throw error;
  }
  const counted = losses.length > 1 ? epochEndsMs.slice(1) : epochEndsMs;
  const elapsedMs = (counted.at(-1) ?? 0) - (counted[0] ?? 0);
  const steps = ((counted.length - 1) * IMAGES) / BATCH_SIZE;
  return { losses, stepsPerSecond: (steps / Math.max(elapsedMs, 1e-3)) * 1000 };
}

/** Normal weights scaled by their fan-in; batch norms that change nothing; zero biases. */
export function randomWeights(network: Network, random: () => number): Weights {
  const ones = new Set(
    network.nodes.flatMap((node) => (node.kind === 'batchNorm' ? [node.weight, node.runningVariance] : [])),
  );
  return new Map(
    listParameters(network).map(({ name, shape }): [string, NamedTensor] => {
      const length = shape.reduce((product, extent) => product * extent, 1);
      if (shape.length === 1) return [name, { shape, values: new Float32Array(length).fill(ones.has(name) ? 1 : 0) }];
      const scale = Math.sqrt((shape[0] ?? 1) / length);
      return [name, { shape, values: Float32Array.from({ length }, () => normal(random) * scale) }];
    }),
  );
}
