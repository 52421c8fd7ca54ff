/** Killed at any step and resumed from its last checkpoint, a training ends with the bits that it would have had. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../shared/math/random.ts';
import type { Weights } from '../../../shared/networks/network.ts';
import { readLatestCheckpoint, writeCheckpoint } from '../checkpoints/checkpoint.ts';
import { openTensorFlow } from '../tensorflow/door.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import type { TrainRequest, TrainResult } from './request.ts';
import { type Snapshot, TrainingPosition } from './snapshot.ts';
import { tinyRequest } from './tiny-for-tests.ts';
import { runTraining } from './train.ts';

let ops: TensorOps;
let root: string;
beforeAll(async () => {
  ops = await openTensorFlow({ threads: 2 });
  root = mkdtempSync(join(tmpdir(), 'thaw-resume-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const KILLS = 50;
const everything = {
  ...{ averaging: 0.9, mixupAlpha: 0.4, dropout: true, clipNorm: 0.5, classWeighting: 'balanced' },
  ...{ backboneRate: 0.5, layerDecay: 0.7, headEpochs: 1, unfreezing: 1, batchSize: 4, accumulate: 2, startShare: 0.5 },
};
const recipes: readonly object[] = [
  { optimizer: 'adamw', ...everything },
  { optimizer: 'sgd', schedule: 'one-cycle', dropout: true, startShare: 0.3 },
  { optimizer: 'rmsprop', schedule: 'step', stepEpochs: 1.5, batchNorm: 'freeze', patience: 1 },
];

function bitsOf(weights: Weights): string {
  return [...weights]
    .map(
      ([name, { values }]) =>
        `${name} ${Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex')}`,
    )
    .sort()
    .join('\n');
}

function figuresOf({ weights, epochs, bestEpoch }: TrainResult) {
  return { bits: bitsOf(weights), bestEpoch, epochs: epochs.map((report) => ({ ...report, elapsedMs: 0 })) };
}

/** The newest snapshot in a folder, through the files. */
async function readSnapshot(folder: string): Promise<Snapshot | null> {
  const { checkpoint } = await readLatestCheckpoint(folder);
  return checkpoint && { tensors: checkpoint.tensors, position: TrainingPosition.parse(checkpoint.state) };
}

/** Runs until `steps` more were done, then forgets everything but what lies in the folder. */
async function runUntilKilled(request: TrainRequest, at: { folder: string; steps: number; everySteps: number }) {
  let asked = 0;
  let number = 0;
  const killed = runTraining(ops, {
    ...request,
    shouldStop: () => {
      asked += 1;
      return asked > at.steps;
    },
    checkpoints: {
      everyMs: Number.POSITIVE_INFINITY,
      everySteps: at.everySteps,
      write: async ({ tensors, position }) => {
        number += 1;
        await writeCheckpoint(at.folder, { epoch: number, tensors, state: position }, { reserveBytes: 0 });
      },
    },
  });
  await expect(killed).rejects.toMatchObject({ code: 'CANCELLED' });
}

describe('faults 22 and 38: a training killed and resumed', () => {
  it(`ends with the same weights and the same log, bit for bit, at ${KILLS} random points`, async () => {
    const before = ops.tensorCount();
    const random = seededRandom(20);
    const undisturbed = [];
    for (const settings of recipes) undisturbed.push(figuresOf(await runTraining(ops, tinyRequest(settings))));
    let resumedWithin = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const which = kill % recipes.length;
      const request = tinyRequest(recipes[which]!);
      const at = {
        folder: join(root, `kill-${kill}`),
        steps: Math.floor(random() * undisturbed[which]!.epochs.length * 4),
        everySteps: 1 + Math.floor(random() * 4),
      };
      await runUntilKilled(request, at);
      const snapshot = await readSnapshot(at.folder);
      if (snapshot !== null && snapshot.position.step > 0) resumedWithin += 1;
      const resumed = await runTraining(ops, {
        ...request,
        ...(snapshot && { resumeFrom: snapshot, weights: new Map() }),
      });
      expect(figuresOf(resumed), JSON.stringify({ ...at, which })).toEqual(undisturbed[which]);
    }
    expect(resumedWithin).toBeGreaterThan(KILLS / 4); // in the middle of an epoch
    expect(ops.tensorCount()).toBe(before);
  });

  it('may be killed again and again', async () => {
    const undisturbed = figuresOf(await runTraining(ops, tinyRequest(recipes[0]!)));
    const folder = join(root, 'again');
    let snapshot: Snapshot | null = null;
    for (let kill = 0; kill < 4; kill += 1) {
      const request: TrainRequest = { ...tinyRequest(recipes[0]!), ...(snapshot && { resumeFrom: snapshot }) };
      await runUntilKilled(request, { folder: join(folder, String(kill)), steps: 6, everySteps: 1 });
      snapshot = (await readSnapshot(join(folder, String(kill)))) ?? snapshot;
    }
    expect(snapshot!.position.epoch).toBeGreaterThan(1);
    const last = await runTraining(ops, { ...tinyRequest(recipes[0]!), resumeFrom: snapshot! });
    expect(figuresOf(last)).toEqual(undisturbed);
  });

  it('goes on from the checkpoint before a damaged one', async () => {
    const undisturbed = figuresOf(await runTraining(ops, tinyRequest(recipes[0]!)));
    const folder = join(root, 'damaged');
    await runUntilKilled(tinyRequest(recipes[0]!), { folder, steps: 7, everySteps: 1 });
    const newest = (await readLatestCheckpoint(folder)).checkpoint!.epoch;
    rmSync(join(folder, `checkpoint-${newest}.safetensors`));
    const { checkpoint, rejected } = await readLatestCheckpoint(folder);
    expect([checkpoint!.epoch, rejected.length]).toEqual([newest - 1, 1]);
    const resumed = await runTraining(ops, { ...tinyRequest(recipes[0]!), resumeFrom: (await readSnapshot(folder))! });
    expect(figuresOf(resumed)).toEqual(undisturbed);
  });

  it('writes by the clock: nothing is older than the interval when a step ends', async () => {
    let nowMs = 0;
    const written: number[] = [];
    await runTraining(ops, {
      ...tinyRequest({}),
      now: () => {
        nowMs += 1000; // each look at the clock
        return nowMs;
      },
      checkpoints: { everyMs: 5000, write: async ({ position }) => void written.push(position.elapsedMs) },
    });
    expect(written.length).toBeGreaterThan(2);
    for (const [at, elapsedMs] of written.entries()) expect(elapsedMs - (written[at - 1] ?? 0)).toBeLessThan(9000);
  });
});
