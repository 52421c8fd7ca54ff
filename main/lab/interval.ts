/** The mean of a few figures, and how sure it is. */
import { AppError } from '../../shared/contract/errors.ts';

/** Student's t at 97.5 % for 1 to 29 degrees of freedom. */
const t975 = [
  12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788, 2.1604, 2.1448, 2.1314,
  2.1199, 2.1098, 2.1009, 2.093, 2.086, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452,
] as const;
export const MOST_SEEDS = t975.length + 1;

export type MeanInterval = { readonly mean: number; readonly low: number; readonly high: number };

/** 95 % by Student's t, for 2 to 30 figures that are drawn independently. Throws INVALID_INPUT otherwise. */
export function meanInterval(figures: readonly number[]): MeanInterval {
  const factor = t975[figures.length - 2];
  if (factor === undefined)
    throw new AppError(
      'INVALID_INPUT',
      `An interval needs 2 to ${MOST_SEEDS} figures, not ${figures.length}. Choose other seeds.`,
    );
  const mean = figures.reduce((sum, value) => sum + value, 0) / figures.length;
  const squares = figures.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const half = factor * Math.sqrt(squares / (figures.length - 1) / figures.length);
  return { mean, low: mean - half, high: mean + half };
}
