/** Turning and bending: one map from crop to photo, read once with bilinear interpolation. */
import type { RgbImage } from '../resize.ts';
import { type Displacement, displacementOf } from './displacement.ts';
import { boxOf, type Drawn, type PixelSize, type Triple } from './drawn.ts';
import { cropToPhoto, type Matrix, multiply } from './homography.ts';
import { resizeBox } from './resize-box.ts';

const LEAST_DIVISOR = 1e-6; // beyond the horizon of a perspective nothing is to be seen

/** A part of the photo at about the crop's scale; `left` and `top` say where it begins in the whole photo of that scale. */
type Base = PixelSize & {
  readonly values: Float32Array | Uint8Array;
  readonly left: number;
  readonly top: number;
};
/** Places in the scaled photo, one a crop pixel; edges at 0 and at its size. */
type SamplingMap = { readonly across: Float64Array; readonly down: Float64Array };

/**
 * The drawn view where it is turned, sheared, zoomed, bent or reaches beyond the photo.
 *
 * Returns [cropSize, cropSize, 3] float32 in [0, 255]. The photo is first reduced by the antialiased resize so that one step in the
 * crop is about one step there (never enlarged), then read once. Reflection is about the photo's edges: c b a | a b c.
 */
export function warpedCrop(image: RgbImage, drawn: Drawn): Float32Array {
  const scaled = scaledPhoto(image, drawn);
  const toScaled: Matrix = [scaled.width / drawn.photo.width, 0, 0, 0, scaled.height / drawn.photo.height, 0, 0, 0, 1];
  const matrix = multiply(toScaled, cropToPhoto(drawn));
  const displacement = drawn.warp === null ? null : displacementOf(drawn.warp, drawn.cropSize);
  const map = samplingMap(matrix, drawn.cropSize, displacement);
  if (drawn.border.kind === 'reflect') foldAll(map, scaled);
  const base = baseFor(image, scaled, map);
  const outside = drawn.border.kind === 'colour' ? colourOf(drawn.border.colour) : null;
  return sample(base, map, outside === null ? null : { colour: outside, scaled });
}

/** The size at which the whole photo has the crop's scale, or its own size where that is smaller. */
function scaledPhoto(image: PixelSize, drawn: Drawn): PixelSize {
  const box = boxOf(drawn);
  const across = (drawn.cropSize * drawn.zoom * drawn.photo.width) / box.width;
  const down = (drawn.cropSize * drawn.zoom * drawn.photo.height) / box.height;
  return {
    width: Math.max(1, Math.min(image.width, Math.round(across))),
    height: Math.max(1, Math.min(image.height, Math.round(down))),
  };
}

export function samplingMap(matrix: Matrix, side: number, displacement: Displacement | null): SamplingMap {
  const across = new Float64Array(side * side);
  const down = new Float64Array(side * side);
  const [a, b, c, d, e, f, g, h, i] = matrix;
  for (let row = 0, at = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1, at += 1) {
      const x = column + 0.5 + (displacement === null ? 0 : displacement.across[at]!);
      const y = row + 0.5 + (displacement === null ? 0 : displacement.down[at]!);
      const divisor = Math.max(LEAST_DIVISOR, g * x + h * y + i);
      across[at] = (a * x + b * y + c) / divisor;
      down[at] = (d * x + e * y + f) / divisor;
    }
  }
  return { across, down };
}

function foldAll({ across, down }: SamplingMap, { width, height }: PixelSize): void {
  for (let at = 0; at < across.length; at += 1) {
    const x = across[at]!;
    const y = down[at]!;
    if (x < 0 || x > width) across[at] = fold(x, width);
    if (y < 0 || y > height) down[at] = fold(y, height);
  }
}

/** Reflected about 0 and `size` as often as needed. */
function fold(place: number, size: number): number {
  const period = 2 * size;
  const inPeriod = ((place % period) + period) % period;
  return inPeriod > size ? period - inPeriod : inPeriod;
}

