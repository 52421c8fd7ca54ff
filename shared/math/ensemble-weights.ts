/** Weights of an ensemble, found on photos that taught none of its members. */
import { AppError } from '../contract/errors.ts';

/** Least probability that counts: a member that rules the truth out does not make the loss infinite. */
const LEAST = 1e-12;

/** truthProbabilities[m][i]: what member m gives the true class of photo i. All that the log-loss of a weighted average needs. */
export type TruthProbabilities = readonly Float64Array[];

export type FoundWeights = {
  readonly weights: readonly number[]; // one for each member, >= 0, sum 1
  readonly loss: number; // mean log-loss at them, nats
};

/** Mean log-loss, in nats, of the weighted average of probabilities. */
export function averageLoss(members: TruthProbabilities, weights: readonly number[]): number {
  const photos = requireMembers(members);
  let loss = 0;
  for (let photo = 0; photo < photos; photo += 1) loss -= Math.log(mixAt(members, weights, photo));
  return loss / photos;
}

export function equalWeights(count: number): readonly number[] {
  return Array.from({ length: count }, () => 1 / count);
}

/**
 * Greedy selection with replacement: the member that helps the average most joins it, again and again; the best average
 * on the way is taken. A weight is how often a member was taken. Of equals the first one.
 *
 * Caruana, Niculescu-Mizil, Crew and Ksikes 2004, "Ensemble selection from libraries of models", ICML.
 */
export function greedyWeights(members: TruthProbabilities, rounds = 100): FoundWeights {
  const photos = requireMembers(members);
  const sums = new Float64Array(photos);
  const counts = members.map(() => 0);
  let best: { readonly counts: readonly number[]; readonly loss: number } | null = null;
  for (let round = 1; round <= rounds; round += 1) {
    const losses = members.map((member) => lossOfSum(sums, member, round));
    const taken = losses.indexOf(Math.min(...losses));
    counts[taken]! += 1;
    const member = members[taken]!;
    for (let photo = 0; photo < photos; photo += 1) sums[photo]! += member[photo]!;
    if (best === null || losses[taken]! < best.loss) best = { counts: [...counts], loss: losses[taken]! };
  }
  if (best === null) throw new AppError('INVALID_INPUT', 'At least one round of selection is needed.');
  const total = best.counts.reduce((sum, count) => sum + count, 0);
  return { weights: best.counts.map((count) => count / total), loss: best.loss };
}

function lossOfSum(sums: Float64Array, member: Float64Array, count: number): number {
  let loss = 0;
  for (let photo = 0; photo < sums.length; photo += 1)
    loss -= Math.log(Math.max(LEAST, (sums[photo]! + member[photo]!) / count));
  return loss / sums.length;
}

export type ConvexWeights = FoundWeights & { readonly gap: number }; // the loss is at most so much above the least possible

const GOOD_GAP = 1e-10;
const MOST_STEPS = 200;

/**
 * The weights with the least log-loss: a convex problem on the simplex, by Newton steps with a falling logarithmic barrier
 * (Boyd and Vandenberghe 2004, "Convex optimization", ch. 11).
 *
 * The gap is a certificate: with g_m the mean of p_m / average over the photos, no weights lose less than loss - (max g_m - 1).
 */
export function convexWeights(members: TruthProbabilities): ConvexWeights {
  requireMembers(members);
  let weights = [...equalWeights(members.length)];
  let barrier = 0.1;
  for (let step = 0; step < MOST_STEPS && members.length > 1; step += 1) {
    const { gradient, hessian } = derivatives(members, weights);
    const barriered = gradient.map((slope, at) => slope - barrier / weights[at]!);
    for (const [at, weight] of weights.entries()) hessian[at]![at]! += barrier / weight ** 2;
    const direction = newtonDirection(hessian, barriered);
    const decrement = -direction.reduce((sum, own, at) => sum + own * barriered[at]!, 0);
    if (decrement < 1e-3 * barrier) {
      if (gapOf(gradient) < GOOD_GAP) break;
      barrier /= 10;
      if (barrier < 1e-16) break;
      continue;
    }
    weights = searchLine(members, weights, { direction, decrement, barrier });
  }
  return polished(members, weights);
}

/** Weights too small to matter become 0, where that costs nothing. */
function polished(members: TruthProbabilities, weights: readonly number[]): ConvexWeights {
  const kept = weights.map((weight) => (weight < 1e-7 ? 0 : weight));
  const total = kept.reduce((sum, weight) => sum + weight, 0);
  const found = kept.map((weight) => weight / total);
  const gap = Math.max(0, gapOf(derivatives(members, found).gradient));
  return { weights: found, loss: averageLoss(members, found), gap };
}

