/** Counts how a runtime's answers compare with the app's. */
import type { ExportCheck } from '../../../shared/domain/export.ts';

const MOST_TOLD = 100;

export type Tally = {
  readonly add: (picture: string, wanted: readonly number[], found: readonly number[]) => void;
  readonly check: () => ExportCheck;
};

export function createTally(of: Pick<ExportCheck, 'runtime' | 'source' | 'decoder'>): Tally {
  let [pictures, same, largest] = [0, 0, 0];
  const disagreements: ExportCheck['disagreements'] = [];
  return {
    add: (picture, wanted, found) => {
      pictures += 1;
      const differences = wanted.map((probability, at) => Math.abs(probability - (found[at] ?? Number.NaN)));
      const worst = Math.max(...differences);
      largest = Number.isNaN(worst) ? 1 : Math.max(largest, worst); // what is no number is as wrong as can be
      if (largestIndex(wanted) === largestIndex(found)) same += 1;
      else if (disagreements.length < MOST_TOLD)
        disagreements.push({ picture: picture.slice(-300), margin: marginOf(wanted) });
    },
    check: () => ({
      ...of,
      why: null,
      pictures,
      same,
      largestDifference: pictures === 0 ? null : largest,
      disagreements,
    }),
  };
}

/** A runtime that could not be tried here. */
export function notTried(of: Pick<ExportCheck, 'runtime' | 'source' | 'decoder'>, why: string): ExportCheck {
  return { ...of, why: why.slice(0, 1000), pictures: 0, same: 0, largestDifference: null, disagreements: [] };
}

function largestIndex(values: readonly number[]): number {
  return values.reduce((best, value, at) => (value > values[best]! ? at : best), 0);
}

/** By how much the largest probability is above the second. */
function marginOf(probabilities: readonly number[]): number {
  const [first = 0, second = 0] = probabilities.toSorted((a, b) => b - a);
  return first - second;
}
