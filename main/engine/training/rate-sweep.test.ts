import { beforeAll, describe, expect, it } from 'vitest';
import { openTensorFlow } from '../tensorflow/door.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { sweepLearningRates } from './rate-sweep.ts';
import { tinyRequest } from './tiny-for-tests.ts';
import { runTraining } from './train.ts';

let ops: TensorOps;
beforeAll(async () => {
  ops = await openTensorFlow({ threads: 2 });
});
const sweep = { lowest: 1e-6, highest: 100, steps: 80 };
const settings = { optimizer: 'sgd', schedule: 'constant', batchSize: 26, labelSmoothing: 0, epochs: 20 };

describe('sweepLearningRates', () => {
  it('finds a rate at which the network learns more than at a tenth of it, and leaves no tensor behind', async () => {
    const request = tinyRequest({ ...settings, momentum: 0, nesterov: false });
    const before = ops.tensorCount();
    const { suggested, smoothed } = await sweepLearningRates(ops, request, sweep);
    expect(ops.tensorCount()).toBe(before);
    expect(smoothed.length).toBeGreaterThan(20);
    const lossAt = async (learningRate: number): Promise<number> => {
      const recipe = { ...request.recipe, learningRate };
      const { validation: _, ...unjudged } = request;
      const { epochs } = await runTraining(ops, { ...unjudged, recipe });
      return epochs.at(-1)!.trainLoss;
    };
    const [low, found] = [await lossAt(suggested! / 10), await lossAt(suggested!)];
    expect(found).toBeLessThan(low);
    expect(found).toBeLessThan(Math.log(3));
  });

  it('gives the same points for the same seed and stops when told to', async () => {
    const request = tinyRequest({ ...settings, batchSize: 8, headEpochs: 2 });
    const first = await sweepLearningRates(ops, request, sweep);
    expect((await sweepLearningRates(ops, request, sweep)).points).toEqual(first.points);
    const stopped = sweepLearningRates(ops, { ...request, shouldStop: () => true }, sweep);
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
