/** Memory that runs out, numbers that are none: by injection. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Weights } from '../../../shared/networks/network.ts';
import { openTensorFlow } from '../tensorflow/door.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import type { TrainRequest } from './request.ts';
import { isOutOfMemory, scopedOps } from './scoped-ops.ts';
import type { MemoryChange, Snapshot } from './snapshot.ts';
import { outOfMemoryError, tinyRequest, withMemoryFor } from './tiny-for-tests.ts';
import { LossNotFinite, runTraining } from './train.ts';

let ops: TensorOps;
beforeAll(async () => {
  ops = await openTensorFlow({ threads: 2 });
});

function largestDifference(a: Weights, b: Weights): number {
  return Math.max(
    ...[...a].flatMap(([name, { values }]) =>
      [...values].map((value, at) => Math.abs(value - b.get(name)!.values[at]!)),
    ),
  );
}

/** Runs with what was changed on the way. */
async function trainTold(tensorOps: TensorOps, request: TrainRequest) {
  const changes: MemoryChange[] = [];
  const onChange = async (change: MemoryChange): Promise<void> => void changes.push(change);
  return { result: await runTraining(tensorOps, { ...request, onChange }), changes };
}

/** A device in which only `rows` fit from step `from` on; `steps` is told to it by the training. */
function tightFrom(from: number, rows: number) {
  let steps = 0;
  return {
    ops: withMemoryFor(ops, () => (steps >= from ? rows : 1000)),
    onStep: (done: number): void => {
      steps = done;
    },
  };
}

