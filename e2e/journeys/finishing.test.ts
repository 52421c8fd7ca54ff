/** A training that is asked to finish: a real engine, asked by job number as the app does. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClient } from '../../main/host/open-client.ts';
import type { Client, CommandInput, CommandName, CommandOutput } from '../../shared/contract/commands.ts';
import type { JobId, JobStatus } from '../../shared/contract/jobs.ts';
import { Recipe } from '../../shared/domain/recipe.ts';
import { RunRecord } from '../../shared/domain/run.ts';
import { makePhotoFolder } from '../fixtures/photo-folders.ts';

const EPOCHS = 40; // would last far longer than the test
const root = mkdtempSync(join(tmpdir(), 'thaw-finishing-'));
let client: Client;

async function ask<N extends CommandName>(command: N, input: CommandInput<N>): Promise<CommandOutput<N>> {
  const answer = await client.call(command, input);
  if (!answer.ok) throw new Error(`${command}: ${answer.failure.code}: ${answer.failure.message}`);
  return answer.value;
}

beforeAll(async () => {
  client = await openClient({ folder: join(root, 'project'), create: true, onClose: 'stop' });
  const photos = makePhotoFolder(join(root, 'photos'), { Misty: [0, 12], Tigger: [20, 32] });
  await ask('library.import', { paths: [photos], splitFromFolders: false });
});
afterAll(async () => {
  await client.close();
  rmSync(root, { recursive: true, force: true });
});

function deepTraining(seed: number): Promise<CommandOutput<'jobs.start'>> {
  const recipe = Recipe.parse({ epochs: EPOCHS });
  return ask('jobs.start', {
    command: 'runs.train',
    input: { backbone: 'tf_efficientnet_lite0', freeze: 'blocks.6', seed, recipe },
  });
}

async function statusOf(jobId: JobId): Promise<JobStatus> {
  const job = (await ask('jobs.list', {})).jobs.find((each) => each.jobId === jobId);
  if (job === undefined) throw new Error(`${jobId} is not listed`);
  return job;
}

/** Watches until `isSo` holds of the job or of how many epochs it has told; fails when the job ends before. */
async function watchUntil(jobId: JobId, isSo: (job: JobStatus | null, epochs: number) => boolean): Promise<void> {
  const stop = new AbortController();
  const numbers = new Set<number>();
  let isMet = false;
  await client.call(
    'events.watch',
    {},
    {
      signal: stop.signal,
      onEvent: (event) => {
        if (event.kind !== 'host' || event.event.kind === 'changed') return;
        const job = event.event.kind === 'job' && event.event.job.jobId === jobId ? event.event.job : null;
        if (event.event.kind === 'job-epochs' && event.event.jobId === jobId)
          for (const { epoch } of event.event.epochs) numbers.add(epoch);
        isMet ||= isSo(job, numbers.size);
        if (isMet || (job !== null && job.state !== 'running')) stop.abort();
      },
    },
  );
  if (!isMet) throw new Error(`the job ended before: ${JSON.stringify(await statusOf(jobId))}`);
}

const hasEnded = (job: JobStatus | null): boolean => job !== null && job.state !== 'running';

describe('a training asked to finish', () => {
  it('is done with its best epoch so far, says so in the log, can be used, and is not to be resumed', async () => {
    const { jobId } = await deepTraining(4);
    await watchUntil(jobId, (_job, epochs) => epochs >= 2);
    expect(await ask('jobs.finish', { jobId })).toEqual({ asked: true });
    await watchUntil(jobId, hasEnded);
    expect(await statusOf(jobId)).toMatchObject({ state: 'done', failure: null });
    const run = RunRecord.parse((await ask('jobs.result', { jobId })).output);
    expect([run.status, run.name]).toEqual(['done', 'EfficientNet-Lite0 · from Head convolution']); // it was given none
    const { epochs } = await ask('runs.curves', { runId: run.runId });
    expect(epochs.length).toBeGreaterThanOrEqual(2);
    expect(epochs.length).toBeLessThan(EPOCHS);
    expect(epochs.map(({ epoch }) => epoch)).toContain(run.bestEpoch);

    const kinds = (await ask('runs.events', { runId: run.runId })).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'finish-asked')).toHaveLength(1);
    expect(kinds).not.toContain('cancelled');
    const evaluation = await ask('runs.evaluate', { runId: run.runId, split: 'train', views: 'centre' });
    expect(evaluation.correct / evaluation.total).toBeGreaterThan(1 / 2); // what it was trained on, two classes
    const resumed = await client.call('runs.resume', { runId: run.runId });
    expect(resumed).toMatchObject({ ok: false, failure: { code: 'INVALID_INPUT' } });
    expect(!resumed.ok && resumed.failure.message).toContain('is done: it is not to be resumed');
    expect(await ask('jobs.finish', { jobId })).toEqual({ asked: false }); // it has ended
  });

  it('while its settings are still being chosen, takes those of the trials that are done, and trains', async () => {
    const { jobId } = await deepTraining(5);
    await watchUntil(jobId, (job) => job?.progress?.phase === 'cross-validating');
    await ask('jobs.finish', { jobId });
    await watchUntil(jobId, hasEnded);
    const run = RunRecord.parse((await ask('jobs.result', { jobId })).output);
    expect([run.status, run.name]).toEqual(['done', 'EfficientNet-Lite0 · from Head convolution (2)']);
    const log = await ask('runs.events', { runId: run.runId });
    expect(log.find(({ kind }) => kind === 'finish-asked')?.message).toContain('while settings were being chosen');
  });
});
