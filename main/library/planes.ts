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
export function scaled(plane: Plane, to: number): Plane {
  const { side, values } = plane;
  if (to === side) return plane;
  const { first, weights, stride } = tapsBetween(side, to);
  const narrowed = new Float64Array(side * to);
  for (let row = 0; row < side; row += 1)
    for (let x = 0; x < to; x += 1) {
      let sum = 0;
      for (let tap = 0; tap < stride; tap += 1)
        sum += weights[x * stride + tap]! * values[row * side + first[x]! + tap]!;
      narrowed[row * to + x] = sum;
    }
  const result = new Float32Array(to * to);
  for (let y = 0; y < to; y += 1)
    for (let x = 0; x < to; x += 1) {
      let sum = 0;
      for (let tap = 0; tap < stride; tap += 1)
        sum += weights[y * stride + tap]! * narrowed[(first[y]! + tap) * to + x]!;
      result[y * to + x] = sum;
    }
  return { side: to, values: result };
}

/** Per position: the first cell that counts, and `stride` weights that sum to 1; all cells are inside. */
type Taps = { readonly first: Int32Array; readonly weights: Float64Array; readonly stride: number };
const knownTaps = new Map<number, Taps>(); // a dozen pairs of sides

function tapsBetween(side: number, to: number): Taps {
  const key = side * 1000 + to;
  const taps = knownTaps.get(key) ?? makeTaps(side, to);
  knownTaps.set(key, taps);
  return taps;
}

function makeTaps(side: number, to: number): Taps {
  const reach = Math.max(1, side / to);
  const stride = Math.min(side, Math.ceil(2 * reach) + 1);
  const first = new Int32Array(to);
  const weights = new Float64Array(to * stride);
  for (let at = 0; at < to; at += 1) {
    const centre = ((at + 0.5) * side) / to - 0.5;
    const lowest = Math.ceil(centre - reach);
    const start = Math.min(side - stride, Math.max(0, lowest));
    first[at] = start;
    let total = 0;
    for (let cell = lowest; cell <= Math.floor(centre + reach); cell += 1) {
      const weight = Math.max(0, 1 - Math.abs(cell - centre) / reach);
      weights[at * stride + Math.min(side - 1, Math.max(0, cell)) - start]! += weight;
      total += weight;
    }
    for (let tap = 0; tap < stride; tap += 1) weights[at * stride + tap]! /= total;
  }
  return { first, weights, stride };
}

/** Standard deviation over all values. */
export function deviationOf(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
