import { describe, expect, it } from 'vitest';
import type { CommandEvent } from '../../../shared/contract/commands.ts';
import { commands } from '../../../shared/contract/commands.ts';
import { AppError, type Result } from '../../../shared/contract/errors.ts';
import { HostEvent, JobStatus } from '../../../shared/contract/jobs.ts';
import { RunId } from '../../../shared/domain/ids.ts';
import type { EpochReport } from '../../../shared/domain/run.ts';
import type { CommandContext, Handlers } from '../dispatch.ts';
import { createCoalescer } from './coalescer.ts';
import { changesOf, listedAsJobs, tellingChanges } from './observed-handlers.ts';
import { createJobRegistry, type JobRegistry } from './registry.ts';
import { watchEvents } from './watch-events.ts';

const runId = RunId.parse('run_aaaaaaaaaaaa');
const epoch = (number: number): EpochReport => ({
  epoch: number,
  trainLoss: 1 / (number + 1),
  trainAccuracy: 0.5,
  valLoss: null,
  valAccuracy: null,
  learningRate: 0.1,
  elapsedMs: 10,
});
const registry = (known: EpochReport[] = []): JobRegistry =>
  createJobRegistry({ clock: () => new Date(0), random: () => 0.5, epochsOf: () => known });
const done: Result<unknown> = { ok: true, value: { is: 'done' } };
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const untilAborted = ({ signal }: CommandContext): Promise<Result<unknown>> =>
  new Promise((resolve) => {
    const failure = { code: 'CANCELLED', message: 'Stopped as asked.' } as const;
    signal.addEventListener('abort', () => resolve({ ok: false, failure }));
  });
const quiet: CommandContext = { onEvent: () => undefined, signal: new AbortController().signal };

describe('a job', () => {
  it('keeps what it told last, its epochs in order, and its answer', async () => {
    const jobs = registry([epoch(0), epoch(1)]);
    const jobId = jobs.start('runs.resume', async ({ onEvent }) => {
      onEvent({ kind: 'run', runId });
      onEvent({ kind: 'device', device: 'TensorFlow, CPU' });
      onEvent({ kind: 'wait', training: 0.1, data: 0.8 });
      for (let note = 0; note < 30; note += 1) onEvent({ kind: 'note', text: `note ${note}` });
      onEvent({ kind: 'epoch', report: { ...epoch(1), trainLoss: 9 } }); // played again after the resume
      onEvent({ kind: 'epoch', report: epoch(2) });
      return done;
    });
    expect(jobs.result(jobId)).toBeNull();
    await jobs.settle();
    const [job] = jobs.list();
    expect(job?.status).toMatchObject({ jobId, state: 'done', runId, device: 'TensorFlow, CPU', failure: null });
    expect(job?.status.wait).toEqual({ training: 0.1, data: 0.8 });
    expect(job?.status.notes).toEqual(Array.from({ length: 20 }, (_, index) => `note ${index + 10}`));
    expect(job?.epochs.map(({ epoch: number, trainLoss }) => [number, trainLoss])).toEqual([
      [0, 1],
      [1, 9],
      [2, 1 / 3],
    ]);
    expect(jobs.result(jobId)).toEqual({ is: 'done' });
    expect(JobStatus.parse(job?.status)).toEqual(job?.status);
  });

  it('is stopped by its number, and says so; a second wish finds nothing to stop', async () => {
    const jobs = registry();
    const jobId = jobs.start('runs.train', untilAborted);
    expect(jobs.stop(jobId)).toBe(true);
    await jobs.settle();
    expect(jobs.list()[0]?.status).toMatchObject({ state: 'cancelled', failure: { code: 'CANCELLED' } });
    expect(jobs.stop(jobId)).toBe(false);
    expect(() => jobs.stop('job_nothing' as typeof jobId)).toThrow(AppError);
  });

  it('hears the wish to finish, which does not stop it', async () => {
    const jobs = registry();
    const jobId = jobs.start('runs.train', async ({ signal, finishSignal }) => {
      await new Promise<void>((resolve) => finishSignal?.addEventListener('abort', () => resolve()));
      return { ok: true, value: { aborted: signal.aborted } };
    });
    expect(jobs.finish(jobId)).toBe(true);
    await jobs.settle();
    expect(jobs.result(jobId)).toEqual({ aborted: false });
    expect(jobs.list()[0]?.status.state).toBe('done');
  });

  it('that fails, or breaks, has failed and ends nothing else', async () => {
    const jobs = registry();
    const failure = { code: 'DISK_FULL', message: 'full' } as const;
    jobs.start('library.import', async () => ({ ok: false, failure }));
    jobs.start('library.import', async () => {
      throw new TypeError('a bug');
    });
    await jobs.settle();
    expect(jobs.list().map(({ status }) => [status.state, status.failure?.code])).toEqual([
      ['failed', 'DISK_FULL'],
      ['failed', 'BUG'],
    ]);
  });

  it('of those that ended only the last 20 are kept; what runs is always kept', async () => {
    const jobs = registry();
    const first = jobs.start('runs.train', untilAborted);
    for (let index = 0; index < 30; index += 1) {
      jobs.start('doctor', async () => done);
      await pause(0);
    }
    expect(jobs.list().length).toBe(21);
    expect(jobs.list()[0]?.status.jobId).toBe(first);
    expect(new Set(jobs.list().map(({ status }) => status.jobId)).size).toBe(21);
    await jobs.close('all');
  });

  it('is refused beyond 32 at once, and after the end', async () => {
    const jobs = registry();
    for (let index = 0; index < 32; index += 1) jobs.start('doctor', untilAborted);
    expect(() => jobs.start('doctor', untilAborted)).toThrow(/running already/);
    await jobs.close('detached');
    expect(jobs.running()).toBe(0);
    expect(() => jobs.start('doctor', untilAborted)).toThrow(/closed/);
  });
});

