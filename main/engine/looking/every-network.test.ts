/** Grad-CAM of every registered network, at an eighth of its width, after its first and its last map: against the slope of the logit. */
import { beforeAll, describe, expect, it } from 'vitest';
import { narrowed, narrowInput, narrowWeights, someStages } from '../../../e2e/fixtures/parity-narrow.ts';
import { findNetwork, networks } from '../../../shared/networks/registry.ts';
import { inferShapes } from '../../../shared/networks/shapes.ts';
import { split } from '../../../shared/networks/split.ts';
import { openTensorFlow } from '../tensorflow/door.ts';
import { createModel } from '../tensorflow/interpreter.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { gradCam, type MapShape } from './heat.ts';

let ops: TensorOps;
beforeAll(async () => {
  ops = await openTensorFlow({ threads: 2 });
});

const TARGET = 1;
const norm = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

/** Those whose output has places, which can be warm. */
function mapStages(network: ReturnType<typeof narrowed>) {
  const shapes = inferShapes(network);
  return network.stages.flatMap(({ id, node }) => {
    const shape = shapes.get(node);
    return node !== 'input' && shape?.length === 3 && shape[1]! * shape[2]! > 1
      ? [{ id, shape: shape as MapShape }]
      : [];
  });
}

describe.each(Object.keys(networks))('%s', (id) => {
  const network = narrowed(findNetwork(id));
  const weights = narrowWeights(network);
  const picture = narrowInput(network).slice(
    0,
    network.inputShape.reduce((product, extent) => product * extent, 1),
  );

  it.each(someStages(mapStages(network), 2))(
    'has a heat after $id, whose gradient is the slope of the logit',
    async ({ id: stage, shape }) => {
      const { prefix, suffix } = split(network, stage);
      const before = createModel(ops, prefix, { weights, trainable: () => false });
      const after = createModel(ops, suffix, { weights, trainable: () => false });
      try {
        const features = await before.forward(picture);
        const { gradient, logits } = await after.inputGradient(features, () => Int32Array.of(TARGET));
        const length = norm(gradient);
        const step = (0.001 * norm(logits)) / length ** 2; // moves the logit by a thousandth: few kinks lie between
        const along = async (by: number): Promise<number> =>
          (await after.forward(features.map((value, at) => value + by * step * gradient[at]!)))[TARGET]!;
        const slope = ((await along(1)) - (await along(-1))) / (2 * step * length);
        expect(logits.every(Number.isFinite)).toBe(true);
        expect(Math.abs(slope - length)).toBeLessThan(0.1 * length);
        const heat = gradCam(features, gradient, shape);
        expect(heat.length).toBe(shape[1] * shape[2]);
        expect(heat.every((value) => value >= 0 && value <= 1)).toBe(true);
      } finally {
        before.close();
        after.close();
      }
    },
  );
});
