/** Blur, noise and erasing of an interleaved RGB crop, [side, side, 3] float32 in [0, 255]. */
import { resumableRandom } from '../../../shared/math/random.ts';
import type { Drawn, DrawnErasing, Triple } from './drawn.ts';
import { tabledNormals } from './normals.ts';

const KERNEL_DEVIATIONS = 3;

/** Separable Gaussian, radius 3 sigma rounded, weights summing to 1; the crop is reflected about its edges (c b a | a b c). */
export function blurred(values: Float32Array, side: number, sigma: number): Float32Array {
  const radius = Math.floor(KERNEL_DEVIATIONS * sigma + 0.5);
  if (radius === 0) return values;
  const kernel = Float64Array.from({ length: 2 * radius + 1 }, (_, tap) =>
    Math.exp(-0.5 * ((tap - radius) / sigma) ** 2),
  );
  const sum = kernel.reduce((total, weight) => total + weight, 0);
  const weights = kernel.map((weight) => weight / sum);
  const places = Int32Array.from({ length: side + 2 * radius }, (_, index) => reflected(index - radius, side));
  const down = blurAlong(values, { weights, places, side, stride: side * 3, lineStride: 3 });
  return blurAlong(down, { weights, places, side, stride: 3, lineStride: side * 3 });
}

type Along = {
  readonly weights: Float64Array;
  readonly places: Int32Array; // of the reflected positions -radius to side + radius
  readonly side: number;
  readonly stride: number; // between neighbours of a line
  readonly lineStride: number;
};

function blurAlong(values: Float32Array, { weights, places, side, stride, lineStride }: Along): Float32Array {
  const output = new Float32Array(values.length);
  for (let position = 0; position < side; position += 1) {
    for (let line = 0; line < side; line += 1) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let tap = 0; tap < weights.length; tap += 1) {
        const from = places[position + tap]! * stride + line * lineStride;
        const weight = weights[tap]!;
        red += weight * values[from]!;
        green += weight * values[from + 1]!;
        blue += weight * values[from + 2]!;
      }
      const to = position * stride + line * lineStride;
      output[to] = red;
      output[to + 1] = green;
      output[to + 2] = blue;
    }
  }
  return output;
}

function reflected(place: number, size: number): number {
  const inPeriod = ((place % (2 * size)) + 2 * size) % (2 * size);
  return inPeriod < size ? inPeriod : 2 * size - 1 - inPeriod;
}

/** Normal noise for every value, in place, clamped; `deviation` is a share of the range. */
export function addNoise(values: Float32Array, { deviation, seed }: NonNullable<Drawn['noise']>): void {
  const scale = deviation * 255;
  const normal = tabledNormals(resumableRandom(seed).next);
  for (let at = 0; at < values.length; at += 1) {
    values[at] = clamp(values[at]! + scale * normal());
  }
}

/** Fills the rectangle in place: with the crop's mean colour, or with uniform noise (Zhong et al. 2020, arXiv:1708.04896). */
export function erase(values: Float32Array, side: number, erasing: DrawnErasing): void {
  const mean = meanColourOf(values);
  const random = resumableRandom(erasing.seed);
  for (let row = erasing.top; row < erasing.top + erasing.height; row += 1) {
    const start = (row * side + erasing.left) * 3;
    for (let index = 0; index < erasing.width * 3; index += 1)
      values[start + index] = erasing.fill === 'mean' ? mean[index % 3]! : random.next() * 255;
  }
}

function meanColourOf(values: Float32Array): Triple {
  const sums: [number, number, number] = [0, 0, 0];
  for (let at = 0; at < values.length; at += 3) {
    for (let channel = 0; channel < 3; channel += 1) sums[channel]! += values[at + channel]!;
  }
  const pixels = values.length / 3;
  return [sums[0] / pixels, sums[1] / pixels, sums[2] / pixels];
}

function clamp(value: number): number {
  return Math.min(255, Math.max(0, value));
}