describe('a call that somebody waits for', () => {
  const refuse = async (): Promise<never> => {
    throw new AppError('NOT_FOUND', 'not here');
  };
  const handlersWith = (own: Partial<Handlers>): Handlers =>
    ({ ...Object.fromEntries(Object.keys(commands).map((name) => [name, refuse])), ...own }) as Handlers;

  it('is listed as a job, keeps its own events and signals, and can be stopped by number as well', async () => {
    const jobs = registry();
    const run = async (_input: unknown, { onEvent, signal }: CommandContext) => {
      onEvent({ kind: 'note', text: 'begun' });
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      throw new AppError('CANCELLED', 'Stopped as asked.');
    };
    const handlers = listedAsJobs(handlersWith({ doctor: run }), jobs);
    for (const byNumber of [false, true]) {
      const events: CommandEvent[] = [];
      const own = new AbortController();
      const call = handlers.doctor({}, { signal: own.signal, onEvent: (event) => events.push(event) });
      const job = jobs.list().at(-1)?.status;
      expect(job).toMatchObject({ command: 'doctor', state: 'running', notes: ['begun'] });
      if (byNumber && job !== undefined) jobs.stop(job.jobId);
      else own.abort();
      await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
      expect(events).toEqual([{ kind: 'note', text: 'begun' }]);
      expect(jobs.list().at(-1)?.status.state).toBe('cancelled');
    }
  });

  it('is not stopped when only what nobody waits for is to be', async () => {
    const jobs = registry();
    const own = new AbortController();
    const wait = ({ signal }: CommandContext) =>
      new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    const call = jobs.attach('doctor', { ...quiet, signal: own.signal }, wait);
    await jobs.close('detached');
    expect(jobs.running()).toBe(1);
    own.abort();
    await call;
    expect(jobs.running()).toBe(0);
  });

  it('tells what it changed, also where it failed; reading tells nothing', async () => {
    const jobs = registry();
    const told: unknown[] = [];
    jobs.subscribe((signal) => told.push(signal));
    const handlers = tellingChanges(handlersWith({}), jobs);
    await expect(handlers['library.undo']({}, quiet)).rejects.toThrow();
    await expect(handlers['library.history']({}, quiet)).rejects.toThrow();
    expect(told).toEqual([{ kind: 'changed', what: ['library', 'classes'] }]);
    for (const name of Object.keys(changesOf)) expect(Object.hasOwn(commands, name)).toBe(true);
  });
});

