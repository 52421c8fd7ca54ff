/** Works through the trials of a sweep: some at a time, each an ordinary run, until all are done or a limit says so. */
import { setImmediate } from 'node:timers/promises';
import type { CommandEvent } from '../../../shared/contract/commands.ts';
import { AppError, toFailure } from '../../../shared/contract/errors.ts';
import type { RunId } from '../../../shared/domain/ids.ts';
import { isResumable, type RunRecord } from '../../../shared/domain/run.ts';
import type { SweepId, SweepSpec } from '../../../shared/domain/sweep.ts';
import { limitReached, type Spent } from '../../../shared/sweeps/budget.ts';
import { mostEpochsOf, type TrialReports, trialsToStop } from '../../../shared/sweeps/halving.ts';
import type { Trial } from '../../../shared/sweeps/trials.ts';
import { listEpochs } from '../../store/metrics.ts';
import { findRun } from '../../store/runs.ts';
import { datasetHash, splitHash } from '../../store/sides.ts';
import { inTransaction } from '../../store/statements.ts';
import {
  addWorkedTime,
  endTrial,
  listSweepTrials,
  requireSweep,
  requireTrial,
  setSweepState,
  setWaitingTrials,
  startTrial,
} from '../../store/sweeps.ts';
import { planResume } from '../commands/resume.ts';
import type { TrainPlan } from '../commands/run-training.ts';
import { recordNewRun } from '../commands/train.ts';
import type { CommandContext } from '../dispatch.ts';
import type { Session } from '../session.ts';
import type { TrialPlace } from './place.ts';

/** What ends a single trial; anything else pauses the sweep, since the next trial would meet it too. */
const OF_ONE_TRIAL: readonly string[] = [
  'LOSS_NOT_FINITE',
  'OUT_OF_MEMORY',
  'MEMORY_SHORT',
  'ENGINE_CRASHED',
  'ENGINE_HUNG',
  'DEVICE_LOST',
];

type Work = {
  readonly session: Session;
  readonly sweepId: SweepId;
  readonly spec: SweepSpec;
  readonly place: TrialPlace;
  readonly context: CommandContext;
  readonly trials: readonly Trial[]; // all of the specification
  readonly waiting: Trial[]; // taken from the front
  readonly reports: Map<number, TrialReports>; // of those that have started
  readonly finishers: Map<number, AbortController>; // of those that run
  readonly spent: () => Spent;
  readonly pause: AbortController;
  failure: AppError | null; // what pauses the sweep
  isOverBudget: string | null;
};

/**
 * Goes on with a sweep until no trial is left, its budget is spent (state 'done'), or it is stopped (state 'paused').
 *
 * Throws what no other trial would survive either (a full disk, photos that changed), after marking the sweep as paused.
 */
export async function runSweep(
  { session, sweepId, trials, place }: Pick<Work, 'session' | 'sweepId' | 'trials' | 'place'>,
  context: CommandContext,
): Promise<void> {
  const { database } = session.project;
  const { spec, state, workedMs } = requireSweep(database, sweepId);
  if (state === 'running') throw new AppError('INVALID_INPUT', `Sweep ${sweepId} is running already.`);
  setWaitingTrials(database, sweepId, { from: 'left-out', to: 'waiting' });
  const work = prepare({ session, sweepId, spec, trials, place, context }, workedMs);
  requireSamePhotos(work);
  setSweepState(database, sweepId, { state: 'running', endedBy: null, at: session.clock() });
  const startedMs = performance.now();
  try {
    tellProgress(work, startedMs);
    await Promise.all(Array.from({ length: place.slots }, () => workOn(work, startedMs)));
  } finally {
    addWorkedTime(database, sweepId, performance.now() - startedMs);
    settle(work);
  }
  if (work.failure !== null) throw work.failure;
}

type Request = Pick<Work, 'session' | 'sweepId' | 'spec' | 'trials' | 'place' | 'context'>;

function prepare(request: Request, workedMs: number): Work {
  const { session, sweepId, trials } = request;
  const stored = listSweepTrials(session.project.database, sweepId);
  const reports = new Map<number, TrialReports>();
  for (const { position, runId, state } of stored) {
    if (runId !== null)
      reports.set(position, { position, losses: lossesOf(session, runId), isOver: state !== 'waiting' });
  }
  const startedMs = performance.now();
  const pause = new AbortController();
  return {
    ...request,
    waiting: trials.filter((_, at) => stored[at]?.state === 'waiting'),
    reports,
    finishers: new Map(),
    spent: () => ({
      runs: reports.size,
      minutes: (workedMs + performance.now() - startedMs) / 60_000,
      epochs: [...reports.values()].reduce((sum, { losses }) => sum + losses.length, 0),
    }),
    pause,
    failure: null,
    isOverBudget: null,
  };
}

function lossesOf(session: Session, runId: RunId): number[] {
  return listEpochs(session.project.database, runId).map(({ valLoss }) => valLoss ?? Number.POSITIVE_INFINITY);
}

/** Trials on other photos would say nothing of the settings. */
function requireSamePhotos({ session, sweepId }: Work): void {
  const { database } = session.project;
  const started = listSweepTrials(database, sweepId).find(({ runId }) => runId !== null);
  const run = started?.runId ? findRun(database, started.runId) : null;
  if (run === null || (run.datasetHash === datasetHash(database) && run.splitHash === splitHash(database))) return;
  const text = `Photos, labels or the split changed since sweep ${sweepId} was started, so its trials could not be compared.`;
  throw new AppError('INVALID_INPUT', `${text} Start a new sweep.`);
}

