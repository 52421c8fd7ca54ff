import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openTensorFlow } from '../tensorflow/door.ts';
import type { Tensor, TensorOps } from '../tensorflow/ops.ts';
import { type Average, createAverage } from './averaging.ts';

/** Made by e2e/fixtures/torch-optimizers.py with AveragedModel and get_ema_multi_avg_fn. */
const torch = z
  .object({ average: z.object({ decay: z.number(), after: z.record(z.string(), z.array(z.array(z.number()))) }) })
  .parse(JSON.parse(readFileSync(new URL('../../../e2e/fixtures/torch-optimizers.json', import.meta.url), 'utf8')));

let ops: TensorOps;
beforeAll(async () => {
  ops = await openTensorFlow({ threads: 2 });
});

const lengths: Readonly<Record<string, number>> = { weight: 6, bias: 2 };
const valuesAt = (name: string, step: number): Float32Array =>
  Float32Array.from({ length: lengths[name]! }, (_, at) => Math.sin(1 + at + 10 * name.length) / (1 + step));

function createLayer() {
  const tensors = new Map<string, Tensor>();
  const set = (step: number): void => {
    ops.dispose(...tensors.values());
    for (const name of Object.keys(lengths)) tensors.set(name, ops.fromArray(valuesAt(name, step), [lengths[name]!]));
  };
  set(0);
  return {
    set,
    parameter: (name: string) => tensors.get(name)!,
    replace: (name: string, tensor: Tensor) => {
      ops.dispose(tensors.get(name)!);
      tensors.set(name, tensor);
    },
    close: () => ops.dispose(...tensors.values()),
  };
}
const readAverage = async (average: Average, name: string) => (await ops.read(average.state().get(name)!)).slice();

describe('createAverage', () => {
  it("follows the weights as PyTorch's average does, and leaves no tensor behind", async () => {
    const before = ops.tensorCount();
    const layer = createLayer();
    const average = createAverage(ops, layer, { names: ['weight', 'bias'], decay: 0.9, hasWarmUp: false });
    const after = ops.tensorCount();
    for (let step = 1; step <= 5; step += 1) {
      layer.set(step);
      average.update();
      for (const name of Object.keys(lengths)) {
        const found = await readAverage(average, name);
        for (const [at, value] of torch.average.after[name]![step - 1]!.entries()) {
          expect(found[at]).toBeCloseTo(value, 5);
        }
      }
    }
    expect(ops.tensorCount()).toBe(after);
    average.close();
    layer.close();
    expect(ops.tensorCount()).toBe(before);
  });

  it('keeps less of its start in the first updates where it warms up', async () => {
    const layer = createLayer();
    const average = createAverage(ops, layer, { names: ['weight'], decay: 0.999, hasWarmUp: true });
    layer.set(1);
    average.update(); // 2 of 11 parts are kept
    const [start, now] = [valuesAt('weight', 0)[0]!, valuesAt('weight', 1)[0]!];
    expect((await readAverage(average, 'weight'))[0]).toBeCloseTo((2 * start + 9 * now) / 11, 6);
    average.close();
    layer.close();
  });

  it('takes the place of the weights and gives it back', async () => {
    const before = ops.tensorCount();
    const layer = createLayer();
    const average = createAverage(ops, layer, { names: ['bias'], decay: 0.5, hasWarmUp: false });
    layer.set(1);
    average.update();
    const [own, mean] = [valuesAt('bias', 1), await readAverage(average, 'bias')];
    average.exchange();
    expect([...(await ops.read(layer.parameter('bias')))]).toEqual([...mean]);
    average.exchange();
    expect([...(await ops.read(layer.parameter('bias')))]).toEqual([...own]);
    expect([...(await readAverage(average, 'bias'))]).toEqual([...mean]);
    average.close();
    layer.close();
    expect(ops.tensorCount()).toBe(before);
  });

  it('goes on bit for bit from a saved state, and misses what is not there', async () => {
    const layer = createLayer();
    const settings = { names: ['weight', 'bias'], decay: 0.9, hasWarmUp: true };
    const [whole, first] = [createAverage(ops, layer, settings), createAverage(ops, layer, settings)];
    layer.set(1);
    for (const each of [whole, first]) each.update();
    const saved = new Map<string, { shape: readonly number[]; values: Float32Array }>();
    for (const name of settings.names)
      saved.set(name, { shape: [lengths[name]!], values: await readAverage(first, name) });
    layer.set(2);
    const resumed = createAverage(ops, layer, settings);
    resumed.restore(saved, first.counters());
    for (const each of [whole, resumed]) each.update();
    for (const name of settings.names) expect(await readAverage(resumed, name)).toEqual(await readAverage(whole, name));
    expect(() => resumed.restore(new Map(), {})).toThrow(/average of 'weight' is missing/);
    for (const each of [whole, first, resumed, layer]) each.close();
  });
});
