/** Grad-CAM at two stages of two networks against PyTorch's autograd (e2e/fixtures/parity/grad-cam.py). */
import { describe, expect, it } from 'vitest';
import oracle from '../../../e2e/fixtures/parity/grad-cam.json' with { type: 'json' };
import { fillTensor, hasOracle, inputStream, loadOracle, oracleWeights } from '../../../e2e/fixtures/parity.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { inferShapes } from '../../../shared/networks/shapes.ts';
import { split } from '../../../shared/networks/split.ts';
import { openTrainer } from '../jobs/backend.ts';
import { createModel } from '../tensorflow/interpreter.ts';
import { gradCam, type MapShape } from './heat.ts';

const cases = Object.entries(oracle.heat).flatMap(([name, stages]) =>
  Object.entries(stages).map(([stage, heat]) => ({ name, stage, heat })),
);
const isHere = cases.every(({ name }) => hasOracle(name)); // whose tensors the fill needs; told by parity.ts where missing

describe.skipIf(!isHere)('Grad-CAM beside PyTorch', () => {
  it.each(cases)('is the same heat for $name after $stage', async ({ name, stage, heat }) => {
    const network = findNetwork(name);
    const { prefix, suffix } = split(network, stage);
    const weights = oracleWeights(loadOracle(name));
    const picture = fillTensor(inputStream, 'input', [2, 3, 224, 224]).slice(0, 3 * 224 * 224);
    const ops = await openTrainer(1, () => undefined);
    const before = createModel(ops, prefix, { weights, trainable: () => false });
    const after = createModel(ops, suffix, { weights, trainable: () => false });
    try {
      const features = await before.forward(picture);
      const { gradient } = await after.inputGradient(features, () => Int32Array.of(oracle.class));
      const shape = inferShapes(network).get(prefix.stages.at(-1)!.node) as MapShape;
      const found = gradCam(features, gradient, shape);
      const wanted = heat.flat();
      expect(found.length).toBe(wanted.length);
      const farthest = Math.max(...wanted.map((value, place) => Math.abs(value - found[place]!)));
      // float32 against float64, scaled to 1; a ReLU6 whose input lies at its bend passes its gradient in one of them only
      expect(farthest).toBeLessThan(0.01);
    } finally {
      before.close();
      after.close();
    }
  });
});
