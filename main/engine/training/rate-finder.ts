/** The learning-rate finder: rates rise step by step while the loss is watched. Smith 2017, arXiv:1506.01186, sec. 3.3. */

export type RateSweep = {
  readonly lowest: number; // above 0
  readonly highest: number; // above lowest
  readonly steps: number; // 2 or more
};
export type RatePoint = { readonly learningRate: number; readonly loss: number }; // loss: of the step at that rate, nats
export type RateFinding = {
  /** Where the smoothed loss falls fastest, by the logarithm of the rate, before it diverges; null: it nowhere falls. */
  readonly suggested: number | null;
  readonly lowestLossAt: number; // the rate with the least smoothed loss; as a rule ten times too high
  readonly smoothed: readonly RatePoint[]; // up to where it diverges
};

/** Rates that rise by one factor, from `lowest` to `highest` with both ends. */
export function sweepRates({ lowest, highest, steps }: RateSweep): readonly number[] {
  return Array.from({ length: steps }, (_, step) => lowest * (highest / lowest) ** (step / (steps - 1)));
}

/**
 * Takes one step at each rate, on a model that is thrown away afterwards, until the loss has diverged.
 *
 * step: moves the model at the rate and gives the loss of the mini-batch before the move. What it throws goes on.
 */
export async function findLearningRate(
  sweep: RateSweep,
  step: (learningRate: number) => Promise<number> | number,
): Promise<RateFinding & { readonly points: readonly RatePoint[] }> {
  const points: RatePoint[] = [];
  for (const learningRate of sweepRates(sweep)) {
    const loss = await step(learningRate);
    points.push({ learningRate, loss });
    if (!Number.isFinite(loss) || hasDiverged(smoothLosses(points))) break;
  }
  return { ...analyseRates(points), points };
}

/** What a sweep's points say. Points after the first loss that is no number are not looked at. */
export function analyseRates(points: readonly RatePoint[]): RateFinding {
  const end = points.findIndex(({ loss }) => !Number.isFinite(loss));
  const smoothed = smoothLosses(end < 0 ? points : points.slice(0, end));
  const kept = untilDiverged(smoothed);
  const lowest = kept.reduce((best, { loss }, at) => (loss < kept[best]!.loss ? at : best), 0);
  return {
    suggested: steepestDescent(kept.slice(0, lowest + 1)),
    lowestLossAt: kept[lowest]?.learningRate ?? Number.NaN,
    smoothed: kept,
  };
}

const DIVERGED = 4; // times the least smoothed loss
const POINTS_PER_NEIGHBOUR = 40; // a sweep of 100 points is smoothed over 2 on either side

/** Means over neighbours on both sides, so that nothing is shifted; fewer at the ends, as many left as right. */
function smoothLosses(points: readonly RatePoint[]): RatePoint[] {
  const reach = Math.max(1, Math.floor(points.length / POINTS_PER_NEIGHBOUR));
  return points.map(({ learningRate }, at) => {
    const own = Math.min(reach, at, points.length - 1 - at);
    const window = points.slice(at - own, at + own + 1);
    return { learningRate, loss: window.reduce((sum, { loss }) => sum + loss, 0) / window.length };
  });
}

function untilDiverged(smoothed: readonly RatePoint[]): readonly RatePoint[] {
  let least = Number.POSITIVE_INFINITY;
  const end = smoothed.findIndex(({ loss }) => {
    least = Math.min(least, loss);
    return loss > DIVERGED * least;
  });
  return end < 0 ? smoothed : smoothed.slice(0, end);
}

function hasDiverged(smoothed: readonly RatePoint[]): boolean {
  return untilDiverged(smoothed).length < smoothed.length;
}

/** By differences over two points, so that one noisy step does not decide. */
function steepestDescent(points: readonly RatePoint[]): number | null {
  let [steepest, suggested]: [number, number | null] = [0, null];
  for (let at = 1; at + 1 < points.length; at += 1) {
    const [before, after] = [points[at - 1]!, points[at + 1]!];
    const slope = (after.loss - before.loss) / Math.log(after.learningRate / before.learningRate);
    if (slope < steepest) [steepest, suggested] = [slope, points[at]!.learningRate];
  }
  return suggested;
}
