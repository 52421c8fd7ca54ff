/** Telling photos of the known classes from strangers by one score: the higher, the more known. */
import { AppError } from '../contract/errors.ts';
import { middle95, quantileOf, type Resampling } from './calibration.ts';
import { type Interval, wilsonInterval } from './statistics.ts';

/** Scores of photos that belong to a class, and of strangers. */
export type Scores = { readonly known: readonly number[]; readonly strangers: readonly number[] };

/**
 * The probability that a known photo scores higher than a stranger, ties counted half: area under the ROC curve.
 * Mann and Whitney 1947; 0.5 tells nothing, 1 parts them wholly.
 */
export function rankingArea({ known, strangers }: Scores): number {
  requireBoth({ known, strangers });
  const all = [
    ...known.map((score) => ({ score, isKnown: true })),
    ...strangers.map((score) => ({ score, isKnown: false })),
  ].sort((a, b) => a.score - b.score);
  let rankSum = 0; // of the known ones, ranks from 1, ties share their mean rank
  for (let start = 0; start < all.length; ) {
    let end = start;
    let knownHere = 0;
    for (; end < all.length && all[end]!.score === all[start]!.score; end += 1) knownHere += Number(all[end]!.isKnown);
    rankSum += knownHere * ((start + 1 + end) / 2);
    start = end;
  }
  return (rankSum - (known.length * (known.length + 1)) / 2) / (known.length * strangers.length);
}

export type Separation = {
  readonly area: number;
  readonly areaInterval: Interval; // 95 %, percentile bootstrap, photos of each kind drawn anew
  readonly letInAt95: number; // share of strangers let in where 95 % of the known are
  readonly letInInterval: Interval; // 95 %, of the same resamples
};

export function separation(scores: Scores, { random, resamples = 500 }: Resampling): Separation {
  requireBoth(scores);
  const areas = new Float64Array(resamples);
  const letIn = new Float64Array(resamples);
  const again = (list: readonly number[]): number[] => list.map(() => list[Math.floor(random() * list.length)]!);
  for (let resample = 0; resample < resamples; resample += 1) {
    const drawn = { known: again(scores.known), strangers: again(scores.strangers) };
    areas[resample] = rankingArea(drawn);
    letIn[resample] = letInAt95(drawn);
  }
  return {
    area: rankingArea(scores),
    areaInterval: middle95(areas),
    letInAt95: letInAt95(scores),
    letInInterval: middle95(letIn),
  };
}

/** FPR at 95 % TPR: the threshold is the highest score that still lets 95 % of the known photos in. */
function letInAt95({ known, strangers }: Scores): number {
  const sorted = known.toSorted((a, b) => b - a);
  const threshold = sorted[Math.ceil(0.95 * sorted.length) - 1]!;
  return strangers.filter((score) => score >= threshold).length / strangers.length;
}

/** What a threshold does: photos that score below it are called neither. */
export type DialCounts = {
  readonly missed: number; // known photos called neither
  readonly known: number;
  readonly missedInterval: Interval; // of missed / known, 95 %, Wilson
  readonly letIn: number; // strangers taken for a class
  readonly strangers: number;
  readonly letInInterval: Interval;
};

export function dialCounts({ known, strangers }: Scores, threshold: number): DialCounts {
  const missed = known.filter((score) => score < threshold).length;
  const letIn = strangers.filter((score) => score >= threshold).length;
  return {
    missed,
    known: known.length,
    missedInterval: wilsonInterval(missed, known.length),
    letIn,
    strangers: strangers.length,
    letInInterval: wilsonInterval(letIn, strangers.length),
  };
}

/** Below it lies this share of the known photos (0 to 1). */
export function thresholdOfMissed(known: readonly number[], share: number): number {
  if (known.length === 0) throw new AppError('DATASET_UNFIT', 'No photo of a class is there to set a threshold by.');
  return quantileOf(
    known.toSorted((a, b) => a - b),
    share,
  );
}

const MISSED_WITHOUT_STRANGERS = 0.05;

/**
 * The threshold to begin with: where the shares of missed photos and of strangers let in are least together (Youden
 * 1950), between two neighbouring scores; with no strangers at hand, where 5 % of the known photos are missed.
 */
export function suggestThreshold({ known, strangers }: Scores): number {
  if (strangers.length === 0) return thresholdOfMissed(known, MISSED_WITHOUT_STRANGERS);
  const marks = [...new Set([...known, ...strangers])].sort((a, b) => a - b);
  const sorted = { known: known.toSorted((a, b) => a - b), strangers: strangers.toSorted((a, b) => a - b) };
  let best = { threshold: marks[0]!, cost: Number.POSITIVE_INFINITY };
  let [below, passed] = [0, 0]; // known and strangers that score less than the mark
  for (const [at, mark] of marks.entries()) {
    while (below < sorted.known.length && sorted.known[below]! < mark) below += 1;
    while (passed < sorted.strangers.length && sorted.strangers[passed]! < mark) passed += 1;
    const cost = below / known.length + 1 - passed / strangers.length;
    const threshold = at === 0 ? mark : (mark + marks[at - 1]!) / 2;
    if (cost < best.cost) best = { threshold, cost };
  }
  return best.threshold;
}

const QUANTILES = 100;

/** The scores at 0 %, 1 %, ..., 100 %: enough for a dial, whatever the number of photos; empty for none. */
export function hundredQuantiles(scores: readonly number[]): number[] {
  if (scores.length === 0) return [];
  const sorted = scores.toSorted((a, b) => a - b);
  return Array.from({ length: QUANTILES + 1 }, (_, percent) => quantileOf(sorted, percent / QUANTILES));
}

function requireBoth({ known, strangers }: Scores): void {
  if (known.length > 0 && strangers.length > 0) return;
  throw new AppError(
    'DATASET_UNFIT',
    'Photos of the classes and strangers are both needed to tell how well they part.',
  );
}
