import { beforeAll, describe, expect, it } from 'vitest';
import { Recipe } from '../../../shared/domain/recipe.ts';
import { normal, seededRandom } from '../../../shared/math/random.ts';
import { stratifiedFolds } from '../../../shared/math/stratified-folds.ts';
import type { Weights } from '../../../shared/networks/network.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { split, withClasses } from '../../../shared/networks/split.ts';
import { openTensorFlow } from '../tensorflow/door.ts';
import { createModel } from '../tensorflow/interpreter.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { crossValidate, leastAt } from './cross-validate.ts';
import { createOptimizer } from './optimizers.ts';
import { type RowSource, rowsInMemory } from './rows.ts';
import { tinyRequest } from './tiny-for-tests.ts';
import { LossNotFinite, runTraining } from './train.ts';

let ops: TensorOps;
beforeAll(async () => {
  ops = await openTensorFlow({ threads: 2 });
});

const network = split(withClasses(findNetwork('tf_efficientnet_lite0'), 10), 'pooled').suffix;
const zeroWeights: Weights = new Map([
  ['classifier.weight', { shape: [10, 1280], values: new Float32Array(12800) }],
  ['classifier.bias', { shape: [10], values: new Float32Array(10) }],
]);

/** Ten classes around ten random centres, with much noise. */
function cloud(count: number, seed: number, spoil: (features: Float32Array) => void = () => undefined): RowSource {
  const centreOf = seededRandom(1);
  const centres = Float32Array.from({ length: 12800 }, () => normal(centreOf));
  const random = seededRandom(seed);
  const labels = Int32Array.from({ length: count }, (_, row) => row % 10);
  const features = Float32Array.from({ length: count * 1280 }, (_, at) => {
    return 0.2 * centres[labels[Math.floor(at / 1280)]! * 1280 + (at % 1280)]! + normal(random);
  });
  spoil(features);
  return rowsInMemory({ features, featureShape: [1280], labels });
}
const recipe = { ...Recipe.parse({ epochs: 5 }), weightDecay: 0.1 };

