import { beforeAll, describe, expect, it } from 'vitest';
import type { Weights } from '../../../shared/networks/network.ts';
import { openTensorFlow } from '../tensorflow/door.ts';
import type { Tensor, TensorOps } from '../tensorflow/ops.ts';
import type { TrainRequest } from './request.ts';
import type { Snapshot } from './snapshot.ts';
import { trainFromItsStart } from './softmax-start.ts';
import { createStartShare } from './start-share.ts';
import { outOfMemoryError, tinyRequest } from './tiny-for-tests.ts';
import { runTraining } from './train.ts';

let ops: TensorOps;
beforeAll(async () => {
  ops = await openTensorFlow({ threads: 2 });
});

const frozenNorms = { batchNorm: 'freeze', epochs: 2 };

/** One whole training; without a validation side the last epoch is kept. */
async function trained(settings: object, change: (request: TrainRequest) => object = () => ({})) {
  const { validation: _, ...request } = tinyRequest({ ...frozenNorms, ...settings });
  return (await runTraining(ops, { ...request, ...change(request) })).weights;
}

function createLayer(values: readonly number[]) {
  let tensor: Tensor = ops.fromArray(Float32Array.from(values), [values.length]);
  return {
    parameter: () => tensor,
    replace: (_: string, next: Tensor) => {
      ops.dispose(tensor);
      tensor = next;
    },
    set: (next: readonly number[]) => {
      ops.dispose(tensor);
      tensor = ops.fromArray(Float32Array.from(next), [next.length]);
    },
    read: async () => [...(await ops.read(tensor))],
    close: () => ops.dispose(tensor),
  };
}

describe('createStartShare', () => {
  it('mixes start and now by the share, and gives the very same weights back', async () => {
    const before = ops.tensorCount();
    const layer = createLayer([1, -2, 4]);
    const startShare = createStartShare(ops, layer, { names: ['weight'], share: 0.25 });
    layer.set([5, 2, 0.1]);
    startShare.exchange();
    const mixture = await layer.read();
    for (const [at, expected] of [4, 1, 1.075].entries()) expect(mixture[at]).toBeCloseTo(expected, 6);
    startShare.exchange();
    expect(await layer.read()).toEqual([5, 2, Math.fround(0.1)]);
    startShare.close();
    layer.close();
    expect(ops.tensorCount()).toBe(before);
  });

  it('changes nothing and leaves nothing behind where the memory is not enough for the mixture', async () => {
    const layer = createLayer([1, 2]);
    const scarce: TensorOps = {
      ...ops,
      add: () => {
        throw outOfMemoryError();
      },
    };
    const startShare = createStartShare(scarce, layer, { names: ['weight'], share: 0.5 });
    const before = ops.tensorCount();
    layer.set([3, 4]);
    expect(() => startShare.exchange()).toThrow(/OOM/);
    expect(await layer.read()).toEqual([3, 4]);
    expect(ops.tensorCount()).toBe(before);
    startShare.close();
    layer.close();
  });

  it('takes up another start, and misses one that is not there', async () => {
    const layer = createLayer([1, 1]);
    const startShare = createStartShare(ops, layer, { names: ['weight'], share: 0.5 });
    startShare.restore(new Map([['weight', { shape: [2], values: Float32Array.of(3, 5) }]]));
    startShare.exchange();
    expect(await layer.read()).toEqual([2, 3]);
    expect(() => startShare.restore(new Map())).toThrow(/Where 'weight' started is missing/);
    startShare.close();
    layer.close();
  });
});

describe('a training whose recipe keeps a share of its start', () => {
  it('keeps the start itself, to the bit, at share 1', async () => {
    const { weights } = tinyRequest(frozenNorms);
    for (const [name, { values }] of await trained({ startShare: 1 }))
      expect([...values], name).toEqual([...weights.get(name)!.values]);
  });

  it('keeps the arithmetic mixture of its start and of the weights without a share', async () => {
    const { weights: start } = tinyRequest(frozenNorms);
    const end = await trained({});
    let moved = 0;
    for (const [name, { values }] of await trained({ startShare: 0.3 })) {
      for (const [at, value] of values.entries()) {
        const [from, to] = [start.get(name)!.values[at]!, end.get(name)!.values[at]!];
        expect(value, name).toBeCloseTo(0.3 * from + 0.7 * to, 5);
        moved = Math.max(moved, Math.abs(to - from));
      }
    }
    expect(moved).toBeGreaterThan(0.01);
  });

  it('judges what it keeps, and learns as without a share', async () => {
    const request = tinyRequest({ ...frozenNorms, startShare: 1 });
    const [still, free] = [await runTraining(ops, request), await runTraining(ops, tinyRequest(frozenNorms))];
    expect(new Set(still.epochs.map(({ valLoss }) => valLoss)).size).toBe(1); // of the start, epoch after epoch
    expect(still.epochs.map(({ trainLoss }) => trainLoss)).toEqual(free.epochs.map(({ trainLoss }) => trainLoss));
  });

  it('mixes with the average of the weights where there is one', async () => {
    const { weights: start } = tinyRequest(frozenNorms);
    const average = await trained({ averaging: 0.8 });
    for (const [name, { values }] of await trained({ averaging: 0.8, startShare: 0.5 })) {
      for (const [at, value] of values.entries())
        expect(value, name).toBeCloseTo((start.get(name)!.values[at]! + average.get(name)!.values[at]!) / 2, 5);
    }
  });

  it('means by its start the trained softmax where it starts from that, also when it was resumed', async () => {
    const before = ops.tensorCount();
    const request = tinyRequest({ ...frozenNorms, startShare: 0.5, softmaxStart: true });
    const snapshots: Snapshot[] = [];
    const write = async (snapshot: Snapshot): Promise<void> => void snapshots.push(snapshot);
    const checkpoints = { everyMs: Number.POSITIVE_INFINITY, everySteps: 1, write };
    const whole = await trainFromItsStart(ops, { ...request, checkpoints });
    const softmax = (of: Weights) => [...of.get('start/classifier.weight')!.values];
    expect(softmax(snapshots[0]!.tensors)).not.toEqual([...request.weights.get('classifier.weight')!.values]);
    for (const resumeFrom of snapshots) {
      expect(softmax(resumeFrom.tensors)).toEqual(softmax(snapshots[0]!.tensors));
      const resumed = await trainFromItsStart(ops, { ...request, weights: new Map(), resumeFrom });
      expect(resumed.weights).toEqual(whole.weights);
    }
    expect(ops.tensorCount()).toBe(before);
  });
});
