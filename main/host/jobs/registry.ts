/** Every long work of this host: what a front end started and left, and what one waits for. */
import type { CommandEvent } from '../../../shared/contract/commands.ts';
import { AppError, type Failure, type Result, toFailure } from '../../../shared/contract/errors.ts';
import type { Changed, JobCommand, JobId, JobStatus } from '../../../shared/contract/jobs.ts';
import { JobId as JobIdSchema } from '../../../shared/contract/jobs.ts';
import type { RunId } from '../../../shared/domain/ids.ts';
import type { EpochReport } from '../../../shared/domain/run.ts';
import { type CommandContext, closedFailure } from '../dispatch.ts';

const KEPT_NOTES = 20;
const KEPT_ENDED = 20;
const MAX_RUNNING = 32;

/** What those who watch are told, as it happens. */
export type JobSignal =
  | { readonly kind: 'job'; readonly job: JobStatus }
  | { readonly kind: 'epochs'; readonly jobId: JobId; readonly epochs: readonly EpochReport[] }
  | { readonly kind: 'changed'; readonly what: readonly Changed[] }
  | { readonly kind: 'closed' };
export type JobWork = (context: CommandContext) => Promise<Result<unknown>>;
export type WatchedJob = { readonly status: JobStatus; readonly epochs: readonly EpochReport[] };

export type JobRegistry = {
  /** Runs work that goes on whoever looks. Throws CANCELLED once closed, INVALID_INPUT for too many at once. */
  readonly start: (command: JobCommand, work: JobWork) => JobId;
  /** Runs work for a caller who waits: it hears the events, and its wish to stop counts. Throws what the work throws. */
  readonly attach: <T>(
    command: JobCommand,
    context: CommandContext,
    work: (own: CommandContext) => Promise<T>,
  ) => Promise<T>;
  readonly list: () => readonly WatchedJob[]; // in the order of their start
  readonly stop: (jobId: JobId) => boolean; // false: it has ended; both throw NOT_FOUND
  readonly finish: (jobId: JobId) => boolean;
  readonly result: (jobId: JobId) => unknown; // null while it runs or where it failed
  readonly tellChanged: (what: readonly Changed[]) => void;
  /** Hears every signal until the returned function is called; 'closed' is the last one. */
  readonly subscribe: (listener: (signal: JobSignal) => void) => () => void;
  readonly isClosed: () => boolean;
  /** Waits until no job runs. */
  readonly settle: () => Promise<void>;
  readonly running: () => number;
  /** Takes no new jobs and ends watching; stops the detached jobs, or all, and waits for those it stopped. */
  readonly close: (stop: 'all' | 'detached') => Promise<void>;
};

export type JobRegistryParts = {
  readonly clock: () => Date;
  readonly random: () => number; // for names only
  readonly epochsOf: (runId: RunId) => readonly EpochReport[]; // of a run that is resumed: those it has already
};

type Job = {
  status: JobStatus;
  epochs: EpochReport[];
  output: unknown;
  readonly isDetached: boolean;
  readonly abort: AbortController;
  readonly finish: AbortController;
  ended: Promise<unknown>;
};

export function createJobRegistry(parts: JobRegistryParts): JobRegistry {
  const state: State = { parts, jobs: new Map(), listeners: new Set(), isClosed: false, started: 0 };
  const runningJobs = (kind: 'all' | 'detached'): Job[] =>
    [...state.jobs.values()].filter((job) => isRunning(job) && (kind === 'all' || job.isDetached));
  return {
    start: (command, work) => {
      if (state.isClosed) throw new AppError(closedFailure.code, closedFailure.message);
      if (runningJobs('all').length >= MAX_RUNNING)
        throw new AppError('INVALID_INPUT', `${MAX_RUNNING} jobs are running already. Wait for some, or stop them.`);
      const job = addJob(state, command, true);
      const context = contextOf(state, job, null);
      job.ended = work(context).then(
        (result) => endJob(state, job, result),
        (error: unknown) => endJob(state, job, { ok: false, failure: toFailure(error) }),
      );
      return job.status.jobId;
    },
    attach: async (command, context, work) => {
      const job = addJob(state, command, false);
      const ended = work(contextOf(state, job, context));
      job.ended = ended.catch(() => undefined);
      try {
        const value = await ended;
        endJob(state, job, { ok: true, value });
        return value;
      } catch (error) {
        endJob(state, job, { ok: false, failure: toFailure(error) });
        throw error;
      }
    },
    list: () => [...state.jobs.values()].map(({ status, epochs }) => ({ status, epochs })),
    stop: (jobId) => ask(state, jobId, 'abort'),
    finish: (jobId) => ask(state, jobId, 'finish'),
    result: (jobId) => requireJob(state, jobId).output,
    tellChanged: (what) => tell(state, { kind: 'changed', what }),
    subscribe: (listener) => {
      state.listeners.add(listener);
      return () => void state.listeners.delete(listener);
    },
    isClosed: () => state.isClosed,
    running: () => runningJobs('all').length,
    settle: async () => {
      for (let jobs = runningJobs('all'); jobs.length > 0; jobs = runningJobs('all'))
        await Promise.all(jobs.map(({ ended }) => ended));
    },
    close: async (stop) => {
      state.isClosed = true;
      const stopped = runningJobs(stop);
      for (const { abort } of stopped) abort.abort();
      await Promise.all(stopped.map(({ ended }) => ended));
      tell(state, { kind: 'closed' });
    },
  };
}