describe('runTraining', () => {
  it('learns, keeps the best epoch, and leaves no tensor behind', async () => {
    const before = ops.tensorCount();
    const request = { network, weights: zeroWeights, data: cloud(200, 2), validation: cloud(100, 3), recipe, seed: 4 };
    const result = await runTraining(ops, request);
    expect(result.epochs).toHaveLength(5);
    const losses = result.epochs.map(({ valLoss }) => valLoss!);
    expect(result.bestEpoch).toBe(losses.indexOf(Math.min(...losses)));
    expect(result.epochs[result.bestEpoch]!.valAccuracy).toBeGreaterThan(0.5); // chance: 0.1
    expect(ops.tensorCount()).toBe(before);
  });

  it.each([
    { optimizer: 'adamw', averaging: 0.9, startShare: 0.5, batchNorm: 'freeze' },
    { optimizer: 'sgd', clipNorm: 1, accumulate: 2, mixupAlpha: 0.4, dropout: true, batchSize: 4 },
  ])('holds as many tensors after each of 200 steps: %o', async (settings) => {
    const counts: number[] = [];
    const { validation: _, ...request } = tinyRequest({ epochs: 50, ...settings }); // 26 rows in steps of 8
    await runTraining(ops, { ...request, onStep: () => void counts.push(ops.tensorCount()) });
    expect(counts).toHaveLength(200);
    expect(new Set(counts.slice(1)).size).toBe(1); // the first step makes what the optimizer remembers
  });

  it('fault 38: gives the same weights for the same seed, and others for another', async () => {
    const train = async (seed: number) => {
      const result = await runTraining(ops, { network, weights: zeroWeights, data: cloud(100, 2), recipe, seed });
      return Buffer.from(result.weights.get('classifier.weight')!.values.buffer).toString('base64');
    };
    const first = await train(7);
    expect((await train(7)) === first).toBe(true);
    expect((await train(8)) === first).toBe(false);
  });

  it('says that the loss is no number and hands back the last whole epoch', async () => {
    const before = ops.tensorCount();
    const data = cloud(64, 2, (features) => {
      features[0] = Number.NaN;
    });
    const failure = await runTraining(ops, { network, weights: zeroWeights, data, recipe, seed: 1 }).catch((e) => e);
    expect(failure).toBeInstanceOf(LossNotFinite);
    expect(failure).toMatchObject({ code: 'LOSS_NOT_FINITE', lastGood: null });
    expect(ops.tensorCount()).toBe(before);
  });

  it('stops when told to', async () => {
    const request = { network, weights: zeroWeights, data: cloud(64, 2), recipe, seed: 1, shouldStop: () => true };
    await expect(runTraining(ops, request)).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('optimizers', () => {
  const step = async (settings: Parameters<typeof createOptimizer>[2], steps: number) => {
    const weights: Weights = new Map([
      ['classifier.weight', { shape: [10, 1280], values: new Float32Array(12800).fill(2) }],
      ['classifier.bias', { shape: [10], values: new Float32Array(10).fill(2) }],
    ]);
    const model = createModel(ops, network, { weights, trainable: () => true });
    const optimizer = createOptimizer(ops, model, settings);
    for (let at = 0; at < steps; at += 1) {
      const weight = ops.fromArray(new Float32Array(12800).fill(0.5), [10, 1280]);
      const bias = ops.fromArray(new Float32Array(10).fill(0.5), [10]);
      optimizer.apply(
        new Map([
          ['classifier.weight', weight],
          ['classifier.bias', bias],
        ]),
        0.1,
      );
    }
    const found = await model.readWeights();
    optimizer.close();
    model.close();
    return [found.get('classifier.weight')!.values[0]!, found.get('classifier.bias')!.values[0]!];
  };

  it('sgd with Nesterov momentum and L2 moves as worked out by hand', async () => {
    // weight: g = 0.5 + 0.1 * 2 = 0.7, v = 0.7, w = 2 - 0.1 * (0.7 + 0.9 * 0.7) = 1.867
    // bias: no L2: v = 0.5, w = 2 - 0.1 * (0.5 + 0.45) = 1.905
    const settings = { kind: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0.1 } as const;
    const [weight, bias] = await step(settings, 1);
    expect(weight).toBeCloseTo(1.867, 5);
    expect(bias).toBeCloseTo(1.905, 5);
  });

  it('sgd adds up velocity over two steps', async () => {
    // v1 = 0.5, w1 = 1.95; v2 = 0.95, w2 = 1.855
    const [weight] = await step({ kind: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 0 }, 2);
    expect(weight).toBeCloseTo(1.855, 5);
  });

  it('adamw moves by the learning rate at a steady gradient, and decays weights only', async () => {
    // corrected moments of a steady gradient g are g and g^2, so each step is -0.1 * sign(g)
    // weight: (2 * 0.98 - 0.1) * 0.98 - 0.1 = 1.7228; bias: 2 - 0.2 = 1.8
    const settings = { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.2 } as const;
    const [weight, bias] = await step(settings, 2);
    expect(weight).toBeCloseTo(1.7228, 4);
    expect(bias).toBeCloseTo(1.8, 4);
  });
});

describe('crossValidate', () => {
  it('keeps groups whole and classes even', () => {
    const labels = Int32Array.from({ length: 60 }, (_, row) => Math.floor(row / 30));
    const groups = Int32Array.from({ length: 60 }, (_, row) => Math.floor(row / 2));
    const foldOf = stratifiedFolds({ labels, groups, folds: 5, seed: 3 });
    for (let row = 0; row < 60; row += 2) expect(foldOf[row]).toBe(foldOf[row + 1]);
    for (const label of [0, 1]) {
      for (let fold = 0; fold < 5; fold += 1) {
        expect(foldOf.filter((each, row) => each === fold && labels[row] === label)).toHaveLength(6);
      }
    }
  });

  it('passes over strengths whose losses are no numbers, and says so where there are no others', async () => {
    const bad = {
      optimizer: 'sgd',
      learningRate: 100,
      schedule: 'constant',
      weightDecay: 1000,
      epochs: 4,
      batchSize: 2,
    };
    const shared = { network, weights: zeroWeights, data: cloud(60, 5), seed: 2 };
    const failed = crossValidate(ops, { ...shared, folds: 3, recipe: Recipe.parse(bad) });
    await expect(failed).rejects.toMatchObject({ code: 'LOSS_NOT_FINITE' });
    await expect(failed).rejects.toThrow('Choose a lower learning rate, for example 10');
    expect(leastAt([Number.NaN, 3, Number.POSITIVE_INFINITY, 2])).toBe(3);
    expect(leastAt([Number.NaN])).toBe(-1);
  });

  it('chooses a strength of the grid and a number of epochs', async () => {
    const data = cloud(244, 5);
    const request = {
      network,
      weights: zeroWeights,
      data,
      folds: 5,
      recipe: Recipe.parse({ epochs: 8 }),
      seed: 2,
    };
    const startedMs = performance.now();
    const chosen = await crossValidate(ops, request);
    console.info('cross-validation', chosen, `${Math.round(performance.now() - startedMs)} ms`);
    expect(chosen.accuracy).toBeGreaterThan(0.5);
    expect(chosen.epochs).toBeGreaterThan(0);
  });
});
