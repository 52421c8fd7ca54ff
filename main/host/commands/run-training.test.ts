import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '../../../shared/contract/errors.ts';
import { RunId, Sha256, StageId } from '../../../shared/domain/ids.ts';
import { Recipe } from '../../../shared/domain/recipe.ts';
import type { RunConfig } from '../../../shared/domain/run.ts';
import type { Job, JobResult } from '../../engine/protocol/messages.ts';
import { openProject, type Project } from '../../store/project.ts';
import { findRun, insertRun, listRunEvents } from '../../store/runs.ts';
import { makeTestFolder, testNow } from '../../store/testing.ts';
import type { Session } from '../session.ts';
import { trainRecorded } from './run-training.ts';

const runId = RunId.parse('run_abcdefghij01');
const hash = Sha256.parse('0'.repeat(64));
const config: RunConfig = {
  backbone: 'tf_efficientnet_lite0',
  frozenThrough: StageId.parse('head'),
  recipe: Recipe.parse({}),
  seed: 7,
  selection: { kind: 'cross-validation', folds: 5 },
};
const lost: Result<never> = { ok: false, failure: { code: 'DEVICE_LOST', message: 'CUDA_ERROR_UNKNOWN' } };
const trained: Result<JobResult> = {
  ok: true,
  value: {
    kind: 'train',
    device: { executor: 'fake', trainer: 'fake' },
    ...{ bestEpoch: 3, weightDecay: 0.1, selectionCorrect: 9, selectionTotal: 10, epochsRun: 3 },
    ...{ featurised: 0, featuriseMs: 0, trainMs: 1, weightsSha256: hash, skipped: [] },
  },
};

let folder: string;
let project: Project;
let jobs: Job[];
beforeEach(() => {
  folder = makeTestFolder();
  project = openProject(folder, { clock: testNow, create: true });
  insertRun(project.database, { runId, name: 'first', config, datasetHash: hash, splitHash: hash }, testNow());
  jobs = [];
});
afterEach(() => {
  project.close();
  rmSync(folder, { recursive: true });
});

/** An engine that answers its jobs like this, one after the other. */
function sessionWith(answers: readonly Result<JobResult>[]): Session {
  const run = async (job: Job): Promise<Result<JobResult>> => {
    jobs.push(job);
    return answers[jobs.length - 1] ?? lost;
  };
  const engine = { run, connections: () => ({ connections: 0, hosts: [] }), close: async () => undefined };
  const imaging = (): never => {
    throw new Error('no photo is looked at here');
  };
  return { project, engine, imaging, notes: [], clock: testNow, random: () => 0.5 };
}

const train = (session: Session, signal = new AbortController().signal) =>
  trainRecorded(
    session,
    { runId, config, classes: ['Misty', 'Tigger'], resume: false },
    { onEvent: () => undefined, signal },
  );

describe('fault 30: a device that went away', () => {
  it('is tried once more from the last checkpoint, and the run says so', async () => {
    const run = await train(sessionWith([lost, trained]));
    expect(jobs.map((job) => job.kind === 'train' && job.resume)).toEqual([false, true]);
    expect(run).toMatchObject({ status: 'done', failure: null });
    const [event] = listRunEvents(project.database, runId);
    expect(event).toMatchObject({ kind: 'device-lost', message: expect.stringContaining('CUDA_ERROR_UNKNOWN') });
  });

  it('again ends the run, which can be resumed by hand', async () => {
    await expect(train(sessionWith([lost, lost, trained]))).rejects.toMatchObject({ code: 'DEVICE_LOST' });
    expect(jobs).toHaveLength(2);
    expect(findRun(project.database, runId)).toMatchObject({ status: 'failed', failure: { code: 'DEVICE_LOST' } });
  });

  it('is not tried again for who has stopped the run', async () => {
    const stopped = train(sessionWith([lost, trained]), AbortSignal.abort());
    await expect(stopped).rejects.toMatchObject({ code: 'DEVICE_LOST' });
    expect(jobs).toHaveLength(1);
  });

  it('is told from an engine that crashed, which is not tried again', async () => {
    const crashed: Result<never> = { ok: false, failure: { code: 'ENGINE_CRASHED', message: 'SIGSEGV' } };
    await expect(train(sessionWith([crashed, trained]))).rejects.toMatchObject({ code: 'ENGINE_CRASHED' });
    expect(jobs).toHaveLength(1);
  });
});
