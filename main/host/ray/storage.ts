/** The folder that this machine and all nodes see. */
import { join } from 'node:path';
import { z } from 'zod';
import { CommandEvent } from '../../../shared/contract/commands.ts';
import { Failure } from '../../../shared/contract/errors.ts';
import type { RunId, Sha256 } from '../../../shared/domain/ids.ts';
import { Sha256 as Sha256Schema } from '../../../shared/domain/ids.ts';
import { TrainJob, TrainResult } from '../../engine/protocol/messages.ts';

export const MOST_TRIAL_BYTES = 200_000_000;

/** Written by the host: a training whose photos are named by their hash alone, and whose folders are the node's. */
export const TrialFile = z.strictObject({
  formatVersion: z.literal(1),
  packId: Sha256Schema, // of the photos
  job: TrainJob,
  executors: z.record(z.string().regex(/^[A-Za-z0-9._-]{1,120}$/), z.string().max(100_000)), // what was measured at home to be fastest: the same machine computes the same bits
});
export type TrialFile = z.infer<typeof TrialFile>;

/** Written by the worker, once. */
export const TrialResult = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), value: TrainResult }),
  z.strictObject({ ok: z.literal(false), failure: Failure }),
]);
export type TrialResult = z.infer<typeof TrialResult>;

/** A line of `events.jsonl`, as it happened. */
export const TrialEvent = CommandEvent;

export type TrialFolder = {
  readonly folder: string;
  readonly trial: string;
  readonly run: string; // the engine's folder: checkpoints
  readonly events: string;
  readonly result: string;
  readonly pack: string; // what the run left, checked by hash on its way home
  readonly finish: string; // there: end early and keep the best epoch
};

export function dataPackFile(storage: string, packId: Sha256): string {
  return join(storage, 'thaw', 'data', `${packId}.thawpack`);
}

export function trialFolder(storage: string, runId: RunId): TrialFolder {
  return trialFolderAt(join(storage, 'thaw', 'runs', runId));
}

export function trialFolderAt(folder: string): TrialFolder {
  const within = (name: string): string => join(folder, name);
  return {
    folder,
    trial: within('trial.json'),
    run: within('run'),
    events: within('events.jsonl'),
    result: within('result.json'),
    pack: within('run.thawpack'),
    finish: within('finish'),
  };
}
