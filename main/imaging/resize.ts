/** RGB, interleaved, 8 bits, row by row from the top. */
export type RgbImage = { readonly width: number; readonly height: number; readonly pixels: Uint8Array };

/** A window (left, top, width, height; pixels) of the image scaled to scaledWidth x scaledHeight. */
export type ScaledWindow = {
  readonly scaledWidth: number;
  readonly scaledHeight: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
};

/** Raise it with every change of a result, however small: cached features depend on it. */
export const resizerVersion = 'bicubic-antialiased-1';

const BICUBIC_A = -0.5;
const BICUBIC_RADIUS = 2;

/** Per output position: first input position, number of taps, and `stride` slots of weights that sum to 1. */
type Taps = {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  readonly weights: Float64Array;
  readonly stride: number;
};

/**
 * One window of an image scaled by antialiased bicubic convolution, and nothing computed outside of it.
 *
 * Returns [height, width, 3] float32 in [0, 255]; rounded nowhere. Pillow's convolution: a = -0.5, the support grows with the
 * downscale factor, weights are renormalised at the borders. Keys 1981, doi:10.1109/TASSP.1981.1163711.
 */
export function resizeCrop(image: RgbImage, window: ScaledWindow): Float32Array {
  assertInside(image, window);
  const columns = bicubicTaps(image.width, window.scaledWidth, [window.left, window.width]);
  const rows = bicubicTaps(image.height, window.scaledHeight, [window.top, window.height]);
  const firstRow = rows.starts[0]!;
  const lastRow = rows.starts[window.height - 1]! + rows.counts[window.height - 1]!;
  const narrowed = new Float32Array((lastRow - firstRow) * window.width * 3);
  for (let row = firstRow; row < lastRow; row += 1) {
    const source = image.pixels.subarray(row * image.width * 3, (row + 1) * image.width * 3);
    convolveRow(source, columns, narrowed.subarray((row - firstRow) * window.width * 3));
  }
  const output = combineRows(narrowed, rows, window.width * 3);
  for (let index = 0; index < output.length; index += 1) {
    const value = output[index]!;
    if (value < 0) output[index] = 0;
    else if (value > 255) output[index] = 255;
  }
  return output;
}

function assertInside(image: RgbImage, window: ScaledWindow): void {
  const { scaledWidth, scaledHeight, left, top, width, height } = window;
  const whole = [scaledWidth, scaledHeight, left, top, width, height].every(Number.isInteger);
  const inside = left >= 0 && top >= 0 && left + width <= scaledWidth && top + height <= scaledHeight;
  const filled = width > 0 && height > 0 && image.pixels.length === image.width * image.height * 3;
  if (!whole || !inside || !filled) throw new RangeError(`Window outside the scaled image: ${JSON.stringify(window)}`);
}

function bicubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return ((BICUBIC_A + 2) * x - (BICUBIC_A + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * BICUBIC_A;
  return 0;
}

/** `range`: [first output position, how many]. */
function bicubicTaps(inputSize: number, outputSize: number, range: readonly [number, number]): Taps {
  const [first, count] = range;
  const starts = new Int32Array(count);
  const counts = new Int32Array(count);
  if (inputSize === outputSize) {
    for (let index = 0; index < count; index += 1) starts[index] = first + index;
    return { starts, counts: counts.fill(1), weights: new Float64Array(count).fill(1), stride: 1 };
  }
  const scale = inputSize / outputSize;
  const filterScale = Math.max(scale, 1);
  const support = BICUBIC_RADIUS * filterScale;
  const stride = Math.ceil(support) * 2 + 1;
  const weights = new Float64Array(count * stride);
  for (let index = 0; index < count; index += 1) {
    const centre = (first + index + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const taps = Math.min(inputSize, Math.trunc(centre + support + 0.5)) - start;
    let sum = 0;
    for (let tap = 0; tap < taps; tap += 1) {
      const weight = bicubic((start + tap - centre + 0.5) / filterScale);
      weights[index * stride + tap] = weight;
      sum += weight;
    }
    for (let tap = 0; tap < taps; tap += 1) weights[index * stride + tap]! /= sum;
    starts[index] = start;
    counts[index] = taps;
  }
  return { starts, counts, weights, stride };
}

/** Horizontal pass: one RGB row of 8-bit pixels into one RGB row of floats. */
function convolveRow(source: Uint8Array, taps: Taps, target: Float32Array): void {
  const { starts, counts, weights, stride } = taps;
  for (let column = 0; column < starts.length; column += 1) {
    let red = 0;
    let green = 0;
    let blue = 0;
    let position = starts[column]! * 3;
    const end = column * stride + counts[column]!;
    for (let tap = column * stride; tap < end; tap += 1) {
      const weight = weights[tap]!;
      red += weight * source[position]!;
      green += weight * source[position + 1]!;
      blue += weight * source[position + 2]!;
      position += 3;
    }
    target[column * 3] = red;
    target[column * 3 + 1] = green;
    target[column * 3 + 2] = blue;
  }
}

/** Vertical pass over rows of `rowLength` values, of which the first belongs to input row starts[0]. */
function combineRows(source: Float32Array, taps: Taps, rowLength: number): Float32Array {
  const { starts, counts, weights, stride } = taps;
  if (stride === 1) return source;
  const output = new Float32Array(starts.length * rowLength);
  const sums = new Float64Array(rowLength);
  for (let row = 0; row < starts.length; row += 1) {
    sums.fill(0);
    for (let tap = 0; tap < counts[row]!; tap += 1) {
      const weight = weights[row * stride + tap]!;
      const offset = (starts[row]! - starts[0]! + tap) * rowLength;
      for (let index = 0; index < rowLength; index += 1) sums[index]! += weight * source[offset + index]!;
    }
    output.set(sums, row * rowLength);
  }
  return output;
}
