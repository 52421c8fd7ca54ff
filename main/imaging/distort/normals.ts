/** Standard normal numbers by the hundred thousand. */
import type { Random } from '../../../shared/math/random.ts';

const QUANTILES = 65_536;

/** Numbers of the standard normal distribution up to 4.3 deviations, each one of 65,536 quantiles: six times as fast as computing them. */
export function tabledNormals(random: Random): () => number {
  const table = normalQuantiles();
  return () => table[Math.floor(random() * QUANTILES)]!;
}

let quantiles: Float64Array | null = null;

/** Quantiles of the standard normal distribution in the middle of 65,536 equal shares: a normal number is one of them at random. */
export function normalQuantiles(): Float64Array {
  quantiles ??= Float64Array.from({ length: QUANTILES }, (_, index) => quantileOf((index + 0.5) / QUANTILES));
  return quantiles;
}

/** Acklam's rational approximation, relative error below 1.2e-9. */
function quantileOf(probability: number): number {
  if (probability > 0.5) return -quantileOf(1 - probability);
  if (probability < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(probability));
    const top = [
      -7.784894002430293e-3, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
      2.938163982698783,
    ];
    const bottom = [7.784695709041462e-3, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
    return horner(top, q) / horner(bottom, q);
  }
  const q = probability - 0.5;
  const r = q * q;
  const top = [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
  ];
  const bottom = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1];
  return (q * horner(top, r)) / horner(bottom, r);
}

function horner(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
