import { beforeAll, describe, expect, it } from 'vitest';
import { Recipe } from '../../../shared/domain/recipe.ts';
import type { Weights } from '../../../shared/networks/network.ts';
import { findNetwork, networks } from '../../../shared/networks/registry.ts';
import { split } from '../../../shared/networks/split.ts';
import { openTensorFlow } from '../tensorflow/door.ts';
import { createModel } from '../tensorflow/interpreter.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { rowsInMemory } from './rows.ts';
import type { Snapshot } from './snapshot.ts';
import { isSoftmaxOnly, trainFromItsStart } from './softmax-start.ts';
import { tinyRequest } from './tiny-for-tests.ts';
import { runTraining } from './train.ts';

let ops: TensorOps;
beforeAll(async () => {
  ops = await openTensorFlow({ threads: 2 });
});

const request = tinyRequest({ softmaxStart: true, batchNorm: 'freeze' });

/** The softmax trained by itself, on features of one pass over all rows. */
async function softmaxAlone(): Promise<Weights> {
  const { prefix, suffix } = split(request.network, 'pool');
  const { data, weights, seed } = request;
  const model = createModel(ops, prefix, { weights, trainable: () => false });
  const features = await model.forward(await data.read(Int32Array.from(data.labels.keys())));
  model.close();
  const rows = rowsInMemory({ features, featureShape: suffix.inputShape, labels: data.labels });
  const recipe = { ...Recipe.parse({}), weightDecay: 10 };
  return (await runTraining(ops, { network: suffix, weights, data: rows, recipe, seed })).weights;
}

describe('a training that starts from the trained softmax', () => {
  it('has it, and the pretrained weights below it, before its first step', async () => {
    const before = ops.tensorCount();
    const still = { ...request, recipe: { ...request.recipe, learningRate: 1e-30 } };
    const { weights } = await trainFromItsStart(ops, still);
    const alone = await softmaxAlone();
    for (const [name, { values }] of weights) {
      const expected = (alone.get(name) ?? request.weights.get(name)!).values;
      for (const [at, value] of values.entries()) expect(value, name).toBeCloseTo(expected[at]!, 5);
    }
    const moved = alone.get('classifier.weight')!.values.map((value, at) => {
      return Math.abs(value - request.weights.get('classifier.weight')!.values[at]!);
    });
    expect(Math.max(...moved)).toBeGreaterThan(0.01);
    expect(ops.tensorCount()).toBe(before);
  });

  it('tells the rows it reads, and does so once only: a resumed training goes on from its snapshot', async () => {
    const snapshots: Snapshot[] = [];
    const told: number[] = [];
    const whole = await trainFromItsStart(ops, {
      ...request,
      onStartingRow: (done, total) => void told.push(done / total),
      checkpoints: { everyMs: Number.POSITIVE_INFINITY, everySteps: 1, write: async (one) => void snapshots.push(one) },
    });
    expect(told).toEqual([8 / 26, 16 / 26, 24 / 26, 1]);
    const resumed = await trainFromItsStart(ops, {
      ...request,
      weights: new Map(),
      resumeFrom: snapshots[1]!,
      onStartingRow: () => expect.unreachable('it is trained already'),
    });
    expect(resumed.weights).toEqual(whole.weights);
  });

  it('can be cancelled while it reads', async () => {
    const before = ops.tensorCount();
    let asked = 0;
    const cancelled = trainFromItsStart(ops, { ...request, shouldStop: () => ++asked > 2 });
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(ops.tensorCount()).toBe(before);
  });

  it.each(Object.keys(networks))('is possible with %s: behind its last stage lies the softmax alone', (id) => {
    const network = findNetwork(id);
    expect(isSoftmaxOnly(split(network, network.stages.at(-1)!.id).suffix)).toBe(true);
  });
});
