/** What a sweep shows: its trials, its points, and what mattered. */
import type { SweepReport, SweepSummary, TrialReport } from '../../../shared/contract/sweeps.ts';
import type { SweepId } from '../../../shared/domain/sweep.ts';
import { importanceOf } from '../../../shared/sweeps/importance.ts';
import { rankPoints } from '../../../shared/sweeps/points.ts';
import { outlineTrials, type TrialOutline } from '../../../shared/sweeps/trials.ts';
import type { ProjectDatabase } from '../../store/statements.ts';
import { listSweeps, listTrialFigures, requireSweep, type StoredSweep, type TrialFigures } from '../../store/sweeps.ts';

const IMPORTANCE_SEED = 20_260_101; // fixed: the same trials always give the same figures
const MOST_TOLD_LIVE = 200;
const OVER: readonly string[] = ['done', 'stopped', 'failed', 'left-out'];

/** Throws NOT_FOUND. */
export function reportSweep(database: ProjectDatabase, sweepId: SweepId): SweepReport {
  const sweep = requireSweep(database, sweepId);
  const { trials, ...summary } = summarise(database, sweep);
  const names = sweep.spec.dimensions.map(({ name }) => name);
  return {
    ...summary,
    spec: sweep.spec,
    trials,
    points: rankPoints(trials).map(({ interval, ...figures }) => ({ ...figures, interval: [...interval] })),
    importance: isTooLarge(sweep, trials) ? null : importances(trials, names),
  };
}

export function listSweepSummaries(database: ProjectDatabase): SweepSummary[] {
  return listSweeps(database).map((sweep) => {
    const { trials, ...summary } = summarise(database, sweep);
    return { ...summary, trials: trials.length };
  });
}

type Summary = Omit<SweepSummary, 'trials'> & { readonly trials: TrialReport[] };

function summarise(database: ProjectDatabase, { spec, ...sweep }: StoredSweep): Summary {
  const figures = new Map(listTrialFigures(database, sweep.sweepId).map((trial) => [trial.position, trial]));
  const trials = outlineTrials(spec).map((trial) => toReport(trial, figures.get(trial.position)));
  const [best] = rankPoints(trials);
  return {
    ...sweep,
    name: spec.name,
    ended: trials.filter(({ state }) => OVER.includes(state)).length,
    best: best === undefined ? null : { ...best, interval: [...best.interval] },
    trials,
  };
}

function toReport(trial: TrialOutline, figures: TrialFigures | undefined): TrialReport {
  const waiting = { state: 'waiting', runId: null, place: null, attempts: 0, failureMessage: null } as const;
  return { ...trial, ...(figures ?? { ...waiting, epochs: 0, correct: null, total: null }) };
}

/** While trials end one after the other it is asked for again and again: a large one is told what mattered at its end. */
function isTooLarge({ state }: StoredSweep, trials: readonly TrialReport[]): boolean {
  return state === 'running' && trials.length > MOST_TOLD_LIVE;
}

function importances(trials: readonly TrialReport[], names: Parameters<typeof importanceOf>[1]) {
  const points = rankPoints(trials).sort((a, b) => a.point - b.point);
  return (
    importanceOf(points, names, IMPORTANCE_SEED)?.map(({ interval, ...own }) => ({
      ...own,
      interval: [...interval] as [number, number],
    })) ?? null
  );
}