describe('watching', () => {
  const watch = (jobs: JobRegistry) => {
    const events: HostEvent[] = [];
    const stop = new AbortController();
    const onEvent = (event: CommandEvent): void => {
      if (event.kind === 'host') events.push(HostEvent.parse(event.event));
    };
    return { events, stop, told: watchEvents(jobs, { onEvent, signal: stop.signal }) };
  };

  it('begins with every running job and all its epochs, and goes on with what is new', async () => {
    const jobs = registry();
    jobs.start('doctor', async () => done);
    await jobs.settle();
    let tell: CommandContext['onEvent'] = () => undefined;
    const jobId = jobs.start('runs.train', (context) => {
      tell = context.onEvent;
      return untilAborted(context);
    });
    for (const number of [0, 1, 2]) tell({ kind: 'epoch', report: epoch(number) });
    const { events, stop, told } = watch(jobs);
    expect(events.map(({ kind }) => kind)).toEqual(['job', 'job-epochs']); // not the one that has ended
    expect(events[1]).toEqual({ kind: 'job-epochs', jobId, epochs: [epoch(0), epoch(1), epoch(2)] });
    tell({ kind: 'epoch', report: epoch(3) });
    await expect.poll(() => events[2]).toEqual({ kind: 'job-epochs', jobId, epochs: [epoch(3)] });
    jobs.stop(jobId);
    await expect.poll(() => events.at(-1)).toMatchObject({ kind: 'job', job: { jobId, state: 'cancelled' } });
    stop.abort();
    expect(await told).toBe(events.length);
  });

  it('ends when the project closes, with the last state of every job, and at once where it is closed', async () => {
    const jobs = registry();
    const jobId = jobs.start('runs.train', untilAborted);
    const { events, told } = watch(jobs);
    await jobs.close('all');
    await told;
    expect(events.at(-1)).toMatchObject({ kind: 'job', job: { jobId, state: 'cancelled' } });
    expect(await watch(jobs).told).toBe(0);
  });

  it('tells at most 5 of a kind a second, and loses nothing but statuses that are out of date', async () => {
    const events: { readonly event: HostEvent; readonly atMs: number }[] = [];
    const coalescer = createCoalescer(
      (event) => events.push({ event, atMs: performance.now() }),
      () => performance.now(),
    );
    const jobs = registry();
    const jobId = jobs.start('runs.train', untilAborted);
    const status = jobs.list()[0]?.status as JobStatus;
    for (let number = 0; number < 200; number += 1) {
      coalescer.job({ ...status, notes: [`${number}`] });
      coalescer.epochs(jobId, [epoch(number)]);
      coalescer.changed([number % 2 === 0 ? 'runs' : 'library']);
      await pause(5);
    }
    coalescer.end();
    for (const kind of ['job', 'job-epochs', 'changed'] as const) {
      const times = events.slice(0, -3).flatMap(({ event, atMs }) => (event.kind === kind ? [atMs] : []));
      expect(times.length).toBeGreaterThan(3);
      for (const [index, atMs] of times.entries())
        if (index > 0) expect(atMs - (times[index - 1] ?? 0)).toBeGreaterThan(195); // timers may be a little early
    }
    const epochs = events.flatMap(({ event }) => (event.kind === 'job-epochs' ? event.epochs : []));
    expect(epochs.map(({ epoch: number }) => number)).toEqual(Array.from({ length: 200 }, (_, index) => index));
    const last = events.filter(({ event }) => event.kind === 'job').at(-1)?.event;
    expect(last).toMatchObject({ job: { notes: ['199'] } });
    await jobs.close('all');
  });
});