/** Only what the map reads, with a pixel around it. */
function baseFor(image: RgbImage, scaled: PixelSize, { across, down }: SamplingMap): Base {
  if (scaled.width === image.width && scaled.height === image.height)
    return { ...scaled, values: image.pixels, left: 0, top: 0 };
  const [left, right] = reach(across, scaled.width);
  const [top, bottom] = reach(down, scaled.height);
  const toImageAcross = image.width / scaled.width;
  const toImageDown = image.height / scaled.height;
  const size = { width: right - left, height: bottom - top };
  const box = {
    left: left * toImageAcross,
    top: top * toImageDown,
    width: size.width * toImageAcross,
    height: size.height * toImageDown,
  };
  return { ...size, values: resizeBox(image, box, size), left, top };
}

function reach(places: Float64Array, size: number): readonly [number, number] {
  let lowest = Infinity;
  let highest = -Infinity;
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at]!;
    if (place < lowest) lowest = place;
    if (place > highest) highest = place;
  }
  const first = Math.min(size - 1, Math.max(0, Math.floor(lowest) - 1));
  return [first, Math.max(first + 1, Math.min(size, Math.ceil(highest) + 1))];
}

type Outside = { readonly colour: Triple; readonly scaled: PixelSize };

function sample(base: Base, { across, down }: SamplingMap, outside: Outside | null): Float32Array {
  const { values, width, height, left, top } = base;
  const output = new Float32Array(across.length * 3);
  const lastColumn = width - 1;
  const lastRow = height - 1;
  for (let at = 0, to = 0; at < across.length; at += 1, to += 3) {
    const x = across[at]! - left - 0.5;
    const y = down[at]! - top - 0.5;
    if (outside !== null && isOutside(x + left, y + top, outside.scaled)) {
      sampleOverEdge(base, { x, y }, outside, output.subarray(to, to + 3));
      continue;
    }
    const nearX = x < 0 ? 0 : Math.min(x, lastColumn);
    const nearY = y < 0 ? 0 : Math.min(y, lastRow);
    const column = nearX | 0;
    const row = nearY | 0;
    const rightShare = nearX - column;
    const lowerShare = nearY - row;
    const upper = (row * width + column) * 3;
    const step = column < lastColumn ? 3 : 0;
    const lower = row < lastRow ? upper + width * 3 : upper;
    const upperLeft = (1 - rightShare) * (1 - lowerShare);
    const upperRight = rightShare * (1 - lowerShare);
    const lowerLeft = (1 - rightShare) * lowerShare;
    const lowerRight = rightShare * lowerShare;
    for (let channel = 0; channel < 3; channel += 1) {
      output[to + channel] =
        upperLeft * values[upper + channel]! +
        upperRight * values[upper + step + channel]! +
        lowerLeft * values[lower + channel]! +
        lowerRight * values[lower + step + channel]!;
    }
  }
  return output;
}

/** Whether a neighbour of the place (pixel centres at whole numbers) lies beyond the photo. */
function isOutside(x: number, y: number, { width, height }: PixelSize): boolean {
  return x < 0 || y < 0 || x > width - 1 || y > height - 1;
}

/** Neighbours beyond the photo have the border's colour. */
function sampleOverEdge(
  base: Base,
  { x, y }: { readonly x: number; readonly y: number },
  target: Outside,
  output: Float32Array,
): void {
  const column = Math.floor(x);
  const row = Math.floor(y);
  for (let corner = 0; corner < 4; corner += 1) {
    const atColumn = column + (corner % 2);
    const atRow = row + (corner >> 1);
    const share = (corner % 2 === 1 ? x - column : 1 - (x - column)) * (corner > 1 ? y - row : 1 - (y - row));
    const inside = atColumn >= 0 && atRow >= 0 && atColumn < base.width && atRow < base.height;
    const from = (atRow * base.width + atColumn) * 3;
    for (let channel = 0; channel < 3; channel += 1)
      output[channel]! += share * (inside ? base.values[from + channel]! : target.colour[channel]!);
  }
}

function colourOf(hex: string): Triple {
  const at = (index: number): number => Number.parseInt(hex.slice(index, index + 2), 16);
  return [at(1), at(3), at(5)];
}
