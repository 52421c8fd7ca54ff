import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandEvent } from '../../../shared/contract/commands.ts';
import type { Failure, Result } from '../../../shared/contract/errors.ts';
import { Sha256 } from '../../../shared/domain/ids.ts';
import { Recipe } from '../../../shared/domain/recipe.ts';
import { type SweepId, SweepSpec } from '../../../shared/domain/sweep.ts';
import type { JobResult, TrainJob } from '../../engine/protocol/messages.ts';
import { insertImage } from '../../store/images.ts';
import { openProject, type Project } from '../../store/project.ts';
import { findRun, listRuns } from '../../store/runs.ts';
import { listSweeps, requireSweep, type StoredSweep } from '../../store/sweeps.ts';
import { makeImage, makeTestFolder, testNow } from '../../store/testing.ts';
import { workOnSweep } from '../commands/sweeps.ts';
import type { JobOptions } from '../engine-client.ts';
import type { Session } from '../session.ts';

type Answer = (job: TrainJob, options: JobOptions, start: number) => Promise<Result<JobResult>>;
const hash = Sha256.parse('0'.repeat(64));
const failed = (code: Failure['code']): Result<never> => ({ ok: false, failure: { code, message: `it says ${code}` } });

function done(selectionCorrect: number): Result<JobResult> {
  const counts = { bestEpoch: 0, weightDecay: 0.1, selectionCorrect, selectionTotal: 10, epochsRun: 1 };
  const times = { featurised: 0, featuriseMs: 0, trainMs: 1 };
  const device = { executor: 'fake', trainer: 'fake' };
  return { ok: true, value: { kind: 'train', device, ...counts, ...times, weightsSha256: hash, skipped: [] } };
}

let folder: string;
let project: Project;
let jobs: TrainJob[];
beforeEach(() => {
  folder = makeTestFolder();
  open(true);
  jobs = [];
  for (let at = 0; at < 40; at += 1) {
    const side = at % 4 === 0 ? 'val' : 'train';
    insertImage(
      project.database,
      makeImage({ content: `photo ${at}`, className: at % 2 === 0 ? 'Tigger' : 'Misty', side }),
    );
  }
});
afterEach(() => {
  project.close();
  rmSync(folder, { recursive: true });
});

function open(create: boolean): void {
  project = openProject(folder, { clock: testNow, create });
}

function sessionWith(answer: Answer): Session {
  const run = async (job: unknown, options: JobOptions): Promise<Result<JobResult>> => {
    jobs.push(job as TrainJob);
    return answer(job as TrainJob, options, jobs.length - 1);
  };
  const engine = { run, connections: () => ({ connections: 0, hosts: [] }), close: async () => undefined };
  const imaging = (): never => {
    throw new Error('no photo is looked at here');
  };
  return { project, engine, imaging, notes: [], clock: testNow, random: Math.random };
}

function specOf(change: Record<string, unknown> = {}): SweepSpec {
  return SweepSpec.parse({
    name: 'Rates',
    base: { backbone: 'lenet5', freeze: 'all', seed: 0, recipe: Recipe.parse({ epochs: 9 }) },
    dimensions: [{ kind: 'choices', name: 'learningRate', values: [0.1, 0.01, 0.001, 0.0001] }],
    method: { kind: 'grid' },
    halving: null,
    seeds: [0],
    folds: null,
    foldSeed: 0,
    budget: { runs: null, minutes: null, epochs: null },
    ...change,
  });
}

type How = {
  readonly sweep: { spec: SweepSpec } | { sweepId: SweepId };
  readonly signal?: AbortSignal;
  readonly engines?: number;
  readonly onEvent?: (event: CommandEvent) => void;
};
const work = (session: Session, { sweep, engines = 1, ...told }: How) => {
  const context = { signal: new AbortController().signal, onEvent: () => undefined, ...told };
  return workOnSweep(session, { sweep, place: { kind: 'here', engines } }, context);
};

