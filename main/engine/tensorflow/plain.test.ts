import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../../shared/math/random.ts';
import { lenet5 } from '../../../shared/networks/lenet.ts';
import { randomWeights } from '../jobs/doctor-steps.ts';
import { openPlainCpu, openTensorFlow, openWebGpu } from './door.ts';
import { createModel } from './interpreter.ts';
import type { TensorOps } from './ops.ts';

const network = lenet5();
const weights = randomWeights(network, seededRandom(1));
const random = seededRandom(2);
const length = network.inputShape.reduce((product, extent) => product * extent, 2);
const input = Float32Array.from({ length }, () => normal(random));

/** Logits, loss and gradients of one step; opens the backend anew, since the one opened last is in use. */
async function stepOn(open: () => Promise<TensorOps>) {
  const ops = await open();
  const before = ops.tensorCount();
  const model = createModel(ops, network, { weights, trainable: () => true });
  const logits = await model.forward(input);
  const { loss, gradients } = await model.trainStep(input, Int32Array.of(3, 7), { labelSmoothing: 0.1, random: null });
  const slopes = new Map<string, Float32Array>();
  for (const [name, gradient] of gradients) slopes.set(name, (await ops.read(gradient)).slice());
  ops.dispose(...gradients.values());
  model.close();
  expect(ops.tensorCount()).toBe(before);
  return { facts: ops.facts, logits, loss, slopes };
}

type Step = Awaited<ReturnType<typeof stepOn>>;

function expectSame(found: Step, wanted: Step): void {
  const same = (a: Float32Array, b: Float32Array, what: string): void => {
    const largest = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const off = b.reduce((most, value, at) => Math.max(most, Math.abs(value - (a[at] ?? Number.NaN))), 0);
    expect(off / largest, what).toBeLessThan(1e-5);
  };
  same(found.logits, wanted.logits, 'logits');
  expect(Math.abs(found.loss / wanted.loss - 1)).toBeLessThan(1e-5);
  expect([...found.slopes.keys()]).toEqual([...wanted.slopes.keys()]);
  for (const [name, slope] of wanted.slopes) same(found.slopes.get(name)!, slope, name);
}

describe('the plain kernels on LeNet-5', () => {
  it('give the logits, the loss and the gradients of TensorFlow, also when it is opened again afterwards', async () => {
    const wanted = await stepOn(() => openTensorFlow({ threads: 2 }));
    const plain = await stepOn(openPlainCpu);
    expect(plain.facts).toMatchObject({ backend: 'cpu', device: 'cpu', threads: 1 });
    expectSame(plain, wanted);
    expect((await stepOn(() => openTensorFlow({ threads: 2 }))).loss).toBe(wanted.loss);
  });

  it('give the same on WebGPU, or say why there is none', async () => {
    const found = await stepOn(openWebGpu).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'BACKEND_MISSING' });
      console.warn(`LEFT OUT: WebGPU: ${(error as Error).message}`);
      return null;
    });
    if (found === null) return;
    console.info(`WebGPU was compared: ${found.facts.version}, device ${found.facts.device}`);
    expectSame(found, await stepOn(openPlainCpu));
  });
});
