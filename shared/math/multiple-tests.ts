import { AppError } from '../contract/errors.ts';

/**
 * Holm's adjusted p-values, in the order given: each may be compared with the level as if it were the only test, and the
 * chance of even one false claim stays below that level.
 *
 * Holm 1979, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6.
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  if (pValues.some((p) => !(p >= 0 && p <= 1))) throw new AppError('INVALID_INPUT', 'A p-value lies between 0 and 1.');
  const order = pValues.map((_, at) => at).sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  for (const [rank, at] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * pValues[at]!));
    adjusted[at] = largest;
  }
  return adjusted;
}
