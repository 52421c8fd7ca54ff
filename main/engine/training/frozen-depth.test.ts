/** Training the softmax on cached features is training the network with everything below it frozen. */
import { beforeAll, expect, it } from 'vitest';
import { Recipe } from '../../../shared/domain/recipe.ts';
import { normal, seededRandom } from '../../../shared/math/random.ts';
import type { NamedTensor, Network, Weights } from '../../../shared/networks/network.ts';
import { listParameters } from '../../../shared/networks/parameters.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { split, withClasses } from '../../../shared/networks/split.ts';
import { openTensorFlow } from '../tensorflow/door.ts';
import { createModel } from '../tensorflow/interpreter.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { rowsInMemory, widthOf } from './rows.ts';
import { runTraining } from './train.ts';

const ROWS = 24;
let ops: TensorOps;
beforeAll(async () => {
  ops = await openTensorFlow({ threads: 2 });
});

/** Random, as a checkpoint might have them; classifiers start at zero. */
function randomWeights(network: Network, random: () => number): Weights {
  return new Map(
    listParameters(network).map(({ name, shape }): [string, NamedTensor] => {
      const length = widthOf(shape);
      const scale = Math.sqrt((2 * shape[0]!) / length);
      const draw = (): number => {
        if (name.startsWith('classifier')) return 0;
        if (shape.length > 1) return scale * normal(random);
        return name.endsWith('weight') || name.endsWith('var') ? 0.5 + random() : 0.1 * normal(random);
      };
      return [name, { shape, values: Float32Array.from({ length }, draw) }];
    }),
  );
}

it('gives the same softmax to 1e-5, and batch norms that are frozen do not move', async () => {
  const before = ops.tensorCount();
  const random = seededRandom(3);
  const deep = split(withClasses(findNetwork('tf_efficientnet_lite0'), 3), 'blocks.6').suffix;
  const weights = randomWeights(deep, random);
  const labels = Int32Array.from({ length: ROWS }, (_, row) => row % 3);
  const features = Float32Array.from({ length: ROWS * widthOf(deep.inputShape) }, () => normal(random));
  const { prefix, suffix } = split(deep, 'pooled');
  const frozen = createModel(ops, prefix, { weights, trainable: () => false });
  const cached = await frozen.forward(features);
  frozen.close();
  const recipe = {
    ...Recipe.parse({ epochs: 4, batchSize: 8, optimizer: 'sgd', learningRate: 0.05 }),
    weightDecay: 0.001,
  };
  const settings = { recipe, seed: 6, trainable: (name: string) => name.startsWith('classifier.') };

  const rows = rowsInMemory({ features, featureShape: deep.inputShape, labels });
  const whole = await runTraining(ops, { network: deep, weights, data: rows, ...settings });
  const pooled = rowsInMemory({ features: cached, featureShape: suffix.inputShape, labels });
  const softmax = await runTraining(ops, { network: suffix, weights, data: pooled, ...settings });

  for (const [name, { values }] of softmax.weights) {
    const moved = Math.max(...values.map(Math.abs));
    const difference = Math.max(...values.map((value, at) => Math.abs(value - whole.weights.get(name)!.values[at]!)));
    expect(moved, name).toBeGreaterThan(1e-3);
    expect(difference, name).toBeLessThan(1e-5);
  }
  const still = [...whole.weights].filter(([name]) => !name.startsWith('classifier.'));
  expect(still.length).toBeGreaterThan(4);
  for (const [name, { values }] of still) expect(values, name).toEqual(weights.get(name)!.values);
  expect(ops.tensorCount()).toBe(before);
});
