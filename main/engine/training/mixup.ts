/** Mini-batches of mixed rows. */
import type { Random } from '../../../shared/math/random.ts';
import { normal, shuffledIndices } from '../../../shared/math/random.ts';

export type MixedBatch = {
  readonly features: Float32Array; // [B, ...], share * own + (1 - share) * partner
  readonly labels: Int32Array; // [B], as they were
  readonly otherLabels: Int32Array; // [B], of the partners
  readonly share: number; // of the row's own label in the target, in [0, 1]
};

/**
 * Every row mixed with another of the batch, with one share for all of them, drawn from Beta(alpha, alpha).
 *
 * alpha > 0. Images, or features of any cut (then it is the manifold mixup of Verma et al. 2019, arXiv:1806.05236).
 * Zhang et al. 2018, arXiv:1710.09412, sec. 2; one share a batch as in its published code.
 */
export function mixup(
  batch: { readonly features: Float32Array; readonly labels: Int32Array },
  random: Random,
  alpha: number,
): MixedBatch {
  const { features, labels } = batch;
  const share = sampleBeta(alpha, random);
  const partners = shuffledIndices(labels.length, random);
  const width = features.length / labels.length;
  const mixed = new Float32Array(features.length);
  for (const [row, partner] of partners.entries()) {
    for (let at = 0; at < width; at += 1) {
      mixed[row * width + at] = share * features[row * width + at]! + (1 - share) * features[partner * width + at]!;
    }
  }
  return { features: mixed, labels, otherLabels: partners.map((partner) => labels[partner]!), share };
}

/** A number of Beta(alpha, alpha), in [0, 1]. */
export function sampleBeta(alpha: number, random: Random): number {
  const first = sampleGamma(alpha, random);
  const second = sampleGamma(alpha, random);
  if (first + second > 0) return first / (first + second);
  return random() < 0.5 ? 0 : 1; // both too small for a double: almost all of Beta's mass is at the ends there
}

/** A number of Gamma(alpha, 1). Marsaglia and Tsang 2000, sec. 2 and 6. */
function sampleGamma(alpha: number, random: Random): number {
  if (alpha < 1) return sampleGamma(alpha + 1, random) * (1 - random()) ** (1 / alpha);
  const d = alpha - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
