/** What a sweep shows: its trials, its points, and what mattered. */
import type { SweepReport, SweepSummary, TrialReport } from '../../../shared/contract/sweeps.ts';
import type { RunId } from '../../../shared/domain/ids.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import type { SweepId } from '../../../shared/domain/sweep.ts';
import { importanceOf } from '../../../shared/sweeps/importance.ts';
import { rankPoints } from '../../../shared/sweeps/points.ts';
import { listTrials, type Trial } from '../../../shared/sweeps/trials.ts';
import { countEpochs } from '../../store/metrics.ts';
import { listRuns } from '../../store/runs.ts';
import type { ProjectDatabase } from '../../store/statements.ts';
import { listSweeps, listSweepTrials, requireSweep, type StoredSweep, type StoredTrial } from '../../store/sweeps.ts';

const IMPORTANCE_SEED = 20_260_101; // fixed: the same trials always give the same figures
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
    importance: importances(trials, names),
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
  const stored = new Map(listSweepTrials(database, sweep.sweepId).map((trial) => [trial.position, trial]));
  const runs = new Map(listRuns(database).map((run) => [run.runId, run]));
  const epochs = countEpochs(database);
  const trials = listTrials(spec).map((trial) => toReport(trial, stored.get(trial.position), { runs, epochs }));
  const [best] = rankPoints(trials);
  return {
    ...sweep,
    name: spec.name,
    ended: trials.filter(({ state }) => OVER.includes(state)).length,
    best: best === undefined ? null : { ...best, interval: [...best.interval] },
    trials,
  };
}

type Known = { readonly runs: ReadonlyMap<RunId, RunRecord>; readonly epochs: ReadonlyMap<RunId, number> };

/** A run that was deleted by hand takes its figures with it. */
function toReport(trial: Trial, stored: StoredTrial | undefined, { runs, epochs }: Known): TrialReport {
  const { position, point, values, fold, settings } = trial;
  const runId = stored?.runId ?? null;
  const run = runId === null ? undefined : runs.get(runId);
  const isOver = run?.status === 'done';
  return {
    ...{ position, point, values, fold, seed: settings.seed },
    state: stored?.state ?? 'waiting',
    runId: run?.runId ?? null,
    place: stored?.place ?? null,
    attempts: stored?.attempts ?? 0,
    epochs: runId === null ? 0 : (epochs.get(runId) ?? 0),
    correct: isOver ? run.selectionCorrect : null,
    total: isOver ? run.selectionTotal : null,
    failureMessage: stored?.failureMessage ?? null,
  };
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
