/** Square grey planes of 32-bit floats: what looks are compared on. */
export type Plane = { readonly side: number; readonly values: Float32Array };

/** Pearson's correlation where `inner`, its corner laid on (x, y) of `outer`, overlaps it; 0 where one of them is even there. */
export function correlation(inner: Plane, outer: Plane, x: number, y: number): number {
  const [left, top] = [Math.max(0, -x), Math.max(0, -y)];
  const right = Math.min(inner.side, outer.side - x);
  const bottom = Math.min(inner.side, outer.side - y);
  const a = inner.values;
  const b = outer.values;
  let sumA = 0;
  let sumB = 0;
  let sumAA = 0;
  let sumBB = 0;
  let sumAB = 0;
  for (let row = top; row < bottom; row += 1) {
    let to = (row + y) * outer.side + x + left;
    const end = row * inner.side + right;
    for (let at = row * inner.side + left; at < end; at += 1, to += 1) {
      const valueA = a[at]!;
      const valueB = b[to]!;
      sumA += valueA;
      sumB += valueB;
      sumAA += valueA * valueA;
      sumBB += valueB * valueB;
      sumAB += valueA * valueB;
    }
  }
  const count = (right - left) * (bottom - top);
  const spread = (sumAA - (sumA * sumA) / count) * (sumBB - (sumB * sumB) / count);
  return spread > 1e-6 ? (sumAB - (sumA * sumB) / count) / Math.sqrt(spread) : 0;
}

/** The plane less its own mean over 9 x 9 cells: edges and textures, without the large bright and dark parts. */
export function withoutGround({ side, values }: Plane): Plane {
  const reach = 4;
  const ground = meanAlong(meanAlong(values, { side, step: 1, reach }), { side, step: side, reach });
  return { side, values: values.map((value, at) => value - ground[at]!) };
}

type Along = { readonly side: number; readonly step: number; readonly reach: number }; // step 1: along rows; side: along columns

function meanAlong(values: Float32Array, { side, step, reach }: Along): Float32Array {
  const result = new Float32Array(values.length);
  const across = step === 1 ? side : 1;
  for (let line = 0; line < side; line += 1)
    for (let at = 0; at < side; at += 1) {
      const [from, to] = [Math.max(0, at - reach), Math.min(side - 1, at + reach)];
      let sum = 0;
      for (let other = from; other <= to; other += 1) sum += values[line * across + other * step]!;
      result[line * across + at * step] = sum / (to - from + 1);
    }
  return result;
}

/** Bilinear, with a triangle as wide as the step where it shrinks. */
export function scaled({ side, values }: Plane, to: number): Plane {
  if (to === side) return { side, values };
  const result = new Float32Array(to * to);
  const key = side * 1000 + to;
  const taps = knownTaps.get(key) ?? Array.from({ length: to }, (_, at) => tapsOf(at, side, to));
  knownTaps.set(key, taps);
  for (let y = 0; y < to; y += 1)
    for (let x = 0; x < to; x += 1) {
      let sum = 0;
      for (const [row, down] of taps[y]!)
        for (const [column, across] of taps[x]!) sum += down * across * values[row * side + column]!;
      result[y * to + x] = sum;
    }
  return { side: to, values: result };
}

type Taps = readonly (readonly [cell: number, weight: number])[];
const knownTaps = new Map<number, readonly Taps[]>(); // a dozen pairs of sides

function tapsOf(at: number, side: number, to: number): Taps {
  const reach = Math.max(1, side / to);
  const centre = ((at + 0.5) * side) / to - 0.5;
  const taps: [number, number][] = [];
  for (let cell = Math.ceil(centre - reach); cell <= Math.floor(centre + reach); cell += 1) {
    const weight = 1 - Math.abs(cell - centre) / reach;
    if (weight > 0) taps.push([Math.min(side - 1, Math.max(0, cell)), weight]);
  }
  const total = taps.reduce((sum, [, weight]) => sum + weight, 0);
  return taps.map(([cell, weight]) => [cell, weight / total]);
}

/** Standard deviation over all values. */
export function deviationOf(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
