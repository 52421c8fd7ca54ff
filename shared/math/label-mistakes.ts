/**
 * Photos whose label is likely a mistake, by answers of classifiers that did not learn from them.
 *
 * Confident learning: Northcutt, Jiang, Chuang 2021, "Confident Learning: Estimating Uncertainty in Dataset Labels",
 * Journal of Artificial Intelligence Research 70, arXiv:1911.00068.
 */
import type { LabelledProbabilities } from './calibration.ts';

export type LikelyMistake = {
  readonly row: number;
  readonly label: number; // as it stands
  readonly suggested: number;
  readonly margin: number; // p(label) - p(suggested): the lower, the likelier a mistake; -1 to 1
};

/** A photo is surely of class k where p(k) is at least the mean p(k) of the photos with that label; null: no photo has it. */
export function confidentThresholds({ probabilities, labels }: LabelledProbabilities): (number | null)[] {
  const classes = probabilities[0]?.length ?? 0;
  const sums = new Float64Array(classes);
  const counts = new Float64Array(classes);
  for (const [row, own] of probabilities.entries()) {
    const label = labels[row]!;
    sums[label]! += own[label]!;
    counts[label]! += 1;
  }
  return Array.from(sums, (sum, label) => (counts[label] === 0 ? null : sum / counts[label]!));
}

/** Counts [K, K]: rows the label, columns the class that the photo is surely of; photos sure of nothing count nowhere. */
export function confidentJoint(held: LabelledProbabilities): number[][] {
  const thresholds = confidentThresholds(held);
  const counts = thresholds.map(() => thresholds.map(() => 0));
  for (const [row, own] of held.probabilities.entries()) {
    const sure = surelyOf(own, thresholds);
    if (sure !== null) counts[held.labels[row]!]![sure]! += 1;
  }
  return counts;
}

/** Photos that are surely of another class than their label says, the likeliest mistakes first. */
export function likelyMistakes(held: LabelledProbabilities): LikelyMistake[] {
  const thresholds = confidentThresholds(held);
  const found = held.probabilities.flatMap((own, row): LikelyMistake[] => {
    const label = held.labels[row]!;
    const suggested = surelyOf(own, thresholds);
    if (suggested === null || suggested === label) return [];
    return [{ row, label, suggested, margin: own[label]! - own[suggested]! }];
  });
  return found.sort((a, b) => a.margin - b.margin || a.row - b.row);
}

/** The likeliest of the classes whose threshold is reached; null: none is. */
function surelyOf(own: readonly number[], thresholds: readonly (number | null)[]): number | null {
  let best: number | null = null;
  for (const [label, probability] of own.entries()) {
    const threshold = thresholds[label];
    if (threshold === null || threshold === undefined || probability < threshold) continue;
    if (best === null || probability > own[best]!) best = label;
  }
  return best;
}
