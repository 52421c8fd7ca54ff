import { beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../shared/math/random.ts';
import { activation, around, batchNorm, conv, dense } from '../../../shared/networks/builder.ts';
import type { Network, Weights } from '../../../shared/networks/network.ts';
import { listParameters } from '../../../shared/networks/parameters.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { openTensorFlow } from './door.ts';
import { createModel, type Model } from './interpreter.ts';
import type { TensorOps } from './ops.ts';
import { planStep } from './step-plan.ts';

const batchSize = 3;
const moments = { epsilon: 1e-3, momentum: 0.1 };
const rounded = (id: string, input: string, stride: number) => [
  conv(`${id}.conv`, { input, outChannels: 4, kernel: 3, stride, padding: around(1), bias: false }),
  batchNorm(`${id}.norm`, `${id}.conv`, moments),
  activation(id, `${id}.norm`, 'relu6'),
];
const headless = { title: '', paper: '', preprocessing: findNetwork('lenet5').preprocessing };

/** Two stages, a residual, dropout before the cut, and an auxiliary head that hangs on the first stage. */
const network: Network = {
  ...headless,
  id: 'two-stages',
  inputShape: [2, 8, 8],
  nodes: [
    ...rounded('a', 'input', 2),
    { kind: 'dropout', id: 'drop', inputs: ['a'], rate: 0.3 },
    ...rounded('b', 'drop', 1),
    { kind: 'add', id: 'sum', inputs: ['b', 'drop'] },
    ...rounded('c', 'sum', 1),
    { kind: 'globalAvgPool', id: 'aux.pool', inputs: ['drop'] },
    dense('aux', 'aux.pool', 3),
    { kind: 'globalAvgPool', id: 'pool', inputs: ['c'] },
    dense('head', 'pool', 3),
  ],
  stages: [
    { id: 'first', node: 'drop', title: '' },
    { id: 'second', node: 'c', title: '' },
  ],
  heads: [
    { id: 'head', node: 'head', lossWeight: 1 },
    { id: 'aux', node: 'aux', lossWeight: 0.3 },
  ],
};

let ops: TensorOps;
beforeAll(async () => {
  ops = await openTensorFlow({ threads: 2 });
});

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);

function weights(): Weights {
  const random = seededRandom(5);
  return new Map(
    listParameters(network).map(({ name, shape }) => {
      return [name, { shape, values: Float32Array.from({ length: sizeOf(shape) }, () => random() + 0.1) }];
    }),
  );
}

function input(): Float32Array {
  const random = seededRandom(6);
  return Float32Array.from({ length: batchSize * sizeOf(network.inputShape) }, () => random() - 0.5);
}

const openModel = (use: TensorOps, trainable: (name: string) => boolean = () => true): Model =>
  createModel(use, network, { weights: weights(), trainable });

async function oneStep(recompute: 'none' | 'stages', trainable?: (name: string) => boolean) {
  const model = openModel(ops, trainable);
  const options = { labelSmoothing: 0.1, random: seededRandom(7), recompute };
  const { loss, gradients } = await model.trainStep(input(), Int32Array.of(0, 1, 2), options);
  const found = new Map<string, Float32Array>();
  for (const [name, tensor] of gradients) found.set(name, (await ops.read(tensor)).slice());
  const after = await model.readWeights();
  ops.dispose(...gradients.values());
  model.close();
  return { loss, gradients: found, after };
}

describe('a training step', () => {
  it.each([
    ['everything', undefined],
    ['the second stage and the heads', (name: string) => !name.startsWith('a.')],
  ])('gives the same bits when it computes stages again and trains %s', async (_, trainable) => {
    const before = ops.tensorCount();
    const [kept, again] = [await oneStep('none', trainable), await oneStep('stages', trainable)];
    expect(kept.gradients.size).toBeGreaterThan(5);
    expect(again).toEqual(kept);
    expect(ops.tensorCount()).toBe(before);
  });

  it('leaves the running statistics as they were, and at most what the failing node made, wherever it fails', async () => {
    const calls = await countCalls(Number.POSITIVE_INFINITY);
    for (const failing of [1, 2, 3, 5, calls - 1, calls]) {
      const before = ops.tensorCount();
      const { statistics } = await failAt(failing);
      expect(statistics, `call ${failing}`).toEqual(weights().get('a.norm.running_mean'));
      expect(ops.tensorCount() - before, `call ${failing}`).toBeLessThanOrEqual(1);
    }
  });
});

/** Convolutions forward and backward are counted; the one of that number throws. */
function failing(at: number) {
  let count = 0;
  const guard = <A extends readonly unknown[], R>(run: (...args: A) => R) => {
    return (...args: A): R => {
      count += 1;
      if (count === at) throw new Error('out of memory');
      return run(...args);
    };
  };
  const guarded: TensorOps = {
    ...ops,
    conv: guard(ops.conv),
    convInputGradient: guard(ops.convInputGradient),
    convWeightGradient: guard(ops.convWeightGradient),
  };
  return { guarded, calls: () => count };
}

async function countCalls(at: number): Promise<number> {
  const { guarded, calls } = failing(at);
  const model = openModel(guarded);
  const { gradients } = await model.trainStep(input(), Int32Array.of(0, 1, 2), { labelSmoothing: 0, random: null });
  ops.dispose(...gradients.values());
  model.close();
  return calls();
}

async function failAt(at: number) {
  const model = openModel(failing(at).guarded);
  const step = model.trainStep(input(), Int32Array.of(0, 1, 2), { labelSmoothing: 0, random: seededRandom(1) });
  await expect(step).rejects.toThrow('out of memory');
  const statistics = (await model.readWeights()).get('a.norm.running_mean');
  model.close();
  return { statistics };
}

describe('the plan of a step', () => {
  it('puts an auxiliary head into the segment that it hangs on', () => {
    const { segments, cuts } = planStep(network, () => true);
    expect(cuts).toEqual(['input', 'drop', 'c']);
    expect(segments.map((nodes) => nodes.length)).toEqual([4, 9, 2]);
    expect(segments[1]!.map(({ id }) => id)).toContain('aux');
  });

  it('reads nothing for what is frozen, and never the output of a norm that feeds an activation', () => {
    const { reads, learning } = planStep(network, (name) => name.startsWith('c.') || name.startsWith('head.'));
    expect([...learning]).toEqual(['c.conv', 'c.norm', 'c', 'pool', 'head']);
    const read = new Set(network.nodes.flatMap((node) => reads(node)));
    expect([...read].sort()).toEqual(['c', 'c.conv', 'pool', 'sum']);
  });
});
