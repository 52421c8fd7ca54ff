/** How far a classifier's probabilities can be believed, and the one number that mends most of it: a temperature. */
import { AppError } from '../contract/errors.ts';
import { type Interval, softmax, wilsonInterval } from './statistics.ts';

/** Photos with known labels: logits [N][K], labels [N] in [0, K). */
export type LabelledLogits = { readonly logits: readonly ArrayLike<number>[]; readonly labels: readonly number[] };
export type LabelledProbabilities = {
  readonly probabilities: readonly (readonly number[])[]; // [N][K]
  readonly labels: readonly number[];
};

export const LEAST_TEMPERATURE = 0.1;
export const MOST_TEMPERATURE = 10;
const GRID = 64;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const PRECISION = 1e-10; // of the logarithm of the temperature

/**
 * The temperature T whose softmax(logits / T) has the least negative log-likelihood. Guo et al. 2017, arXiv:1706.04599.
 *
 * (ln T)^2 / 2 nats are added, once for all photos: where every photo is answered rightly the likelihood alone would make
 * the probabilities ever surer, and a few photos cannot vouch for that. Within {@link LEAST_TEMPERATURE} and {@link MOST_TEMPERATURE}.
 */
export function fitTemperature(held: LabelledLogits): number {
  requireRows(held.logits, held.labels);
  const cost = (logTemperature: number): number =>
    sumOfLosses(held, Math.exp(logTemperature)) + logTemperature ** 2 / 2;
  const [low, high] = [Math.log(LEAST_TEMPERATURE), Math.log(MOST_TEMPERATURE)];
  const step = (high - low) / GRID;
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at <= GRID; at += 1) {
    const found = cost(low + at * step);
    if (found < least) [least, best] = [found, at];
  }
  const bracket = [Math.max(low, low + (best - 1) * step), Math.min(high, low + (best + 1) * step)] as const;
  return Math.exp(leastWithin(cost, bracket));
}

/** Golden-section search: a third of the bracket falls away at each look. */
function leastWithin(cost: (at: number) => number, [from, to]: readonly [number, number]): number {
  let [low, high] = [from, to];
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [costLeft, costRight] = [cost(left), cost(right)];
  while (high - low > PRECISION) {
    if (costLeft < costRight) {
      [high, right, costRight] = [right, left, costLeft];
      left = high - GOLDEN * (high - low);
      costLeft = cost(left);
    } else {
      [low, left, costLeft] = [left, right, costRight];
      right = low + GOLDEN * (high - low);
      costRight = cost(right);
    }
  }
  return (low + high) / 2;
}

function sumOfLosses({ logits, labels }: LabelledLogits, temperature: number): number {
  let sum = 0;
  for (const [row, own] of logits.entries())
    sum += logSumExp(own, temperature) - (own[labels[row]!] ?? 0) / temperature;
  return sum;
}

/** ln of the sum of exp(logit / T), shifted so that nothing overflows. */
export function logSumExp(logits: ArrayLike<number>, temperature = 1): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < logits.length; at += 1) most = Math.max(most, logits[at]!);
  let sum = 0;
  for (let at = 0; at < logits.length; at += 1) sum += Math.exp((logits[at]! - most) / temperature);
  return most / temperature + Math.log(sum);
}

/** softmax(logits / T). */
export function tempered(logits: ArrayLike<number>, temperature: number): number[] {
  return softmax(Array.from(logits, (logit) => logit / temperature));
}

/** Mean negative log-likelihood of the labels, in nats. */
export function logLoss({ probabilities, labels }: LabelledProbabilities): number {
  requireRows(probabilities, labels);
  const sum = probabilities.reduce((total, own, row) => total - Math.log(own[labels[row]!] ?? 0), 0);
  return sum / labels.length;
}

/** Mean over the photos of the squared distance to the truth, summed over the classes: 0 to 2. Brier 1950. */
export function brierScore({ probabilities, labels }: LabelledProbabilities): number {
  requireRows(probabilities, labels);
  let sum = 0;
  for (const [row, own] of probabilities.entries())
    for (const [label, probability] of own.entries()) sum += (probability - Number(label === labels[row])) ** 2;
  return sum / labels.length;
}

/** Answers of about the same sureness: how often they were right. */
export type ReliabilityBin = {
  readonly from: number; // probability of the answer, above this ...
  readonly to: number; // ... up to this
  readonly count: number;
  readonly confidence: number | null; // mean probability; null: no answer is this sure
  readonly accuracy: number | null;
  readonly interval: Interval; // of the accuracy, 95 %, Wilson
};

