import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openPlainCpu, openTensorFlow } from '../tensorflow/door.ts';
import type { Tensor, TensorOps } from '../tensorflow/ops.ts';
import type { OptimizerSettings } from './optimizer-steps.ts';
import { createOptimizer, type Optimizer } from './optimizers.ts';
import { outOfMemoryError } from './tiny-for-tests.ts';

const Paths = z.record(z.string(), z.record(z.string(), z.array(z.array(z.number()))));
/** Made by e2e/fixtures/torch-optimizers.py: 6 steps; the bias learns at half the rate, without decay. */
const torch = z
  .object({ optimizers: Paths })
  .parse(JSON.parse(readFileSync(new URL('../../../e2e/fixtures/torch-optimizers.json', import.meta.url), 'utf8')));

const shapes: Readonly<Record<string, readonly number[]>> = { weight: [2, 3], bias: [2] };
const sgd = { kind: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 0.1 } as const;
const adamw = { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1 } as const;
const rmsprop = { kind: 'rmsprop', alpha: 0.9, momentum: 0, epsilon: 1e-3, weightDecay: 0.1 } as const;
const runs: readonly { readonly name: string; readonly settings: OptimizerSettings; readonly rate: number }[] = [
  { name: 'sgd', settings: sgd, rate: 0.05 },
  { name: 'nesterov', settings: { ...sgd, nesterov: true }, rate: 0.05 },
  { name: 'plain-sgd', settings: { ...sgd, momentum: 0, weightDecay: 0 }, rate: 0.05 },
  { name: 'adamw', settings: adamw, rate: 0.05 },
  { name: 'rmsprop', settings: rmsprop, rate: 0.01 },
  { name: 'rmsprop-momentum', settings: { ...rmsprop, momentum: 0.9 }, rate: 0.01 },
];

const countOf = (name: string): number => shapes[name]!.reduce((product, extent) => product * extent, 1);
const numbers = (name: string, make: (at: number) => number): Float32Array =>
  Float32Array.from({ length: countOf(name) }, (_, at) => make(at));
const startOf = (name: string): Float32Array => numbers(name, (at) => Math.sin(1 + at + 10 * name.length));
const gradientOf = (name: string, step: number): Float32Array =>
  numbers(name, (at) => Math.sin(0.7 * step + at + name.length) / (1 + step));

/** Parameters without a network. */
function createLayer(ops: TensorOps, values: (name: string) => Float32Array = startOf) {
  const tensors = new Map(Object.keys(shapes).map((name) => [name, ops.fromArray(values(name), shapes[name]!)]));
  return {
    parameter: (name: string): Tensor => tensors.get(name)!,
    replace: (name: string, tensor: Tensor): void => {
      ops.dispose(tensors.get(name)!);
      tensors.set(name, tensor);
    },
    read: async (name: string) => (await ops.read(tensors.get(name)!)).slice(),
    close: () => ops.dispose(...tensors.values()),
  };
}

function step(ops: TensorOps, optimizer: Optimizer, at: { readonly step: number; readonly rate: number }): void {
  const gradients = new Map(
    Object.keys(shapes).map((name) => [name, ops.fromArray(gradientOf(name, at.step), shapes[name]!)]),
  );
  optimizer.apply(gradients, (name) => (name === 'bias' ? at.rate / 2 : at.rate));
}

describe.each([
  { backend: 'TensorFlow', open: () => openTensorFlow({ threads: 2 }) },
  { backend: 'plain tfjs', open: openPlainCpu },
])('optimizers on $backend', ({ open }) => {
  let ops: TensorOps;
  beforeAll(async () => {
    ops = await open();
  });

  it.each(runs)('$name moves as PyTorch does, and leaves no tensor behind', async ({ name, settings, rate }) => {
    const before = ops.tensorCount();
    const layer = createLayer(ops);
    const optimizer = createOptimizer(ops, layer, settings);
    for (let at = 0; at < 6; at += 1) {
      step(ops, optimizer, { step: at, rate });
      for (const parameter of Object.keys(shapes)) {
        const found = await layer.read(parameter);
        for (const [index, wanted] of torch.optimizers[name]![parameter]![at]!.entries()) {
          expect(Math.abs(found[index]! - wanted)).toBeLessThan(2e-6);
        }
      }
    }
    optimizer.close();
    layer.close();
    expect(ops.tensorCount()).toBe(before);
  });

  it.each(runs)('$name goes on bit for bit from a saved state', async ({ settings, rate }) => {
    const [layer, whole] = [createLayer(ops), createLayer(ops)];
    const [first, uninterrupted] = [createOptimizer(ops, layer, settings), createOptimizer(ops, whole, settings)];
    for (let at = 0; at < 3; at += 1) step(ops, first, { step: at, rate });
    const saved = new Map<string, { shape: readonly number[]; values: Float32Array }>();
    for (const [name, tensor] of first.state()) {
      saved.set(name, { shape: tensor.shape, values: (await ops.read(tensor)).slice() });
    }
    const weights = new Map<string, Float32Array>();
    for (const name of Object.keys(shapes)) weights.set(name, await layer.read(name));
    const counters = JSON.parse(JSON.stringify(first.counters()));
    const resumed = createLayer(ops, (name) => weights.get(name)!.slice());
    const second = createOptimizer(ops, resumed, settings);
    second.restore(saved, counters);
    for (let at = 3; at < 6; at += 1) step(ops, second, { step: at, rate });
    for (let at = 0; at < 6; at += 1) step(ops, uninterrupted, { step: at, rate });
    for (const name of Object.keys(shapes)) {
      expect(Buffer.from((await resumed.read(name)).buffer)).toEqual(Buffer.from((await whole.read(name)).buffer));
    }
    for (const each of [first, second, uninterrupted, layer, resumed, whole]) each.close();
  });

  it('keeps the number of tensors over 200 steps', () => {
    const layer = createLayer(ops);
    const optimizer = createOptimizer(ops, layer, adamw);
    step(ops, optimizer, { step: 0, rate: 0.001 });
    const after = ops.tensorCount();
    for (let at = 1; at <= 200; at += 1) step(ops, optimizer, { step: at, rate: 0.001 });
    expect(ops.tensorCount()).toBe(after);
    optimizer.close();
    layer.close();
  });
});

