import { AppError } from '../contract/errors.ts';

/** The 0.975 quantile of the standard normal distribution: intervals of 95 %. */
export const Z_95 = 1.959963984540054;

export type Interval = readonly [low: number, high: number];

/**
 * Wilson's score interval of a proportion, both ends in [0, 1]; [0, 1] where total is 0.
 *
 * Wilson 1927, "Probable inference, the law of succession, and statistical inference", JASA 22.
 */
export function wilsonInterval(correct: number, total: number, z = Z_95): [number, number] {
  requireCounts(correct, total);
  if (total === 0) return [0, 1];
  const proportion = correct / total;
  const shrink = 1 + (z * z) / total;
  const centre = (proportion + (z * z) / (2 * total)) / shrink;
  const spread = Math.sqrt((proportion * (1 - proportion)) / total + (z * z) / (4 * total * total));
  const half = (z * spread) / shrink;
  return [correct === 0 ? 0 : Math.max(0, centre - half), correct === total ? 1 : Math.min(1, centre + half)];
}

/**
 * Two-sided exact McNemar p-value of two classifiers on the same photos.
 *
 * `fixed` photos only the second got right, `broken` only the first; under the null hypothesis each discordant photo
 * falls on either side with probability 1/2. McNemar 1947; exact form: Dietterich 1998, Neural Computation 10(7).
 */
export function exactMcNemar(fixed: number, broken: number): number {
  requireCounts(Math.min(fixed, broken), fixed + broken);
  const discordant = fixed + broken;
  let logTerm = -discordant * Math.LN2; // ln of C(n, 0) / 2^n, kept as a logarithm: 2^-n underflows beyond n = 1074
  let tail = Math.exp(logTerm);
  for (let index = 1; index <= Math.min(fixed, broken); index += 1) {
    logTerm += Math.log((discordant - index + 1) / index);
    tail += Math.exp(logTerm);
  }
  return Math.min(1, 2 * tail);
}

export type PairedOutcomes = { readonly first: readonly boolean[]; readonly second: readonly boolean[] };
export type BootstrapOptions = {
  readonly random: () => number; // in [0, 1)
  readonly resamples?: number;
  readonly level?: number; // in (0, 1)
};

/**
 * Percentile bootstrap interval of accuracy(second) - accuracy(first), resampling photos, so pairs stay together.
 *
 * first[i] and second[i] say whether photo i was answered rightly. [0, 0] never comes from too few photos: with none
 * the result is [-1, 1]. Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13.
 */
export function pairedBootstrapInterval(outcomes: PairedOutcomes, options: BootstrapOptions): [number, number] {
  const { first, second } = outcomes;
  const { random, resamples = 10_000, level = 0.95 } = options;
  if (first.length !== second.length) {
    throw new AppError('INVALID_INPUT', `Paired outcomes differ in length: ${first.length} and ${second.length}.`);
  }
  const photos = first.length;
  if (photos === 0) return [-1, 1];
  const differences = Int8Array.from(first, (isRight, index) => Number(second[index]) - Number(isRight));
  const means = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample += 1) {
    let sum = 0;
    for (let draw = 0; draw < photos; draw += 1) sum += differences[Math.floor(random() * photos)]!;
    means[resample] = sum / photos;
  }
  means.sort();
  const tail = (1 - level) / 2;
  return [quantile(means, tail), quantile(means, 1 - tail)];
}

/** Linear interpolation between order statistics (type 7 of Hyndman and Fan 1996); `sorted` ascending, not empty. */
export function quantile(sorted: Float64Array, probability: number): number {
  const position = probability * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (position - below) * (sorted[above]! - sorted[below]!);
}

/** Counts [K, K]: rows truth, columns answer. Labels are integers in [0, K). */
export function confusionMatrix(truth: readonly number[], answers: readonly number[], classCount: number): number[][] {
  if (truth.length !== answers.length) {
    throw new AppError('INVALID_INPUT', `${truth.length} labels but ${answers.length} answers.`);
  }
  const counts = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  truth.forEach((label, index) => {
    const row = counts[label];
    const answer = answers[index]!;
    if (row === undefined || row[answer] === undefined) {
      throw new AppError(
        'INVALID_INPUT',
        `Photo ${index}: label ${label}, answer ${answer}, but ${classCount} classes.`,
      );
    }
    row[answer] += 1;
  });
  return counts;
}

export type ClassRates = { readonly precision: number; readonly recall: number; readonly f1: number };

/** Precision, recall and F1 of each class from a confusion matrix (rows truth); 0 where a figure would be 0 / 0. */
export function perClassRates(confusion: readonly (readonly number[])[]): ClassRates[] {
  return confusion.map((row, label) => {
    const hits = row[label] ?? 0;
    const labelled = row.reduce((sum, count) => sum + count, 0);
    const answered = confusion.reduce((sum, other) => sum + (other[label] ?? 0), 0);
    const wanted = labelled + answered;
    return {
      precision: answered === 0 ? 0 : hits / answered,
      recall: labelled === 0 ? 0 : hits / labelled,
      f1: wanted === 0 ? 0 : (2 * hits) / wanted,
    };
  });
}

/** Probabilities of logits [K], shifted by the largest so that nothing overflows. */
export function softmax(logits: ArrayLike<number>): number[] {
  const values = Array.from(logits);
  const largest = values.reduce((highest, value) => Math.max(highest, value), Number.NEGATIVE_INFINITY);
  const powers = values.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

function requireCounts(part: number, whole: number): void {
  if (Number.isInteger(part) && Number.isInteger(whole) && part >= 0 && part <= whole) return;
  throw new AppError('INVALID_INPUT', `Counts must be whole and 0 <= part <= whole; got ${part} of ${whole}.`);
}