/** Bins of equal width over the probability of the answer. Guo et al. 2017, sec. 2. */
export function reliabilityBins(held: LabelledProbabilities, bins = 15): ReliabilityBin[] {
  requireRows(held.probabilities, held.labels);
  const found = Array.from({ length: bins }, () => ({ count: 0, right: 0, confidence: 0 }));
  for (const { confidence, isRight } of topAnswers(held)) {
    const bin = found[binOf(confidence, bins)]!;
    bin.count += 1;
    bin.right += Number(isRight);
    bin.confidence += confidence;
  }
  return found.map(({ count, right, confidence }, at) => ({
    from: at / bins,
    to: (at + 1) / bins,
    count,
    confidence: count === 0 ? null : confidence / count,
    accuracy: count === 0 ? null : right / count,
    interval: wilsonInterval(right, count),
  }));
}

/** Mean distance between how sure the answers are and how often they are right. Naeini et al. 2015; 0 to 1. */
export function expectedCalibrationError(held: LabelledProbabilities, bins = 15): number {
  requireRows(held.probabilities, held.labels);
  return calibrationErrorOf(topAnswers(held), bins);
}

type TopAnswer = { readonly confidence: number; readonly isRight: boolean };

function topAnswers({ probabilities, labels }: LabelledProbabilities): TopAnswer[] {
  return probabilities.map((own, row) => {
    const confidence = own.reduce((most, value) => Math.max(most, value), 0);
    return { confidence, isRight: own.indexOf(confidence) === labels[row] };
  });
}

function calibrationErrorOf(answers: readonly TopAnswer[], bins: number): number {
  const gaps = new Float64Array(bins);
  for (const { confidence, isRight } of answers) gaps[binOf(confidence, bins)]! += confidence - Number(isRight);
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / answers.length;
}

/** Bins are open below and closed above, as Guo's. */
function binOf(confidence: number, bins: number): number {
  return Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1));
}

export type ProbabilityFigures = {
  readonly error: number; // expected calibration error
  readonly errorInterval: Interval; // 95 %, percentile bootstrap over the photos
  readonly brier: number;
  readonly brierInterval: Interval;
  readonly logLoss: number; // nats
  readonly logLossInterval: Interval;
};
export type Resampling = { readonly random: () => number; readonly resamples?: number };

/** All three figures with their intervals, from the same resamples. Efron and Tibshirani 1993, chapter 13. */
export function probabilityFigures(held: LabelledProbabilities, resampling: Resampling): ProbabilityFigures {
  const { random, resamples = 1000 } = resampling;
  const answers = topAnswers(held);
  const each = held.probabilities.map((own, row) => {
    const one = { probabilities: [own], labels: [held.labels[row]!] };
    return { brier: brierScore(one), loss: logLoss(one) };
  });
  const count = each.length;
  const [errors, briers, losses] = [1, 2, 3].map(() => new Float64Array(resamples)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let resample = 0; resample < resamples; resample += 1) {
    const drawn = Array.from({ length: count }, () => Math.floor(random() * count));
    errors[resample] = calibrationErrorOf(
      drawn.map((row) => answers[row]!),
      15,
    );
    briers[resample] = drawn.reduce((sum, row) => sum + each[row]!.brier, 0) / count;
    losses[resample] = drawn.reduce((sum, row) => sum + each[row]!.loss, 0) / count;
  }
  return {
    error: expectedCalibrationError(held),
    errorInterval: middle95(errors),
    brier: brierScore(held),
    brierInterval: middle95(briers),
    logLoss: logLoss(held),
    logLossInterval: middle95(losses),
  };
}

/** The middle 95 % of resampled figures; sorts them. */
export function middle95(figures: Float64Array): [number, number] {
  figures.sort();
  return [quantileOf(figures, 0.025), quantileOf(figures, 0.975)];
}

/** Linear interpolation between order statistics (type 7 of Hyndman and Fan 1996); `sorted` ascending, not empty. */
export function quantileOf(sorted: ArrayLike<number>, probability: number): number {
  const position = probability * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (position - below) * (sorted[above]! - sorted[below]!);
}

function requireRows(rows: readonly unknown[], labels: readonly number[]): void {
  if (rows.length === labels.length && rows.length > 0) return;
  throw new AppError(
    'INVALID_INPUT',
    `${rows.length} answers and ${labels.length} labels: as many of both are needed.`,
  );
}
