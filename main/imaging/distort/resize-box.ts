import type { RgbImage } from '../resize.ts';
import type { Box, PixelSize } from './drawn.ts';

const BICUBIC_A = -0.5;
const BICUBIC_RADIUS = 2;

/** Per output position: first input position, and `stride` weights that sum to 1 (zeros fill up). */
type Taps = { readonly starts: Int32Array; readonly weights: Float64Array; readonly stride: number };

/**
 * A box of an image, with fractions of pixels, scaled by the antialiased bicubic convolution of evaluation.
 *
 * Returns [height, width, 3] float32 in [0, 255], rounded nowhere. As Pillow's resize with `box`: what lies beside the box is seen by
 * the convolution, what lies beside the image is not. Sums in the order of taps, so the same everywhere; about three times as fast as
 * resizeCrop, whose results cached features depend on. Throws RangeError where the box is not inside the image.
 */
export function resizeBox(image: RgbImage, box: Box, output: PixelSize): Float32Array {
  assertInside(image, box);
  const columns = tapsOf(image.width, [box.left, box.width], output.width);
  const rows = tapsOf(image.height, [box.top, box.height], output.height);
  const firstRow = rows.starts[0]!;
  const lastRow = rows.starts[output.height - 1]! + rows.stride;
  const narrowed = narrow(image, columns, [firstRow, lastRow]);
  return combine(narrowed, rows, output.width * 3);
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
  return { starts, weights, stride };
}

/** Horizontal pass over the rows [first, last) of the image. */
function narrow(image: RgbImage, columns: Taps, [first, last]: readonly [number, number]): Float32Array {
  const { starts, weights, stride } = columns;
  const { pixels, width } = image;
  const outputWidth = starts.length;
  const output = new Float32Array((last - first) * outputWidth * 3);
  let to = 0;
  for (let row = first; row < last; row += 1) {
    const rowStart = row * width * 3;
    for (let column = 0, slot = 0; column < outputWidth; column += 1) {
      let red = 0;
      let green = 0;
      let blue = 0;
      let from = rowStart + starts[column]! * 3;
      for (const end = slot + stride; slot < end; slot += 1, from += 3) {
        const weight = weights[slot]!;
        red += weight * pixels[from]!;
        green += weight * pixels[from + 1]!;
        blue += weight * pixels[from + 2]!;
      }
      output[to] = red;
      output[to + 1] = green;
      output[to + 2] = blue;
      to += 3;
    }
  }
  return output;
}

/** Vertical pass, clamped; the first row of `source` belongs to input row starts[0]. Four values at once share a weight's load. */
function combine(source: Float32Array, rows: Taps, rowLength: number): Float32Array {
  const { starts, weights, stride } = rows;
  const output = new Float32Array(starts.length * rowLength);
  for (let row = 0; row < starts.length; row += 1) {
    const base = (starts[row]! - starts[0]!) * rowLength;
    const slot = row * stride;
    const to = row * rowLength;
    for (let index = 0; index < rowLength; index += 3) {
      let red = 0;
      let green = 0;
      let blue = 0;
      let from = base + index;
      for (let tap = 0; tap < stride; tap += 1, from += rowLength) {
        const weight = weights[slot + tap]!;
        red += weight * source[from]!;
        green += weight * source[from + 1]!;
        blue += weight * source[from + 2]!;
      }
      output[to + index] = clamp(red);
      output[to + index + 1] = clamp(green);
      output[to + index + 2] = clamp(blue);
    }
  }
  return output;
}

function clamp(value: number): number {
  return value < 0 ? 0 : Math.min(value, 255);
}
