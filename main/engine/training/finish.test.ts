/** The wish to end early: what is kept, and that a resumed training ends at the same place. */
import { beforeAll, describe, expect, it } from 'vitest';
import { openTensorFlow } from '../tensorflow/door.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { crossValidate, type OnTrials } from './cross-validate.ts';
import type { HeldOutCurve } from './linear-curves.ts';
import type { TrainRequest } from './request.ts';
import { type SelectionRequest, trainSelected } from './select.ts';
import type { EarlyEnd, Snapshot } from './snapshot.ts';
import { tinyRequest } from './tiny-for-tests.ts';
import { runTraining } from './train.ts';

let ops: TensorOps;
beforeAll(async () => {
  ops = await openTensorFlow({ threads: 2 });
});

/** Wishes to finish once `steps` steps are done: four to an epoch. */
async function trainUntilWished(request: TrainRequest, steps: number) {
  const ends: EarlyEnd[] = [];
  const snapshots: Snapshot[] = [];
  let asked = 0;
  const result = await runTraining(ops, {
    ...request,
    finish: {
      isWished: () => ++asked >= steps,
      known: null,
      onDecided: async (end) => void ends.push(end),
    },
    checkpoints: {
      everyMs: Number.POSITIVE_INFINITY,
      everySteps: 1,
      write: async (snapshot) => void snapshots.push(snapshot),
    },
  });
  return { result, ends, snapshots, steps: asked };
}

const request = tinyRequest({ dropout: true });

describe('a training that is asked to finish', () => {
  it('ends after that step with the weights of its best epoch, those of a training that ended there by itself', async () => {
    const before = ops.tensorCount();
    const { result, ends, steps } = await trainUntilWished(request, 10);
    const whole = await runTraining(ops, { ...request, stopAfterEpochs: 2 });
    expect(ends).toEqual([{ epoch: 2, step: 2 }]);
    expect(steps).toBe(10);
    expect(result.epochs.length).toBe(2);
    expect(result.bestEpoch).toBe(whole.bestEpoch);
    expect(result.weights).toEqual(whole.weights);
    expect(ops.tensorCount()).toBe(before);
  });

  it('goes on to the end of the first epoch, and of one whose last step it was', async () => {
    const first = await trainUntilWished(request, 2);
    expect(first.ends).toEqual([{ epoch: 1, step: 0 }]);
    expect(first.result.epochs.length).toBe(1);
    const last = await trainUntilWished(request, 8);
    expect(last.ends).toEqual([{ epoch: 2, step: 0 }]);
    expect(last.result.epochs.length).toBe(2);
  });

  it('ends at the same place, with the same weights, where it was killed after the wish and is resumed', async () => {
    const { result, ends, snapshots } = await trainUntilWished(request, 10);
    for (const resumeFrom of [snapshots[1]!, snapshots[6]!, snapshots.at(-1)!]) {
      const resumed = await runTraining(ops, {
        ...request,
        resumeFrom,
        finish: {
          isWished: () => false,
          known: ends[0]!,
          onDecided: async () => expect.unreachable('it is decided already'),
        },
      });
      expect(resumed.weights).toEqual(result.weights);
      expect(resumed.epochs.length).toBe(2);
    }
  });
});