describe('an optimizer', () => {
  let ops: TensorOps;
  beforeAll(async () => {
    ops = await openTensorFlow({ threads: 2 });
  });

  it('leaves a parameter at rate 0 alone, with its state, and counts its steps from where it thaws', async () => {
    const layer = createLayer(ops);
    const optimizer = createOptimizer(ops, layer, { ...adamw, weightDecay: 0 });
    const gradients = () =>
      new Map(Object.entries(shapes).map(([name, shape]) => [name, ops.fromArray(startOf(name).fill(0.5), shape)]));
    optimizer.apply(gradients(), (name) => (name === 'weight' ? 0 : 0.1));
    expect(await layer.read('weight')).toEqual(startOf('weight'));
    expect([...optimizer.state().keys()].sort()).toEqual(['first/bias', 'second/bias']);
    optimizer.apply(gradients(), 0.1);
    expect(optimizer.counters()).toEqual({ bias: 2, weight: 1 });
    // with corrected moments the first step is the rate times the sign of the gradient, whenever it comes
    expect((await layer.read('weight'))[0]).toBeCloseTo(startOf('weight')[0]! - 0.1, 5);
    optimizer.close();
    layer.close();
  });

  it.each(runs)(
    'fault 29: $name lets a parameter wait for memory until another has moved: the same bits',
    async (run) => {
      const before = ops.tensorCount();
      let roomFor = 0; // additions of the weight's shape that fit before the bias has moved
      const tight: TensorOps = {
        ...ops,
        add: (a, b) => {
          if (a.shape.length === 2 && roomFor-- === 0) throw outOfMemoryError();
          return ops.add(a, b);
        },
      };
      const order: string[] = [];
      const [layer, roomy] = [createLayer(ops), createLayer(ops)];
      const noted = {
        ...layer,
        replace: (name: string, tensor: Tensor) => {
          order.push(name);
          layer.replace(name, tensor);
        },
      };
      const optimizer = createOptimizer(tight, noted, run.settings);
      const undisturbed = createOptimizer(ops, roomy, run.settings);
      for (let at = 0; at < 4; at += 1) {
        roomFor = at; // another place each time, where the optimizer has so many additions
        step(ops, optimizer, { step: at, rate: run.rate });
        step(ops, undisturbed, { step: at, rate: run.rate });
      }
      expect(order.slice(0, 2)).toEqual(['bias', 'weight']);
      for (const name of Object.keys(shapes)) expect(await layer.read(name)).toEqual(await roomy.read(name));
      expect(optimizer.counters()).toEqual(undisturbed.counters());
      for (const each of [optimizer, undisturbed, layer, roomy]) each.close();
      expect(ops.tensorCount()).toBe(before);
    },
  );

  it('fault 29: gives up where no parameter gets any further, and leaves no tensor behind', () => {
    const before = ops.tensorCount();
    const layer = createLayer(ops);
    const full: TensorOps = {
      ...ops,
      add: () => {
        throw outOfMemoryError();
      },
    };
    const optimizer = createOptimizer(full, layer, adamw);
    expect(() => step(ops, optimizer, { step: 0, rate: 0.1 })).toThrow(/OOM/);
    expect(optimizer.counters()).toEqual({});
    optimizer.close();
    layer.close();
    expect(ops.tensorCount()).toBe(before);
  });

  it('decays each row of a weight by its own strength', async () => {
    const layer = createLayer(ops);
    const settings = { kind: 'sgd', momentum: 0, nesterov: false, weightDecay: Float32Array.of(0, 0.5) } as const;
    const optimizer = createOptimizer(ops, layer, settings);
    optimizer.apply(new Map([['weight', ops.fromArray(new Float32Array(6), [2, 3])]]), 0.1);
    const start = startOf('weight');
    const wanted = start.map((value, at) => (at < 3 ? value : value * 0.95));
    for (const [at, value] of (await layer.read('weight')).entries()) expect(value).toBeCloseTo(wanted[at]!, 6);
    optimizer.close();
    layer.close();
  });

  it("refuses another optimizer's state", () => {
    const layer = createLayer(ops);
    const optimizer = createOptimizer(ops, layer, sgd);
    const saved = new Map([['first/weight', { shape: [2, 3], values: new Float32Array(6) }]]);
    expect(() => optimizer.restore(saved, {})).toThrow(/holds 'first\/weight', which sgd has not/);
    optimizer.close();
    layer.close();
  });
});