/** The gradient is -g, and its product with the weights is -1. */
function gapOf(gradient: readonly number[]): number {
  return Math.max(...gradient.map((slope) => -slope)) - 1;
}

type Derivatives = { readonly gradient: number[]; readonly hessian: number[][] };

function derivatives(members: TruthProbabilities, weights: readonly number[]): Derivatives {
  const [count, photos] = [members.length, members[0]!.length];
  const gradient = new Array<number>(count).fill(0);
  const hessian = Array.from({ length: count }, () => new Array<number>(count).fill(0));
  const ratios = new Float64Array(count);
  for (let photo = 0; photo < photos; photo += 1) {
    const mixed = mixAt(members, weights, photo);
    for (let at = 0; at < count; at += 1) ratios[at] = Math.max(LEAST, members[at]![photo]!) / mixed;
    for (let at = 0; at < count; at += 1) {
      gradient[at]! -= ratios[at]! / photos;
      const row = hessian[at]!;
      for (let other = 0; other <= at; other += 1) row[other]! += (ratios[at]! * ratios[other]!) / photos;
    }
  }
  for (let at = 0; at < count; at += 1)
    for (let other = at + 1; other < count; other += 1) hessian[at]![other] = hessian[other]![at]!;
  return { gradient, hessian };
}

/** The step to the minimum of the quadratic model that keeps the sum of the weights. */
function newtonDirection(hessian: readonly (readonly number[])[], gradient: readonly number[]): number[] {
  const ones = gradient.map(() => 1);
  const [byGradient, byOnes] = solvePositive(hessian, [gradient, ones]);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const multiplier = sum(byGradient!) / sum(byOnes!);
  return byGradient!.map((value, at) => multiplier * byOnes![at]! - value);
}

/** Solutions of a symmetric positive definite system for some right sides, by Cholesky. */
function solvePositive(matrix: readonly (readonly number[])[], rights: readonly (readonly number[])[]): number[][] {
  const size = matrix.length;
  const lower = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      let rest = matrix[row]![column]!;
      for (let at = 0; at < column; at += 1) rest -= lower[row]![at]! * lower[column]![at]!;
      lower[row]![column] =
        row === column ? Math.sqrt(Math.max(rest, Number.MIN_VALUE)) : rest / lower[column]![column]!;
    }
  }
  return rights.map((right) => {
    const values = [...right];
    for (let row = 0; row < size; row += 1) {
      for (let at = 0; at < row; at += 1) values[row]! -= lower[row]![at]! * values[at]!;
      values[row]! /= lower[row]![row]!;
    }
    for (let row = size - 1; row >= 0; row -= 1) {
      for (let at = row + 1; at < size; at += 1) values[row]! -= lower[at]![row]! * values[at]!;
      values[row]! /= lower[row]![row]!;
    }
    return values;
  });
}

type Line = { readonly direction: readonly number[]; readonly decrement: number; readonly barrier: number };

/** As far along the direction as lowers the barriered loss, and never to the edge. */
function searchLine(members: TruthProbabilities, weights: number[], { direction, decrement, barrier }: Line): number[] {
  const value = (at: readonly number[]): number =>
    averageLoss(members, at) - barrier * at.reduce((sum, weight) => sum + Math.log(weight), 0);
  const edge = Math.min(...direction.map((own, at) => (own < 0 ? -weights[at]! / own : Number.POSITIVE_INFINITY)));
  const before = value(weights);
  for (let length = Math.min(1, 0.99 * edge); length > 1e-12; length /= 2) {
    const moved = weights.map((weight, at) => weight + length * direction[at]!);
    if (value(moved) <= before - 0.1 * length * decrement) return moved;
  }
  return weights;
}

function mixAt(members: TruthProbabilities, weights: readonly number[], photo: number): number {
  let mixed = 0;
  for (let at = 0; at < members.length; at += 1) mixed += weights[at]! * Math.max(LEAST, members[at]![photo]!);
  return Math.max(LEAST, mixed);
}

/** How many photos there are. */
function requireMembers(members: TruthProbabilities): number {
  const photos = members[0]?.length ?? 0;
  if (photos > 0 && members.every(({ length }) => length === photos)) return photos;
  throw new AppError('INVALID_INPUT', 'An ensemble needs members that answered the same photos, one at least.');
}