describe('trials that are kept', () => {
  const { validation: _, ...unjudged } = request;
  const base = { ...unjudged, recipe: { ...request.recipe, epochs: 2 }, folds: 3 };
  const keepAll = (kept: HeldOutCurve[]) => ({
    known: [],
    isEnough: () => false,
    wereEnded: () => false,
    onTrial: async (curve: HeldOutCurve) => void kept.push(curve),
    onEnough: async () => expect.unreachable('nobody asked'),
  });

  it('are not made again, and what is chosen is the same to the last bit', async () => {
    const kept: HeldOutCurve[] = [];
    const whole = await crossValidate(ops, { ...base, trials: keepAll(kept) });
    expect(kept.length).toBe(3);
    const rest: HeldOutCurve[] = [];
    const resumed = await crossValidate(ops, { ...base, trials: { ...keepAll(rest), known: kept.slice(0, 2) } });
    expect(rest).toEqual([kept[2]]);
    expect(resumed).toEqual(whole);
  });

  it('tell how far they are after every step, in steps of all of them, those made before counted in', async () => {
    const kept: HeldOutCurve[] = [];
    const told: string[] = [];
    const note: OnTrials = (done, total, within) =>
      void told.push(`${done} of ${total}, trial ${within?.trial} of ${within?.trials}, epoch ${within?.epoch}`);
    await crossValidate(ops, { ...base, trials: keepAll(kept), onFold: note });
    const whole = [...told];
    expect(whole.length).toBe(3 * (1 + 2 * 3)); // its start and two epochs of three steps each
    expect([whole[0], whole[2], whole[3], whole[6], whole[7], whole.at(-1)]).toEqual([
      '0 of 18, trial 1 of 3, epoch 1',
      '2 of 18, trial 1 of 3, epoch 1',
      '3 of 18, trial 1 of 3, epoch 2',
      '6 of 18, trial 1 of 3, epoch 2',
      '6 of 18, trial 2 of 3, epoch 1',
      '18 of 18, trial 3 of 3, epoch 2',
    ]);
    told.length = 0;
    await crossValidate(ops, { ...base, trials: { ...keepAll([]), known: kept.slice(0, 2) }, onFold: note });
    expect(told).toEqual(whole.slice(-7));
  });

  it('decide with those that are done where the rest is not wanted', async () => {
    const kept: HeldOutCurve[] = [];
    await crossValidate(ops, { ...base, trials: keepAll(kept) });
    const told: number[][] = [];
    const short = await crossValidate(ops, {
      ...base,
      trials: {
        ...keepAll([]),
        isEnough: () => true,
        onEnough: async (done, total) => void told.push([done, total]),
      },
    });
    expect(told).toEqual([[1, 3]]);
    const losses = [...kept[0]!.losses];
    expect(short.epochs).toBe(losses.indexOf(Math.min(...losses)) + 1);
    const heldOut = [8, 9, 10].map((rows) => Math.min(...losses) / rows); // 26 rows in 3 folds
    expect(heldOut.some((loss) => Math.abs(loss - short.loss) < 1e-12)).toBe(true);
  });

  it('that are ended fulfil the wish, so that the training is whole; a wish from before them ends it', async () => {
    let wereEnded = false;
    const { network, weights, data, seed } = request;
    const selection = { kind: 'cross-validation', folds: 3 } as const;
    const selecting: SelectionRequest = {
      ...{ network, weights, seed, selection, rows: data, validation: null, chosen: null },
      training: Int32Array.from(data.labels.keys()),
      recipe: { ...base.recipe, epochs: 3 },
      trials: {
        ...keepAll([]),
        isEnough: () => true,
        wereEnded: () => wereEnded,
        onEnough: async () => {
          wereEnded = true;
        },
      },
      finish: { isWished: () => true, known: null, onDecided: async () => undefined },
      onChosen: async () => undefined,
      onCandidate: () => undefined,
      onEpoch: () => undefined,
      shouldStop: () => false,
    };
    const ended: { chosen: unknown } = { chosen: null };
    const onChosen: SelectionRequest['onChosen'] = async (chosen) => void Object.assign(ended, { chosen });
    const whole = await trainSelected(ops, { ...selecting, onChosen });
    expect(ended.chosen).toMatchObject({ stopAfterEpochs: whole.epochs.length });
    const chosen = { weightDecay: 0.01, stopAfterEpochs: 3, accuracy: 0.5 };
    expect((await trainSelected(ops, { ...selecting, chosen })).epochs.length).toBe(1);
  });
});
