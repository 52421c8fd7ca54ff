/** A run's folder through whole trainings: what is in it, what is told to the log, what another process makes of it. */
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Sha256, StageId } from '../../../shared/domain/ids.ts';
import type { EngineMessage, TrainJob } from '../protocol/messages.ts';
import { openTensorFlow } from '../tensorflow/door.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { tinyRequest, withMemoryFor } from '../training/tiny-for-tests.ts';
import { runTraining } from '../training/train.ts';
import { hashWeights } from '../weights/hash-weights.ts';
import { openRunKeeper } from './run-keeper.ts';
import { readTrainedRun } from './run-state.ts';

let ops: TensorOps;
let runFolder: string;
let isFinishWished: boolean;
let log: { entry: string; text: string }[];
beforeAll(async () => {
  ops = await openTensorFlow({ threads: 2 });
});
beforeEach(() => {
  runFolder = mkdtempSync(join(tmpdir(), 'thaw-keeper-'));
  log = [];
  isFinishWished = false;
});
afterEach(() => rmSync(runFolder, { recursive: true, force: true }));

const request = tinyRequest({ dropout: true });
const inputsSha256 = Sha256.parse('a'.repeat(64));
const chosen = { weightDecay: 0.01, stopAfterEpochs: null, accuracy: null };
const context = {
  breathe: () => undefined,
  shouldStop: () => false,
  shouldFinish: () => isFinishWished,
  send: (message: EngineMessage) => {
    if (message.kind === 'logged') log.push({ entry: message.entry, text: message.text });
  },
};

function open(overrides: Partial<TrainJob> = {}, identity: { inputs?: Sha256; device?: string } = {}) {
  const job: TrainJob = {
    ...{ kind: 'train', jobId: 'run', featuresFolder: '', backbonesFolder: '', runFolder, backbone: 'tiny' },
    ...{
      frozenThrough: StageId.parse('input'),
      classes: ['a', 'b', 'c'],
      images: [],
      recipe: request.recipe,
      seed: 11,
    },
    ...{ selection: { kind: 'validation' }, checkpointEverySteps: 1, ...overrides },
  };
  return openRunKeeper(
    { job, inputsSha256: identity.inputs ?? inputsSha256, device: identity.device ?? 'cpu' },
    context,
  );
}

/** Trains as a job does, until `steps` are done; the weights' hash where it came to its end. */
async function train(tensorOps: TensorOps, overrides: Partial<TrainJob> = {}, steps = Number.POSITIVE_INFINITY) {
  const keeper = await open(overrides);
  if (keeper.chosen === null) await keeper.onChosen(chosen);
  const { checkpoints, onChange, changes, resumeFrom, early: finish } = keeper;
  let done = 0;
  const result = await runTraining(tensorOps, {
    ...{ ...request, checkpoints, onChange, changes, finish, ...(resumeFrom && { resumeFrom }) },
    onStep: () => {
      done += 1;
    },
    shouldStop: () => done >= steps,
  });
  await keeper.finish(result);
  return hashWeights(result.weights);
}

const entries = (): string[] => log.map(({ entry }) => entry);
const newest = (): number =>
  Math.max(...readdirSync(runFolder).map((name) => Number(/^checkpoint-(\d+)\.safetensors$/.exec(name)?.[1] ?? 0)));

