/** Which trials of a sweep should answer together. */
import type { TrialFigures } from './points.ts';
import { rankPoints } from './points.ts';

type MemberTrial<R> = TrialFigures & { readonly fold: number | null; readonly runId: R | null };

/**
 * Runs of the best trials, at most `most`: one of each point first, the best points before the others, then more of them.
 *
 * Runs that learnt on different folds have no photo that none of them saw, so all are of the same fold.
 */
export function bestMembers<R>(trials: readonly MemberTrial<R>[], most: number): R[] {
  const usable = trials.filter(({ runId, correct, fold }) => runId !== null && correct !== null && (fold ?? 0) === 0);
  const perPoint = rankPoints(trials).map(({ point }) =>
    usable.filter((trial) => trial.point === point).sort((a, b) => b.correct! / b.total! - a.correct! / a.total!),
  );
  const rounds = Math.max(0, ...perPoint.map(({ length }) => length));
  const ordered = Array.from({ length: rounds }, (_, round) => perPoint.flatMap((own) => own.slice(round, round + 1)));
  return ordered
    .flat()
    .slice(0, most)
    .map(({ runId }) => runId!);
}
