import type { RgbImage } from '../resize.ts';
import type { Box, PixelSize } from './drawn.ts';
import { kernels, type Place, put, putAt, reserve } from './kernels.ts';

const BICUBIC_A = -0.5;
const BICUBIC_RADIUS = 2;
const BAND_BYTES = 4 * 1024 * 1024; // of the photo at a time in the kernels' memory

/** Per output position: first input position, and `stride` weights that sum to 1 (zeros fill up). */
type Taps = { readonly starts: Int32Array; readonly weights: Float32Array; readonly stride: number };

/**
 * A box of an image, with fractions of pixels, scaled by the antialiased bicubic convolution of evaluation.
 *
 * Lays out [height, width, 4] float32 in [0, 255], rounded nowhere. As Pillow's resize with `box`: what lies beside the box is seen by
 * the convolution, what lies beside the image is not. In single precision and vectors, about eight times as fast as resizeCrop,
 * whose results cached features depend on. Throws RangeError where the box is not inside the image.
 */
export function layOutBox(image: RgbImage, box: Box, output: PixelSize): Place {
  assertInside(image, box);
  const columns = tapsOf(image.width, [box.left, box.width], output.width);
  const rows = tapsOf(image.height, [box.top, box.height], output.height);
  const firstColumn = columns.starts[0]!;
  const rowBytes = (columns.starts[output.width - 1]! + columns.stride - firstColumn) * 3;
  const result = reserve(output.width * output.height * 16);
  const line = reserve((rowBytes + 16) * 4);
  const columnTaps = putTaps(columns, { from: 0, to: output.width, origin: firstColumn });
  const mostRows = Math.max(rows.stride, Math.floor(BAND_BYTES / rowBytes));
  const band = reserve(Math.min(mostRows, image.height) * rowBytes);
  for (let from = 0; from < output.height; ) {
    const origin = rows.starts[from]!;
    let to = from + 1;
    while (to < output.height && rows.starts[to]! + rows.stride - origin <= mostRows) to += 1;
    const last = rows.starts[to - 1]! + rows.stride;
    putRows(image, { from: origin, to: last, firstByte: firstColumn * 3, rowBytes }, band);
    const rowTaps = putTaps(rows, { from, to, origin });
    kernels().resize(band, rowBytes, rowTaps, columnTaps, line, result + from * output.width * 16);
    from = to;
  }
  return result;
}

/** How many pixels beside a box of that length count when it is scaled; others are multiplied by 0. */
export function reachOfBox(length: number, outputSize: number): number {
  return BICUBIC_RADIUS * Math.max(1, length / outputSize) + 1;
}

type Rows = { readonly from: number; readonly to: number; readonly firstByte: number; readonly rowBytes: number };

function putRows({ pixels, width }: RgbImage, { from, to, firstByte, rowBytes }: Rows, band: Place): void {
  for (let row = from, place = band; row < to; row += 1, place += rowBytes) {
    const start = row * width * 3 + firstByte;
    putAt(place, pixels.subarray(start, start + rowBytes));
  }
}

/** The struct Taps of kernels.c for output positions [from, to), with input positions counted from `origin`. */
function putTaps(
  { starts, weights, stride }: Taps,
  { from, to, origin }: { readonly from: number; readonly to: number; readonly origin: number },
): Place {
  const ownStarts = put(starts.slice(from, to).map((start) => start - origin));
  const ownWeights = put(weights.subarray(from * stride, to * stride));
  return put(Int32Array.of(ownStarts, ownWeights, stride, to - from));
}

function assertInside({ width, height, pixels }: RgbImage, box: Box): void {
  const slack = 1e-6 * Math.max(width, height);
  const inside = box.left >= -slack && box.top >= -slack && box.left + box.width <= width + slack;
  const filled = box.width > 0 && box.height > 0 && pixels.length === width * height * 3;
  if (!inside || box.top + box.height > height + slack || !filled)
    throw new RangeError(`Box outside the image of ${width} x ${height}: ${JSON.stringify(box)}`);
}

function bicubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return ((BICUBIC_A + 2) * x - (BICUBIC_A + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * BICUBIC_A;
  return 0;
}

/** `part`: [start, length] of the input, in pixels. Every position gets `stride` taps inside the input, so that loops need no ends. */
function tapsOf(inputSize: number, part: readonly [number, number], outputSize: number): Taps {
  const scale = part[1] / outputSize;
  if (scale === 1 && Number.isInteger(part[0])) return copyingTaps(part[0], outputSize);
  const filterScale = Math.max(scale, 1);
  const support = BICUBIC_RADIUS * filterScale;
  const stride = Math.min(inputSize, Math.ceil(support) * 2 + 1);
  const starts = new Int32Array(outputSize);
  const weights = new Float64Array(outputSize * stride);
  for (let index = 0; index < outputSize; index += 1) {
    const centre = part[0] + (index + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(inputSize, Math.trunc(centre + support + 0.5));
    const start = Math.min(first, inputSize - stride);
    let sum = 0;
    for (let position = first; position < end; position += 1) {
      const weight = bicubic((position - centre + 0.5) / filterScale);
      weights[index * stride + position - start] = weight;
      sum += weight;
    }
    for (let tap = 0; tap < stride; tap += 1) weights[index * stride + tap]! /= sum;
    starts[index] = start;
  }
  return { starts, weights: Float32Array.from(weights), stride };
}

function copyingTaps(first: number, count: number): Taps {
  return {
    starts: Int32Array.from({ length: count }, (_, index) => first + index),
    weights: new Float32Array(count).fill(1),
    stride: 1,
  };
}