async function workOn(work: Work, startedMs: number): Promise<void> {
  for (let trial = nextTrial(work); trial !== null; trial = nextTrial(work)) {
    await setImmediate(); // many that begin at once leave the host room to answer others between them
    await runTrial(work, trial);
    if (!work.context.signal.aborted) tellProgress(work, startedMs); // one that was stopped has not ended
  }
}

function nextTrial(work: Work): Trial | null {
  const { spec, spent, context, pause, waiting } = work;
  if (context.signal.aborted || pause.signal.aborted) return null;
  if (context.finishSignal?.aborted) work.isOverBudget = 'asked to';
  else work.isOverBudget = limitReached(spec.budget, spent());
  return work.isOverBudget === null ? (waiting.shift() ?? null) : null;
}

async function runTrial(work: Work, trial: Trial): Promise<void> {
  const { session, sweepId, place, context, pause } = work;
  const { database } = session.project;
  const { position } = trial;
  const key = { sweepId, position };
  const finisher = new AbortController();
  try {
    const plan = begin(work, trial);
    work.finishers.set(position, finisher);
    tell(work, position);
    await place.train(plan, {
      signal: AbortSignal.any([context.signal, pause.signal]),
      finishSignal: finisher.signal,
      onEvent: (event) => listen(work, trial, event),
    });
    endTrial(database, key, { state: finisher.signal.aborted ? 'stopped' : 'done' });
  } catch (error) {
    const failure = toFailure(error);
    const isOwn = OF_ONE_TRIAL.includes(failure.code);
    endTrial(database, key, { state: isOwn ? 'failed' : 'waiting', message: `${failure.code}: ${failure.message}` });
    if (!isOwn && failure.code !== 'CANCELLED') {
      work.failure ??=
        error instanceof AppError ? error : new AppError(failure.code, failure.message, { cause: error });
      pause.abort();
    }
  } finally {
    work.finishers.delete(position);
    const reports = work.reports.get(position);
    if (reports !== undefined) work.reports.set(position, { ...reports, isOver: true });
    tell(work, position);
  }
}

/** Records the trial's run, or takes up the one that it had. */
function begin({ session, sweepId, spec, place, reports }: Work, trial: Trial): TrainPlan {
  const { database } = session.project;
  const { position, fold, settings } = trial;
  const stored = requireTrial(database, { sweepId, position });
  const before = stored.runId !== null ? findRun(database, stored.runId) : null;
  const plan = inTransaction(database, () => {
    const own =
      before !== null && canGoOn(before)
        ? planResume(session, before)
        : recordNewRun(session, {
            ...settings,
            name: `${spec.name} #${position + 1}`,
            ...(fold !== null &&
              spec.folds !== null && {
                selection: { kind: 'fold', fold, folds: spec.folds, seed: spec.foldSeed } as const,
              }),
          });
    startTrial(database, { sweepId, position }, { runId: own.runId, place: place.name });
    return own;
  });
  reports.set(position, { position, losses: lossesOf(session, plan.runId), isOver: false });
  return plan;
}

/** Also a run that was recorded and never began. */
function canGoOn(run: RunRecord): boolean {
  return isResumable(run) || run.status === 'queued';
}

function listen(work: Work, { position }: Trial, event: CommandEvent): void {
  if (event.kind === 'note') work.context.onEvent({ kind: 'note', text: `#${position + 1}: ${event.text}` });
  if (event.kind === 'device') work.context.onEvent(event);
  if (event.kind !== 'epoch') return;
  const losses = [...(work.reports.get(position)?.losses ?? [])];
  losses[event.report.epoch] = event.report.valLoss ?? Number.POSITIVE_INFINITY;
  work.reports.set(position, { position, losses, isOver: false });
  const { halving } = work.spec;
  if (halving === null) return;
  for (const stopped of trialsToStop(halving, [...work.reports.values()], mostEpochsOf(work.spec)))
    work.finishers.get(stopped)?.abort();
}

function tell({ context, sweepId }: Work, position: number): void {
  context.onEvent({ kind: 'trial', sweepId, position });
}

function tellProgress({ context, trials, waiting, finishers }: Work, startedMs: number): void {
  const total = trials.length;
  const done = total - waiting.length - finishers.size;
  const elapsedSeconds = (performance.now() - startedMs) / 1000;
  const unitsPerSecond = done > 0 && elapsedSeconds > 0 ? done / elapsedSeconds : null;
  const secondsLeft = unitsPerSecond === null ? null : (total - done) / unitsPerSecond;
  context.onEvent({ kind: 'progress', progress: { phase: 'sweeping', done, total, unitsPerSecond, secondsLeft } });
}

function settle(work: Work): void {
  const { session, sweepId, waiting, context } = work;
  const { database } = session.project;
  const at = session.clock();
  if (work.failure !== null)
    return setSweepState(database, sweepId, { state: 'paused', endedBy: work.failure.message.slice(0, 400), at });
  if (context.signal.aborted) return setSweepState(database, sweepId, { state: 'paused', endedBy: 'stopped', at });
  if (waiting.length > 0) setWaitingTrials(database, sweepId, { from: 'waiting', to: 'left-out' });
  setSweepState(database, sweepId, { state: 'done', endedBy: waiting.length > 0 ? work.isOverBudget : null, at });
}
