/** How the best point grew with the trials, in the order in which they are listed. */
import { rankPoints, type TrialFigures } from './points.ts';

export type BestSoFar = {
  readonly trials: number; // that had ended
  readonly accuracy: number;
  readonly interval: readonly [number, number]; // 95 %, Wilson, of the photos
};

/** One figure for each trial that ended with a result. A point that loses by its second seed is the best no longer. */
export function bestSoFar(trials: readonly TrialFigures[]): BestSoFar[] {
  const ended = trials.filter(({ correct }) => correct !== null);
  const byPoint = new Map<number, TrialFigures[]>();
  const standing = new Map<number, Omit<BestSoFar, 'trials'>>();
  return ended.map((trial, at) => {
    const own = [...(byPoint.get(trial.point) ?? []), trial];
    byPoint.set(trial.point, own);
    const [figures] = rankPoints(own);
    if (figures !== undefined) standing.set(trial.point, figures);
    const { accuracy, interval } = [...standing.values()].reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
    return { trials: at + 1, accuracy, interval };
  });
}
