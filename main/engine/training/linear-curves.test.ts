import { beforeAll, describe, expect, it } from 'vitest';
import { Recipe } from '../../../shared/domain/recipe.ts';
import { openTensorFlow } from '../tensorflow/door.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { linearHeldOutCurves } from './linear-curves.ts';
import { softmaxAlone as network, noisyRows, zeroSoftmax as weights } from './noisy-rows-for-tests.ts';
import { subsetOfRows } from './rows.ts';
import { runTraining } from './train.ts';

const ROWS = 60;
let ops: TensorOps;
beforeAll(async () => {
  ops = await openTensorFlow({ threads: 2 });
});

describe('linearHeldOutCurves', () => {
  // AdamW divides by the root of the gradient's square, so that the rounding of gradients near zero shows.
  it.each([
    ['adamw', 3],
    ['sgd', 5],
  ] as const)('gives each member the curve that a training of its own has (%s)', async (optimizer, digits) => {
    // Whole rows in every batch: then no order of rows can tell the two ways apart.
    const recipe = Recipe.parse({ optimizer, epochs: 6, batchSize: ROWS, learningRate: 0.01, patience: null });
    const data = noisyRows(ROWS);
    const before = ops.tensorCount();
    const members = [0, 0.5].flatMap((weightDecay) =>
      [0, 1, 2].map((fold) => ({
        weightDecay,
        isHeldOut: Uint8Array.from({ length: ROWS }, (_, row) => (Math.floor(row / 3) % 3 === fold ? 1 : 0)),
      })),
    );
    const curves = await linearHeldOutCurves(ops, { data, classCount: 3, members, recipe, seed: 1 });
    expect(ops.tensorCount()).toBe(before);
    for (const [index, { weightDecay, isHeldOut }] of members.entries()) {
      const rows = Int32Array.from(isHeldOut.keys());
      const training = subsetOfRows(
        data,
        rows.filter((row) => isHeldOut[row] === 0),
      );
      const validation = subsetOfRows(
        data,
        rows.filter((row) => isHeldOut[row] === 1),
      );
      const request = { network, weights, data: training, validation, recipe: { ...recipe, weightDecay }, seed: 1 };
      const { epochs } = await runTraining(ops, request);
      for (const { epoch, valLoss, valAccuracy } of epochs) {
        const own = curves[index];
        expect((own?.losses[epoch] ?? 0) / validation.count).toBeCloseTo(valLoss ?? 0, digits);
        const hits = (valAccuracy ?? 0) * validation.count;
        expect(Math.abs((own?.hits[epoch] ?? 0) - hits)).toBeLessThan(optimizer === 'sgd' ? 0.5 : 1.5); // whole photos
      }
    }
  });

  it('stops when told to and leaves no tensor behind', async () => {
    const before = ops.tensorCount();
    const members = [{ weightDecay: 0, isHeldOut: new Uint8Array(ROWS) }];
    const recipe = Recipe.parse({});
    const request = { data: noisyRows(ROWS), classCount: 3, members, recipe, seed: 1, shouldStop: () => true };
    await expect(linearHeldOutCurves(ops, request)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(ops.tensorCount()).toBe(before);
  });
});