type State = {
  readonly parts: JobRegistryParts;
  readonly jobs: Map<JobId, Job>;
  readonly listeners: Set<(signal: JobSignal) => void>;
  isClosed: boolean;
  started: number;
};

function isRunning({ status }: Job): boolean {
  return status.state === 'running';
}

function tell(state: State, signal: JobSignal): void {
  for (const listener of [...state.listeners]) listener(signal);
}

function requireJob(state: State, jobId: JobId): Job {
  const job = state.jobs.get(jobId);
  if (job === undefined) throw new AppError('NOT_FOUND', `There is no job ${jobId} here. It may have ended long ago.`);
  return job;
}

function ask(state: State, jobId: JobId, wish: 'abort' | 'finish'): boolean {
  const job = requireJob(state, jobId);
  if (!isRunning(job)) return false;
  job[wish].abort();
  return true;
}

function addJob(state: State, command: JobCommand, isDetached: boolean): Job {
  state.started += 1;
  const name = Math.floor(state.parts.random() * 36 ** 6).toString(36);
  const job: Job = {
    status: {
      jobId: JobIdSchema.parse(`job_${name}${state.started.toString(36)}`),
      command,
      state: 'running',
      startedAt: state.parts.clock().toISOString(),
      runId: null,
      progress: null,
      device: null,
      sweepId: null,
      wait: null,
      notes: [],
      failure: null,
    },
    epochs: [],
    output: null,
    isDetached,
    abort: new AbortController(),
    finish: new AbortController(),
    ended: Promise.resolve(),
  };
  state.jobs.set(job.status.jobId, job);
  tell(state, { kind: 'job', job: job.status });
  return job;
}

/** The context in which a job works: its own signals, joined by those of the caller who waits for it. */
function contextOf(state: State, job: Job, caller: CommandContext | null): CommandContext {
  const either = (own: AbortSignal, other: AbortSignal | undefined): AbortSignal =>
    other === undefined ? own : AbortSignal.any([own, other]);
  return {
    signal: either(job.abort.signal, caller?.signal),
    finishSignal: either(job.finish.signal, caller?.finishSignal),
    onEvent: (event) => {
      note(state, job, event);
      caller?.onEvent(event);
    },
  };
}

function note(state: State, job: Job, event: CommandEvent): void {
  const update = (change: Partial<JobStatus>): void => {
    job.status = { ...job.status, ...change };
    tell(state, { kind: 'job', job: job.status });
  };
  switch (event.kind) {
    case 'progress':
      return update({ progress: event.progress });
    case 'note':
    case 'logged':
      return update({ notes: [...job.status.notes, event.text].slice(-KEPT_NOTES) });
    case 'device':
      return update({ device: event.device });
    case 'wait':
      return update({ wait: { training: event.training, data: event.data } });
    case 'trial':
      if (job.status.sweepId === null) update({ sweepId: event.sweepId });
      return tell(state, { kind: 'changed', what: ['runs', 'sweeps'] });
    case 'epoch':
      return addEpochs(state, job, [event.report]);
    case 'run':
      update({ runId: event.runId });
      addEpochs(state, job, state.parts.epochsOf(event.runId));
      return tell(state, { kind: 'changed', what: ['runs'] });
    case 'host':
      return; // of events.watch, which is no job
  }
}

/** An epoch that is played again after a resume replaces its first record. */
function addEpochs(state: State, job: Job, added: readonly EpochReport[]): void {
  if (added.length === 0) return;
  const byNumber = new Map([...job.epochs, ...added].map((report) => [report.epoch, report]));
  job.epochs = [...byNumber.values()].sort((a, b) => a.epoch - b.epoch);
  tell(state, { kind: 'epochs', jobId: job.status.jobId, epochs: added });
}

function endJob(state: State, job: Job, result: Result<unknown>): void {
  const failure: Failure | null = result.ok ? null : result.failure;
  if (result.ok) job.output = result.value;
  const end = failure === null ? endOfValue(job, job.output) : failure.code === 'CANCELLED' ? 'cancelled' : 'failed';
  job.status = { ...job.status, state: end, failure };
  const ended = [...state.jobs.values()].filter((other) => !isRunning(other));
  for (const old of ended.slice(0, -KEPT_ENDED)) state.jobs.delete(old.status.jobId);
  tell(state, { kind: 'job', job: job.status });
}

/** Work that was stopped may have a result all the same, which says so. */
function endOfValue(job: Job, output: unknown): 'done' | 'cancelled' {
  const says = typeof output === 'object' && output !== null && 'cancelled' in output && output.cancelled === true;
  return says || (job.abort.signal.aborted && output === null) ? 'cancelled' : 'done';
}
