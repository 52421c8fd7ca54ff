/** The vertical scale of the probe ladder. */

/** From a round value below the lowest interval to one above the highest, inside 0 to 1. */
export function ladderRange(intervals: readonly (readonly [number, number])[]): readonly [number, number] {
  if (intervals.length === 0) return [0, 1];
  const low = Math.min(...intervals.map(([lower]) => lower));
  const high = Math.max(...intervals.map(([, upper]) => upper));
  return [Math.max(0, Math.floor(low * 10) / 10), Math.min(1, Math.ceil(high * 10) / 10)];
}

/** Pixels from the top. */
export function ladderY(accuracy: number, [low, high]: readonly [number, number], heightPixels: number): number {
  return high === low ? heightPixels / 2 : ((high - accuracy) / (high - low)) * heightPixels;
}
