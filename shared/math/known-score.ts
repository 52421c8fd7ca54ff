/** The scores by which a photo is told from a stranger, from what a network answered. */
import { logSumExp, tempered } from './calibration.ts';

export type Answered = {
  readonly views: readonly ArrayLike<number>[]; // logits [K] of each view, at least one
  readonly temperature: number;
  readonly neither: number | null; // index of the class that means none of the others
};

/** Calibrated probabilities [K]: the mean over the views of softmax(logits / T). */
export function calibratedProbabilities({ views, temperature }: Pick<Answered, 'views' | 'temperature'>): number[] {
  const sums = new Array<number>(views[0]?.length ?? 0).fill(0);
  for (const logits of views)
    for (const [label, probability] of tempered(logits, temperature).entries()) sums[label]! += probability;
  return sums.map((sum) => sum / views.length);
}

/** The largest calibrated probability of a class that is one. Hendrycks and Gimpel 2017, arXiv:1610.02136. */
export function probabilityScore({ views, temperature, neither }: Answered): number {
  const own = calibratedProbabilities({ views, temperature });
  return own.reduce((most, value, label) => (label === neither ? most : Math.max(most, value)), 0);
}

/**
 * Minus the free energy at temperature 1, mean over the views: ln of the sum of exp(logit) over the classes that are one.
 * Liu, Wang, Owens, Li 2020, arXiv:2010.03759.
 */
export function energyScore({ views, neither }: Pick<Answered, 'views' | 'neither'>): number {
  const own = views.map((logits) => logSumExp(Array.from(logits).filter((_, label) => label !== neither)));
  return own.reduce((sum, value) => sum + value, 0) / own.length;
}
