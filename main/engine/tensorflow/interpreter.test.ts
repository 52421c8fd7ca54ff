import { beforeAll, describe, expect, it } from 'vitest';
import { loadOracle, oracleInput, oracleWeights, parityFolder } from '../../../e2e/fixtures/parity.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { openTensorFlow } from './door.ts';
import { createModel } from './interpreter.ts';
import type { TensorOps } from './ops.ts';

let ops: TensorOps;
beforeAll(async () => {
  ops = await openTensorFlow({ threads: 2 });
});

function departure(found: ArrayLike<number>, wanted: readonly number[]): number {
  const magnitude = wanted.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return wanted.reduce((worst, value, at) => Math.max(worst, Math.abs(value - found[at]!)), 0) / magnitude;
}

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

const step = { labelSmoothing: 0, random: null };

describe.skipIf(parityFolder === null)('the interpreter beside the oracles', () => {
  it.each(['lenet5', 'tf_efficientnet_lite0'])('%s gives the logits of the oracle', async (name) => {
    const oracle = loadOracle(name);
    const before = ops.tensorCount();
    const model = createModel(ops, findNetwork(name), { weights: oracleWeights(oracle), trainable: () => false });
    const logits = await model.forward(oracleInput(oracle));
    model.close();
    expect(departure(logits, oracle.eval.logits.flat())).toBeLessThan(1e-4);
    expect(ops.tensorCount()).toBe(before);
  });

  it('lenet5 gives the loss and the gradients of the oracle', async () => {
    const oracle = loadOracle('lenet5');
    const model = createModel(ops, findNetwork('lenet5'), { weights: oracleWeights(oracle), trainable: () => true });
    const truth = oracle.train_step!;
    const result = await model.trainStep(oracleInput(oracle), Int32Array.from(truth.labels), step);
    expect(Math.abs(result.loss / truth.loss - 1)).toBeLessThan(1e-5);
    expect([...result.gradients.keys()].sort()).toEqual(Object.keys(truth.gradients).sort());
    for (const [name, [wantedNorm]] of Object.entries(truth.gradients)) {
      const values = await ops.read(result.gradients.get(name)!);
      expect(Math.abs(norm(values) / wantedNorm - 1), name).toBeLessThan(1e-4);
    }
    ops.dispose(...result.gradients.values());
    model.close();
  });

  it('keeps the number of tensors flat over 50 steps', async () => {
    const oracle = loadOracle('lenet5');
    const model = createModel(ops, findNetwork('lenet5'), { weights: oracleWeights(oracle), trainable: () => true });
    const before = ops.tensorCount();
    for (let index = 0; index < 50; index += 1) {
      const { gradients } = await model.trainStep(oracleInput(oracle), Int32Array.of(1, 2), step);
      ops.dispose(...gradients.values());
    }
    expect(ops.tensorCount()).toBe(before);
    model.close();
  });

  it('gives back the very weights it was given', async () => {
    const oracle = loadOracle('tf_efficientnet_lite0');
    const weights = oracleWeights(oracle);
    const model = createModel(ops, findNetwork('tf_efficientnet_lite0'), { weights, trainable: () => false });
    const found = await model.readWeights();
    model.close();
    expect(found.size).toBe(weights.size);
    for (const [name, { shape, values }] of weights) {
      expect(found.get(name)!.shape, name).toEqual(shape);
      expect(Buffer.compare(Buffer.from(found.get(name)!.values.buffer), Buffer.from(values.buffer)), name).toBe(0);
    }
  });
});
