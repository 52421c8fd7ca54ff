import type { ShiftDistribution } from '../../../shared/domain/augmentation.ts';
import { normal, type Random } from '../../../shared/math/random.ts';

const SMALL_LIMIT = 0.5; // of deviations: there a uniform proposal is accepted more often than a normal one

/** Uniform from low to high. */
export function uniform(random: Random, low: number, high: number): number {
  return low + (high - low) * random();
}

/** Uniform in the logarithm: a factor of 2 is as likely as one of 1/2. Both ends above 0. */
export function logUniform(random: Random, low: number, high: number): number {
  return low === high ? low : Math.exp(uniform(random, Math.log(low), Math.log(high)));
}

/** One number of the distribution; 1 is the whole range of a channel. */
export function drawShift(distribution: ShiftDistribution, random: Random): number {
  switch (distribution.kind) {
    case 'uniform':
      return uniform(random, -distribution.halfWidth, distribution.halfWidth);
    case 'normal':
      return distribution.deviation * normal(random);
    case 'truncated-normal':
      return truncatedNormal(distribution, random);
    case 'laplace': {
      const half = random() - 0.5; // [-0.5, 0.5)
      return -distribution.scale * Math.sign(half) * Math.log1p(-2 * Math.min(Math.abs(half), 0.5 - 2 ** -33));
    }
    case 'histogram':
      return drawBin(distribution, random);
  }
}

/** Drawn again until it is within the limit; by a uniform proposal where the limit is narrow, so that it always ends soon. */
function truncatedNormal(
  { deviation, limit }: { readonly deviation: number; readonly limit: number },
  random: Random,
): number {
  if (deviation === 0 || limit === 0) return 0;
  const ends = limit / deviation;
  for (;;) {
    if (ends < SMALL_LIMIT) {
      const proposal = uniform(random, -ends, ends);
      if (random() < Math.exp(-0.5 * proposal * proposal)) return proposal * deviation;
    } else {
      const proposal = normal(random);
      if (Math.abs(proposal) <= ends) return proposal * deviation;
    }
  }
}

function drawBin(
  { edges, weights }: { readonly edges: readonly number[]; readonly weights: readonly number[] },
  random: Random,
): number {
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  const inside = random();
  let bin = weights.findLastIndex((weight) => weight > 0);
  for (const [index, weight] of weights.entries()) {
    if (left < weight) {
      bin = index;
      break;
    }
    left -= weight;
  }
  return edges[bin]! + (edges[bin + 1]! - edges[bin]!) * inside;
}