describe('fault 29: memory that runs out', () => {
  it('halves the passes at that step, says so, and keeps the effective batch', async () => {
    const before = ops.tensorCount();
    const request = tinyRequest({ clipNorm: 1, classWeighting: 'balanced', optimizer: 'sgd' }, { hasNorms: false });
    const roomy = await trainTold(ops, request);
    const tight = tightFrom(5, 2);
    const { result, changes } = await trainTold(tight.ops, { ...request, onStep: tight.onStep });
    expect(roomy.changes).toEqual([]);
    expect(changes).toEqual([
      { epoch: 1, step: 1, during: 'step', rowsPerPass: 8, recomputes: true },
      { epoch: 1, step: 1, during: 'step', rowsPerPass: 4, recomputes: true },
      { epoch: 1, step: 1, during: 'step', rowsPerPass: 2, recomputes: true },
    ]);
    expect(largestDifference(result.weights, roomy.result.weights)).toBeLessThan(1e-5);
    expect(ops.tensorCount()).toBe(before);
  });

  it('at first computes activations again, which changes no bit', async () => {
    const request = tinyRequest({ dropout: true });
    let fails = 1;
    const tight: TensorOps = {
      ...ops,
      convWeightGradient: (x, dy, at) => {
        fails -= 1;
        if (fails === 0) throw outOfMemoryError();
        return ops.convWeightGradient(x, dy, at);
      },
    };
    const roomy = await trainTold(ops, request);
    const { result, changes } = await trainTold(tight, request);
    expect(changes).toEqual([{ epoch: 0, step: 0, during: 'step', rowsPerPass: 8, recomputes: true }]);
    expect(largestDifference(result.weights, roomy.result.weights)).toBe(0);
  });

  it('leaves the failed attempt without a trace: dropout and running statistics start anew', async () => {
    const request = tinyRequest({ dropout: true, batchSize: 8 });
    const tight = tightFrom(0, 4);
    const halved = await trainTold(tight.ops, { ...request, onStep: tight.onStep });
    const known = await trainTold(ops, { ...request, changes: halved.changes });
    expect(known.changes).toEqual([]);
    expect(largestDifference(halved.result.weights, known.result.weights)).toBe(0);
  });

  it('is made again at the same step when the training is resumed from before it', async () => {
    const request = tinyRequest({ dropout: true, mixupAlpha: 0.3 });
    const tight = tightFrom(6, 3);
    const snapshots: Snapshot[] = [];
    const write = async (snapshot: Snapshot): Promise<void> => void snapshots.push(snapshot);
    const checkpoints = { everyMs: Number.POSITIVE_INFINITY, everySteps: 1, write };
    const { result, changes } = await trainTold(tight.ops, { ...request, onStep: tight.onStep, checkpoints });
    expect(changes.map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    for (const resumeFrom of [snapshots[2]!, snapshots[5]!, snapshots[7]!]) {
      const resumed = await trainTold(ops, { ...request, resumeFrom, changes });
      expect(resumed.changes).toEqual([]);
      expect(largestDifference(resumed.result.weights, result.weights)).toBe(0);
    }
  });

  it('gives up at a single photo and says what to do', async () => {
    const before = ops.tensorCount();
    const failure = await trainTold(
      withMemoryFor(ops, () => 0),
      tinyRequest({}),
    ).catch((error) => error);
    expect(failure).toMatchObject({ code: 'OUT_OF_MEMORY' });
    expect(failure.message).toMatch(/with 1 photos at once.*Freeze more stages/);
    expect(ops.tensorCount()).toBe(before);
  });

  it('inside the optimizer and the average of weights lets the training go on, with the same bits', async () => {
    const before = ops.tensorCount();
    const request = tinyRequest({ averaging: 0.9 });
    const roomy = await trainTold(ops, request);
    let calls = 0;
    const tight: TensorOps = {
      ...ops,
      multiply: (a, b) => {
        calls += 1;
        if (calls % 29 === 0) throw outOfMemoryError();
        return ops.multiply(a, b);
      },
    };
    const { result, changes } = await trainTold(tight, request);
    expect(calls).toBeGreaterThan(29 * 10);
    expect(changes).toEqual([]);
    expect(largestDifference(result.weights, roomy.result.weights)).toBe(0);
    expect(ops.tensorCount()).toBe(before);
  });

  it('while gradients are clipped does the step again', async () => {
    const before = ops.tensorCount();
    const request = tinyRequest({ clipNorm: 0.5 });
    const roomy = await trainTold(ops, request);
    let isFirst = true;
    const tight: TensorOps = {
      ...ops,
      divide: (a, b) => {
        if (isFirst && a.shape.length === 0) {
          isFirst = false;
          throw outOfMemoryError();
        }
        return ops.divide(a, b);
      },
    };
    const { result, changes } = await trainTold(tight, request);
    expect(changes).toEqual([{ epoch: 0, step: 0, during: 'step', rowsPerPass: 8, recomputes: true }]);
    expect(largestDifference(result.weights, roomy.result.weights)).toBe(0);
    expect(ops.tensorCount()).toBe(before);
  });

  it('is known when the real TensorFlow says it', async () => {
    const before = ops.tensorCount();
    const column = ops.fromArray(new Float32Array(4e6), [4e6, 1]);
    const row = ops.fromArray(new Float32Array(4e6), [1, 4e6]);
    let failure: unknown = null;
    try {
      ops.multiply(column, row); // 64 TB
    } catch (error) {
      failure = error;
    }
    expect(isOutOfMemory(failure), String(failure)).toBe(true);
    ops.dispose(column, row);
    expect(ops.tensorCount()).toBe(before);
  });

  it('is told from other failures', () => {
    expect(isOutOfMemory(outOfMemoryError())).toBe(true);
    expect(isOutOfMemory(new Error('Invalid TF_Status: 3\nMessage: Incompatible shapes'))).toBe(false);
    expect(isOutOfMemory(new Error('Invalid TF_Status: 80'))).toBe(false);
  });

  it('while judging halves those passes too', async () => {
    const request = tinyRequest({});
    let isJudging = false;
    const failing: TensorOps = {
      ...ops,
      batchNormInference: (x, parameters, moments) => {
        isJudging = true;
        if (x.shape[0]! > 2) throw outOfMemoryError();
        return ops.batchNormInference(x, parameters, moments);
      },
    };
    const { changes, result } = await trainTold(failing, request);
    expect(isJudging).toBe(true);
    expect(changes.map(({ during }) => during)).toEqual(['judging', 'judging']);
    expect(changes[0]).toMatchObject({ epoch: 0, step: 4 });
    expect(result.epochs).toHaveLength(4);
  });
});

describe('fault 31: a number that is none', () => {
  /** Operations whose loss is no number from one step on. */
  const spoilt = (isSpoilt: () => boolean): TensorOps => ({
    ...ops,
    softmaxCrossEntropy: (logits, targets) => {
      const found = ops.softmaxCrossEntropy(logits, targets);
      if (!isSpoilt()) return found;
      ops.dispose(found.losses);
      return {
        ...found,
        losses: ops.fromArray(new Float32Array(logits.shape[0]!).fill(Number.NaN), [logits.shape[0]!]),
      };
    },
  });

  it('stops, keeps the weights of the best epoch before it, and says what to change', async () => {
    const before = ops.tensorCount();
    const request = tinyRequest({});
    const good = await runTraining(ops, { ...request, stopAfterEpochs: 2 });
    let steps = 0;
    const onStep = (done: number): void => {
      steps = done;
    };
    const failure = await runTraining(
      spoilt(() => steps >= 9),
      { ...request, onStep },
    ).catch((error) => error);
    expect(failure).toBeInstanceOf(LossNotFinite);
    expect(failure.message).toContain('epoch 3, step 2');
    expect(failure.message).toMatch(
      /The weights of epoch \d are kept\. Choose a lower learning rate, for example 0\.002/,
    );
    expect(failure.lastGood.bestEpoch).toBe(good.bestEpoch);
    expect(largestDifference(failure.lastGood.weights, good.weights)).toBe(0);
    expect(ops.tensorCount()).toBe(before);
  });

  it('in the weights alone is found before it is written down', async () => {
    const written: Snapshot[] = [];
    const write = async (snapshot: Snapshot): Promise<void> => void written.push(snapshot);
    const checkpoints = { everyMs: Number.POSITIVE_INFINITY, everySteps: 1, write };
    const exploding: TensorOps = {
      ...ops,
      convWeightGradient: (x, dy, at) => {
        const gradient = ops.convWeightGradient(x, dy, at);
        if (written.length < 5) return gradient;
        ops.dispose(gradient);
        const count = gradient.shape.reduce((product, extent) => product * extent, 1);
        return ops.fromArray(new Float32Array(count).fill(Number.POSITIVE_INFINITY), gradient.shape);
      },
    };
    const request = tinyRequest({ optimizer: 'sgd' });
    const failure = await runTraining(exploding, { ...request, checkpoints }).catch((error) => error);
    expect(failure).toBeInstanceOf(LossNotFinite);
    expect(failure.message).toMatch(/holds a value that is no number/);
    expect(failure.lastGood.bestEpoch).toBe(0);
    expect(written).toHaveLength(5);
  });
});

describe('scopedOps', () => {
  it('takes back what a failed piece of work left, and nothing else', async () => {
    const scoped = scopedOps(ops);
    const outside = scoped.fromArray(Float32Array.of(1, 2), [2]);
    const before = ops.tensorCount();
    const work = scoped.transaction(async () => {
      const kept = scoped.add(outside, outside);
      const logits = scoped.reshape(kept, [1, 2]);
      scoped.softmaxCrossEntropy(logits, logits); // two tensors in one answer
      scoped.dispose(kept);
      throw new Error('half-way');
    });
    await expect(work).rejects.toThrow('half-way');
    expect(ops.tensorCount()).toBe(before);
    expect(await scoped.read(outside)).toEqual(Float32Array.of(1, 2));
    const made = await scoped.transaction(async () => scoped.add(outside, outside));
    expect(await scoped.read(made)).toEqual(Float32Array.of(2, 4));
    scoped.dispose(made, outside);
  });
});
