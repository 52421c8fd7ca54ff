import { beforeAll, describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../../shared/math/random.ts';
import { lenet5 } from '../../../shared/networks/lenet.ts';
import type { Network, Weights } from '../../../shared/networks/network.ts';
import { listParameters } from '../../../shared/networks/parameters.ts';
import { resnet18 } from '../../../shared/networks/resnet.ts';
import { mainOutputNode, split, withClasses } from '../../../shared/networks/split.ts';
import { openOnnxSession } from '../onnx/runtime.ts';
import { writeOnnx } from '../onnx/writer.ts';
import { trainingStep64, widened } from '../reference/training-step.ts';
import { openTensorFlow } from './door.ts';
import { createModel, type Model } from './interpreter.ts';
import type { TensorOps } from './ops.ts';

const isFull = process.env.THAW_FULL === '1';
if (!isFull) console.warn('LEFT OUT: resnet18 from a cut on in float64 (it takes half a minute; THAW_FULL=1 runs it)');

let ops: TensorOps;
beforeAll(async () => {
  ops = await openTensorFlow({ threads: 2 });
});

const batch = 2;
const labels = Int32Array.of(1, 2);
const rate = 0.01;

/** He et al. 2015, arXiv:1502.01852; norms start as the identity. */
function freshWeights(network: Network): Weights {
  const random = seededRandom(4);
  return new Map(
    listParameters(network).map(({ name, shape }) => {
      const length = shape.reduce((product, extent) => product * extent, 1);
      if (shape.length === 1) {
        return [name, { shape, values: new Float32Array(length).fill(/(weight|running_var)$/.test(name) ? 1 : 0) }];
      }
      const deviation = Math.sqrt((2 * shape[0]!) / length);
      return [name, { shape, values: Float32Array.from({ length }, () => deviation * normal(random)) }];
    }),
  );
}

async function descend(model: Model, input: Float32Array, steps: number): Promise<Weights> {
  for (let index = 0; index < steps; index += 1) {
    const { gradients } = await model.trainStep(input, labels, { labelSmoothing: 0, random: null });
    const factor = ops.fromArray(Float32Array.of(rate), []);
    for (const [name, gradient] of gradients) {
      const change = ops.multiply(gradient, factor);
      model.replace(name, ops.subtract(model.parameter(name), change));
      ops.dispose(change);
    }
    ops.dispose(factor, ...gradients.values());
  }
  const weights = await model.readWeights();
  model.close();
  return weights;
}

/** What the frozen prefix gives in ONNX Runtime, batch norm folded, as the feature cache has it. */
async function cachedFeatures(prefix: Network, weights: Weights, input: Float32Array): Promise<Float32Array> {
  const outputNode = mainOutputNode(prefix);
  const model = writeOnnx(prefix, weights, { outputNode, preprocessing: 'none', batch: 'dynamic' });
  const session = await openOnnxSession({ model, threads: 1, provider: 'cpu' });
  const features = await session.run(input, batch);
  await session.close();
  return features;
}

const lenet = lenet5();
type Case = { readonly stage: string; readonly base: Network; readonly steps: number; readonly tolerance: number };
const cases: readonly Case[] = [
  ...lenet.stages.map(({ id }) => ({ stage: id, base: lenet, steps: 5, tolerance: 1e-5 })),
  // At a tie a ReLU of the float32 step passes its gradient elsewhere: TensorFlow's step on TensorFlow's features is 1.8e-5
  // from the float64 one, on ONNX Runtime's 2e-8. Folding is not the cause: those features are the nearer ones to float64
  // (7.1e-7 of the largest, TensorFlow's 1.6e-6). In float64 both give the same weights to 4e-8 at 224 pixels; the test
  // below does that at 64, which takes seconds instead of a minute.
  { stage: 'layer3.1', base: resnet18(), steps: 1, tolerance: 1e-4 },
];

/** Largest difference of any weight, over the largest of its tensor. */
function distance(found: Weights, wanted: Weights): number {
  const each = [...found].map(([name, { values }]) => {
    const others = wanted.get(name)!.values;
    const largest = others.reduce((most, value) => Math.max(most, Math.abs(value)), 0.1);
    return values.reduce((worst, value, at) => Math.max(worst, Math.abs(value - others[at]!)), 0) / largest;
  });
  return Math.max(...each);
}

describe('training from a cut on', () => {
  it.each(cases)('$base.id at $stage: the same on cached features as on images', async (each) => {
    const { stage, base, steps, tolerance } = each;
    const network = withClasses(base, 3);
    const weights = freshWeights(network);
    const random = seededRandom(9);
    const length = network.inputShape.reduce((product, extent) => product * extent, batch);
    const images = Float32Array.from({ length }, () => normal(random));
    const { prefix, suffix } = split(network, stage);
    const names = new Set(listParameters(suffix).map(({ name }) => name));
    const whole = createModel(ops, network, { weights, trainable: (name) => names.has(name) });
    const wanted = await descend(whole, images, steps);
    const trainSuffix = (features: Float32Array) =>
      descend(createModel(ops, suffix, { weights, trainable: () => true }), features, steps);

    const frozen = createModel(ops, prefix, { weights, trainable: () => false });
    const found = await trainSuffix(await frozen.forward(images));
    frozen.close();
    expect([...found.keys()].sort()).toEqual([...names].sort());
    expect(distance(found, wanted)).toBe(0); // the same operations on the same numbers
    const onCached = await trainSuffix(await cachedFeatures(prefix, weights, images));
    expect(distance(onCached, wanted)).toBeLessThan(tolerance);

    for (const name of names) expect(distance(new Map([[name, found.get(name)!]]), weights), name).toBeGreaterThan(0);
    for (const { name } of listParameters(prefix)) expect(wanted.get(name)).toEqual(weights.get(name));
  });

  it.runIf(isFull)(
    'resnet18 at layer3.1, 64 pixels wide: the same to 1e-5 in float64, on features of both libraries',
    async () => {
      const network = withClasses({ ...resnet18(), inputShape: [3, 64, 64] }, 3);
      const weights = freshWeights(network);
      const random = seededRandom(9);
      const length = network.inputShape.reduce((product, extent) => product * extent, batch);
      const images = Float32Array.from({ length }, () => normal(random));
      const { prefix, suffix } = split(network, 'layer3.1');
      const own = new Map(listParameters(suffix).map(({ name }) => [name, weights.get(name)!]));
      const descended = (input: Float32Array): Weights => {
        const parameters = widened(own);
        const settings = { labels, labelSmoothing: 0, classWeights: null, random: null, trains: () => true };
        const { gradients } = trainingStep64({ network: suffix, parameters, input, ...settings });
        const moved = (values: Float32Array, name: string) =>
          values.map((value, at) => value - rate * (gradients.get(name)?.[at] ?? 0));
        return new Map([...own].map(([name, { shape, values }]) => [name, { shape, values: moved(values, name) }]));
      };
      const frozen = createModel(ops, prefix, { weights, trainable: () => false });
      const onImages = descended(await frozen.forward(images));
      frozen.close();
      const onCached = descended(await cachedFeatures(prefix, weights, images));
      expect(distance(onCached, onImages)).toBeLessThan(1e-5);
      expect(distance(onCached, own)).toBeGreaterThan(1e-3); // it has learnt
    },
    120_000,
  );
});