describe('a run folder', () => {
  it('is resumed where it was, and its weights are of use only once it is finished', async () => {
    const undisturbed = await train(ops);
    rmSync(runFolder, { recursive: true });
    await expect(train(ops, {}, 6)).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(readTrainedRun(runFolder)).rejects.toMatchObject({ code: 'CHECKPOINT_DAMAGED' });
    log = [];
    expect(await train(ops, { resume: true })).toBe(undisturbed);
    expect(log).toEqual([{ entry: 'resumed', text: 'Goes on in epoch 2, step 3.' }]);
    expect(hashWeights((await readTrainedRun(runFolder)).weights)).toBe(undisturbed);
  });

  it('with a damaged newest checkpoint goes on from the one before and says so', async () => {
    const undisturbed = await train(ops);
    rmSync(runFolder, { recursive: true });
    await expect(train(ops, {}, 6)).rejects.toMatchObject({ code: 'CANCELLED' });
    truncateSync(join(runFolder, `checkpoint-${newest()}.safetensors`), 50);
    log = [];
    expect(await train(ops, { resume: true })).toBe(undisturbed);
    expect(entries()).toEqual(['checkpoint-skipped', 'resumed']);
    expect(log[1]!.text).toBe('Goes on in epoch 2, step 2.');
  });

  it('keeps what was changed on the way and makes it again after a resume', async () => {
    const tight = withMemoryFor(ops, () => 4);
    const undisturbed = await train(tight);
    expect(log.filter(({ entry }) => entry === 'less-memory').map(({ text }) => text)).toEqual([
      expect.stringMatching(/in epoch 1 in step 1: from here on 8 photos at once, activations computed again/),
      expect.stringMatching(/in epoch 1 in step 1: from here on 4 photos at once.*over the batch of 8/),
    ]);
    rmSync(runFolder, { recursive: true });
    await expect(train(tight, {}, 0)).rejects.toMatchObject({ code: 'CANCELLED' }); // settings alone are kept
    await expect(train(tight, { resume: true }, 1)).rejects.toMatchObject({ code: 'CANCELLED' });
    for (const file of readdirSync(runFolder)) if (file.startsWith('checkpoint')) rmSync(join(runFolder, file));
    expect(await train(ops, { resume: true })).toBe(undisturbed); // on a roomy device, from the beginning
    expect(log.at(-2)!.text).toMatch(/Starts from the beginning/);
  });

  it('of an engine that the system ended goes on with half as many photos at once, in the end with advice', async () => {
    await expect(train(ops, {}, 6)).rejects.toMatchObject({ code: 'CANCELLED' });
    for (const rows of [4, 2, 1]) {
      const keeper = await open({ resume: true, needsLessMemory: true });
      expect(keeper.changes.at(-1)).toEqual({ epoch: 1, step: 2, during: 'step', rowsPerPass: rows, recomputes: true });
    }
    await expect(open({ resume: true, needsLessMemory: true })).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' });
    expect(entries().filter((entry) => entry === 'less-memory')).toHaveLength(3);
  });

  it('is refused with other photos or settings; another device is told', async () => {
    await expect(train(ops, {}, 6)).rejects.toMatchObject({ code: 'CANCELLED' });
    const other = open({ resume: true }, { inputs: Sha256.parse('b'.repeat(64)) });
    await expect(other).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    log = [];
    await open({ resume: true }, { device: 'gpu' });
    expect(entries()).toEqual(['device-changed', 'resumed']);
  });

  it('asked to finish ends at the same place again where it is killed before its end', async () => {
    await expect(train(ops, {}, 6)).rejects.toMatchObject({ code: 'CANCELLED' });
    isFinishWished = true;
    log = [];
    const finished = await train(ops, { resume: true });
    expect(log).toEqual([
      { entry: 'resumed', text: 'Goes on in epoch 2, step 3.' },
      { entry: 'finish-asked', text: expect.stringMatching(/ends in epoch 2, after step 3; the best whole epoch is/) },
    ]);
    isFinishWished = false;
    for (const file of readdirSync(runFolder)) if (file.startsWith('checkpoint')) rmSync(join(runFolder, file));
    expect(await train(ops, { resume: true })).toBe(finished); // from the beginning, with nobody asking
  });

  it('keeps each trial as it is done, for the same inputs only', async () => {
    const curve = { losses: Float64Array.of(1.1, 1 / 3), hits: Float64Array.of(2, 3) };
    const first = (await open()).trials;
    expect(first.isEnough()).toBe(false);
    const logits = Float32Array.of(1, -2, 0.5, 3);
    await first.onTrial(curve, logits);
    await first.onTrial(curve, null);
    const again = (await open({ resume: true })).trials;
    expect(again.known).toEqual([curve, curve]);
    expect([await again.readLogits?.(0), await again.readLogits?.(1)]).toEqual([logits, null]);
    await again.onEnough(2, 5);
    await again.onEnough(2, 5);
    expect(log.map(({ text }) => text).filter((text) => text.includes('2 of 5 trials'))).toHaveLength(1);
    expect((await open({ resume: true })).trials.isEnough()).toBe(true);
    const other = { inputs: Sha256.parse('c'.repeat(64)) };
    expect((await open({ resume: true }, other)).trials.known).toEqual([]);
    writeFileSync(join(runFolder, 'trials.json'), '{');
    expect((await open({ resume: true })).trials.known).toEqual([]);
    expect((await open()).trials.isEnough()).toBe(false);
  });

  it('whose changes cannot be read is refused, since it could not be repeated', async () => {
    await expect(train(ops, {}, 3)).rejects.toMatchObject({ code: 'CANCELLED' });
    writeFileSync(join(runFolder, 'changes.json'), '[{"step":');
    await expect(open({ resume: true })).rejects.toMatchObject({ code: 'CHECKPOINT_DAMAGED' });
  });
});
