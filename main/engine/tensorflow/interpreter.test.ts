import { beforeAll, describe, expect, it } from 'vitest';
import { loadOracle, oracleInput, oracleWeights, parityFolder } from '../../../e2e/fixtures/parity.ts';
import { departure } from '../../../e2e/fixtures/parity-compare.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { openTensorFlow } from './door.ts';
import { createModel } from './interpreter.ts';
import type { TensorOps } from './ops.ts';

let ops: TensorOps;
beforeAll(async () => {
  ops = await openTensorFlow({ threads: 2 });
});

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