describe('a sweep', () => {
  it('makes an ordinary run of every trial, and ranks what they showed', async () => {
    const report = await work(
      sessionWith(async (_job, _options, start) => done(5 + start)),
      { sweep: { spec: specOf() } },
    );
    expect(report).toMatchObject({ state: 'done', endedBy: null, ended: 4 });
    expect(report.points.map(({ values, correct }) => [values.learningRate, correct])).toEqual([
      [0.0001, 8],
      [0.001, 7],
      [0.01, 6],
      [0.1, 5],
    ]);
    const runs = listRuns(project.database);
    expect(runs.map(({ name }) => name).sort()).toEqual(['Rates #1', 'Rates #2', 'Rates #3', 'Rates #4']);
    for (const { position, runId, values } of report.trials) {
      const run = findRun(project.database, runId!)!;
      expect(run.config.recipe.learningRate).toBe(values.learningRate);
      expect(jobs[position]!.recipe).toEqual(run.config.recipe);
    }
  });

  it('holds out one fold for each run, of train and validation alike, and test photos never', async () => {
    const spec = specOf({ folds: 5, dimensions: [] });
    await work(
      sessionWith(async () => done(5)),
      { sweep: { spec } },
    );
    expect(jobs).toHaveLength(5);
    const heldOut = jobs.flatMap(({ images }) =>
      images.filter(({ side }) => side === 'val').map(({ imageId }) => imageId),
    );
    expect(new Set(heldOut).size).toBe(40);
    expect(heldOut).toHaveLength(40);
    expect(jobs.map(({ selection }) => selection.kind)).toEqual(Array(5).fill('validation'));
    const [run] = listRuns(project.database);
    expect(run!.config.selection).toMatchObject({ kind: 'fold', folds: 5, seed: 0 });
  });

  it('goes on past a trial whose loss is no number', async () => {
    const answer: Answer = async (_job, _options, start) => (start === 1 ? failed('LOSS_NOT_FINITE') : done(5));
    const report = await work(sessionWith(answer), { sweep: { spec: specOf() } });
    expect(report.trials.map(({ state }) => state)).toEqual(['done', 'failed', 'done', 'done']);
    expect(report.trials[1]!.failureMessage).toContain('it says LOSS_NOT_FINITE');
  });

  it('fault 25: pauses when the disk is full, says why, and goes on where it was', async () => {
    const full: Answer = async (_job, _options, start) => (start === 2 ? failed('DISK_FULL') : done(5));
    await expect(work(sessionWith(full), { sweep: { spec: specOf() } })).rejects.toMatchObject({ code: 'DISK_FULL' });
    const { sweepId } = theSweep();
    expect(requireSweep(project.database, sweepId)).toMatchObject({
      state: 'paused',
      endedBy: expect.stringContaining('DISK_FULL'),
    });
    const report = await work(
      sessionWith(async () => done(5)),
      { sweep: { sweepId } },
    );
    expect(report).toMatchObject({ state: 'done', ended: 4 });
    expect(jobs).toHaveLength(5); // the third one twice
    expect(jobs[3]).toMatchObject({ jobId: jobs[2]!.jobId, resume: true });
  });

  it('fault 33: is paused within 2 s when it is stopped, and nothing that ended is trained again', async () => {
    const controller = new AbortController();
    const answer: Answer = async (_job, { signal }, start) => {
      if (start < 2) return done(5);
      setTimeout(() => controller.abort(), 10);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return failed('CANCELLED');
    };
    const startedMs = performance.now();
    const told: number[] = []; // how many have ended
    const onEvent = (event: CommandEvent): void => {
      if (event.kind === 'progress' && event.progress.phase === 'sweeping') told.push(event.progress.done);
    };
    const wish = { sweep: { spec: specOf() }, signal: controller.signal, onEvent };
    const report = await work(sessionWith(answer), wish);
    expect(performance.now() - startedMs).toBeLessThan(2000);
    expect(told).toEqual([0, 1, 2]); // that which was stopped has not
    expect(report).toMatchObject({ state: 'paused', endedBy: 'stopped', ended: 2 });
    const again = await work(
      sessionWith(async () => done(5)),
      { sweep: { sweepId: report.sweepId } },
    );
    expect(again).toMatchObject({ state: 'done', ended: 4 });
    expect(jobs.map(({ jobId }) => jobId)).toHaveLength(5);
    expect(new Set(jobs.map(({ jobId }) => jobId)).size).toBe(4);
  });

  it('fault 22: whose process is killed is paused at the next open, and its trial is taken up again', async () => {
    const killed = new Promise<never>(() => undefined);
    const answer: Answer = async (_job, _options, start) => (start === 0 ? done(5) : killed);
    void work(sessionWith(answer), { sweep: { spec: specOf() } });
    await expect.poll(() => jobs.length).toBe(2);
    project.close();
    open(false);
    const { sweepId, state } = theSweep();
    expect(state).toBe('paused');
    const report = await work(
      sessionWith(async () => done(5)),
      { sweep: { sweepId } },
    );
    expect(report).toMatchObject({ state: 'done', ended: 4 });
    expect(report.trials[1]!.attempts).toBe(2);
    expect(listRuns(project.database)).toHaveLength(4);
  });

  it('stops trials that are not among the best third, which keep their best epoch', async () => {
    const answer: Answer = async (job, { onEvent, finishSignal }) => {
      for (let epoch = 0; epoch < 9; epoch += 1) {
        const valLoss = 1 - job.recipe.learningRate; // the largest rate is the best one, and starts first
        const figures = {
          trainLoss: 1,
          trainAccuracy: 0.5,
          valLoss,
          valAccuracy: 0.5,
          learningRate: 0.1,
          elapsedMs: 1,
        };
        onEvent({ kind: 'epoch', report: { epoch, ...figures } });
        await sleep(1);
        if (finishSignal?.aborted) break;
      }
      return done(5);
    };
    const spec = specOf({ folds: 2, halving: { eta: 2, graceEpochs: 1 } });
    const { trials } = await work(sessionWith(answer), { sweep: { spec }, engines: 1 });
    expect(trials.map(({ state }) => state)).toEqual(['done', 'done', ...Array(6).fill('stopped')]);
    expect(trials.map(({ epochs }) => epochs)).toEqual([9, 9, ...Array(6).fill(1)]);
    expect(trials.every(({ correct }) => correct === 5)).toBe(true);
  });

  it('ends when its budget is spent, and says by which limit', async () => {
    const spec = specOf({ budget: { runs: 2, minutes: null, epochs: null } });
    const report = await work(
      sessionWith(async () => done(5)),
      { sweep: { spec } },
    );
    expect(report).toMatchObject({ state: 'done', endedBy: 'runs' });
    expect(report.trials.map(({ state }) => state)).toEqual(['done', 'done', 'left-out', 'left-out']);
  });

  it('is refused before anything is recorded: an unknown stage, early stopping with nothing to judge by', async () => {
    const session = sessionWith(async () => done(5));
    const unknown = specOf({ dimensions: [{ kind: 'choices', name: 'freeze', values: ['all', 'nowhere'] }] });
    await expect(work(session, { sweep: { spec: unknown } })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const blind = specOf({ halving: { eta: 3, graceEpochs: 1 } });
    await expect(work(session, { sweep: { spec: blind } })).rejects.toMatchObject({ code: 'DATASET_UNFIT' });
    expect(listRuns(project.database)).toEqual([]);
    expect(jobs).toEqual([]);
  });

  it('is refused once the photos have changed: its trials could not be compared', async () => {
    const spec = specOf({ budget: { runs: 2, minutes: null, epochs: null } });
    const session = sessionWith(async () => done(5));
    const { sweepId } = await work(session, { sweep: { spec } });
    insertImage(project.database, makeImage({ content: 'one more', side: 'train' }));
    await expect(work(session, { sweep: { sweepId } })).rejects.toThrow(/changed since sweep/);
  });
});

function theSweep(): StoredSweep {
  const [sweep] = listSweeps(project.database);
  return sweep!;
}
