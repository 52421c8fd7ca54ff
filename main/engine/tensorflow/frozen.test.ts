import { beforeAll, describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../../shared/math/random.ts';
import { activation, batchNorm, conv, dense, imageNetPreprocessing, valid } from '../../../shared/networks/builder.ts';
import { lenet5 } from '../../../shared/networks/lenet.ts';
import type { Network, NetworkNode, Weights } from '../../../shared/networks/network.ts';
import { listParameters } from '../../../shared/networks/parameters.ts';
import { openTensorFlow } from './door.ts';
import { createModel, type Model, type StepOptions } from './interpreter.ts';
import type { TensorOps } from './ops.ts';

let ops: TensorOps;
beforeAll(async () => {
  ops = await openTensorFlow({ threads: 1 });
});

const same = { kind: 'same' } as const;

function block(id: string, input: string): NetworkNode[] {
  return [
    conv(`${id}.conv`, { input, outChannels: 8, kernel: 3, padding: same, bias: false }),
    batchNorm(`${id}.bn`, `${id}.conv`, { epsilon: 1e-5, momentum: 0.1 }),
    activation(`${id}.act`, `${id}.bn`, 'relu'),
    { kind: 'add', id: `${id}.add`, inputs: [`${id}.act`, input] },
  ];
}

/** A stem and two residual blocks with batch norm. */
function residual(): Network {
  return {
    ...{ id: 'residual', title: 'Residual', paper: '', inputShape: [3, 8, 8], preprocessing: imageNetPreprocessing },
    nodes: [
      conv('stem', { input: 'input', outChannels: 8, kernel: 1, padding: valid, bias: true }),
      ...block('one', 'stem'),
      ...block('two', 'one.add'),
      { kind: 'globalAvgPool', id: 'pool', inputs: ['two.add'] },
      { kind: 'dropout', id: 'dropout', inputs: ['pool'], rate: 0.3 },
      dense('fc', 'dropout', 3),
    ],
    stages: [
      { id: 'input', node: 'input', title: 'Image' },
      { id: 'one', node: 'one.add', title: 'One' },
      { id: 'two', node: 'two.add', title: 'Two' },
    ],
    heads: [{ id: 'fc', node: 'fc', lossWeight: 1 }],
  };
}

function randomWeights(network: Network): Weights {
  const random = seededRandom(1);
  return new Map(
    listParameters(network).map(({ name, shape }) => {
      const length = shape.reduce((product, extent) => product * extent, 1);
      const draw = () => (name.endsWith('running_var') ? 0.5 + random() : normal(random) / Math.sqrt(length));
      return [name, { shape, values: Float32Array.from({ length }, draw) }];
    }),
  );
}

function batchOf(network: Network, count: number, seed: number) {
  const random = seededRandom(seed);
  const length = network.inputShape.reduce((product, extent) => product * extent, count);
  const input = Float32Array.from({ length }, () => 3 + normal(random)); // far from the running moments
  return { input, labels: Int32Array.from({ length: count }, (_, row) => row % 3) };
}

const options: StepOptions = { labelSmoothing: 0.1, random: null };

/** Plain gradient descent, so that what trains moves. Gives the names that had a gradient. */
async function descend(model: Model, batch: ReturnType<typeof batchOf>, step: StepOptions): Promise<string[]> {
  const { gradients } = await model.trainStep(batch.input, batch.labels, step);
  const rate = ops.fromArray(Float32Array.of(0.05), []);
  for (const [name, gradient] of gradients) {
    const change = ops.multiply(gradient, rate);
    model.replace(name, ops.subtract(model.parameter(name), change));
    ops.dispose(change);
  }
  ops.dispose(rate, ...gradients.values());
  return [...gradients.keys()];
}

const bytes = (values: Float32Array): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength);

const parts: readonly (readonly [string, (name: string) => boolean])[] = [
  ['nothing', () => true],
  ['the first block', (name) => !/^(stem|one)\b/.test(name)],
  ['everything but the classifier', (name) => name.startsWith('fc.')],
  ['only the norms', (name) => !name.includes('.bn.')],
  ['only the second block', (name) => !name.startsWith('two.')],
];

describe.each(parts)('with %s frozen', (_what, trainable) => {
  it.each(['none', 'stages'] as const)(
    'five steps move what trains and no bit of the rest, running moments of frozen norms included; recomputed: %s',
    async (recompute) => {
      const network = residual();
      const weights = randomWeights(network);
      const before = ops.tensorCount();
      const model = createModel(ops, network, { weights, trainable });
      for (let index = 0; index < 5; index += 1) {
        const step = { ...options, random: seededRandom(index), recompute };
        const names = await descend(model, batchOf(network, 6, index), step);
        expect(names.sort()).toEqual([...model.trainableNames].sort());
      }
      const after = await model.readWeights();
      model.close();
      expect(ops.tensorCount()).toBe(before);
      for (const { name } of listParameters(network)) {
        const owner = name.replace(/running_(mean|var)$/, 'weight'); // a norm's moments go with its weight
        const moved = !bytes(after.get(name)!.values).equals(bytes(weights.get(name)!.values));
        expect(moved, name).toBe(trainable(owner));
      }
    },
  );
});

it.each([
  ['LeNet-5', lenet5(), 200, 'none'],
  ['a residual network', residual(), 20, 'none'],
  ['a residual network that computes its stages again', residual(), 20, 'stages'],
] as const)('holds the number of tensors flat: %s', async (_what, network, steps, recompute) => {
  const model = createModel(ops, network, { weights: randomWeights(network), trainable: () => true });
  const batch = batchOf(network, 4, 1);
  const before = ops.tensorCount();
  for (let index = 0; index < steps; index += 1) {
    await descend(model, batch, { ...options, random: seededRandom(index), recompute });
    expect(ops.tensorCount()).toBe(before);
  }
  model.close();
});

it('gives the same bits where it computes its stages again, dropout and running moments included', async () => {
  const run = async (recompute: 'none' | 'stages') => {
    const network = residual();
    const model = createModel(ops, network, { weights: randomWeights(network), trainable: () => true });
    for (let index = 0; index < 3; index += 1) {
      await descend(model, batchOf(network, 6, index), { ...options, random: seededRandom(index), recompute });
    }
    const weights = await model.readWeights();
    model.close();
    return weights;
  };
  const [kept, again] = [await run('none'), await run('stages')];
  for (const [name, { values }] of kept) {
    expect(bytes(again.get(name)!.values).equals(bytes(values)), name).toBe(true);
  }
});
