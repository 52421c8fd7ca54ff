/** Runs that can answer, and which of them to offer first. */
import type { EnsembleRecord } from '../../../shared/domain/ensemble.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import { wilsonInterval } from '../../../shared/math/statistics.ts';

/** Runs with finished weights; one whose loss blew up keeps its last good ones where an epoch was finished. */
export function usableRuns(runs: readonly RunRecord[]): readonly RunRecord[] {
  return runs.filter(
    ({ status, failure, bestEpoch }) =>
      status === 'done' || (failure?.code === 'LOSS_NOT_FINITE' && bestEpoch !== null),
  );
}

/** The best figure in its own selection, as the host chooses too; the newest of equals; null: none. */
export function bestUsableRun(runs: readonly RunRecord[]): RunRecord | null {
  const accuracyOf = (run: RunRecord): number => run.bestValAccuracy ?? -1;
  const [best] = usableRuns(runs).toSorted(
    (a, b) => accuracyOf(b) - accuracyOf(a) || b.queuedAt.localeCompare(a.queuedAt),
  );
  return best ?? null;
}

/** Those whose members are all among the runs. */
export function usableEnsembles(
  ensembles: readonly EnsembleRecord[],
  runs: readonly RunRecord[],
): readonly EnsembleRecord[] {
  const known = new Set(runs.map(({ runId }) => runId));
  return ensembles.filter(({ members }) => members.every(({ runId }) => known.has(runId)));
}

export type RunReason = {
  readonly kind: 'only' | 'validation' | 'folds' | 'chosen' | 'unmeasured';
  readonly accuracy: number | null;
  readonly interval: readonly [number, number] | null; // 95 %, Wilson
};

/** Why a run is the one that is offered, or that it was chosen by hand. */
export function runReason(run: RunRecord, runs: readonly RunRecord[]): RunReason {
  const { bestValAccuracy: accuracy, selectionCorrect, selectionTotal } = run;
  const interval =
    selectionCorrect === null || selectionTotal === null ? null : wilsonInterval(selectionCorrect, selectionTotal);
  const isBest = bestUsableRun(runs)?.runId === run.runId;
  if (!isBest) return { kind: 'chosen', accuracy, interval };
  if (accuracy === null) return { kind: 'unmeasured', accuracy, interval };
  if (usableRuns(runs).length === 1) return { kind: 'only', accuracy, interval };
  return { kind: run.config.selection.kind === 'validation' ? 'validation' : 'folds', accuracy, interval };
}
