/** Turning and bending: one map from crop to photo, read once with bilinear interpolation. */
import type { RgbImage } from '../resize.ts';
import { type Displacement, layOutDisplacement } from './displacement.ts';
import { boxOf, type Drawn, type PixelSize, type Point } from './drawn.ts';
import { applyTo, cropToPhoto, type Matrix, multiply } from './homography.ts';
import { kernels, type Place, put, reserve } from './kernels.ts';
import { layOutBox } from './resize-box.ts';

const BORDERS = { reflect: 0, edge: 1, colour: 2 } as const; // as in kernels.c

/** A part of the photo at about the crop's scale; `left` and `top` say where it begins in the whole photo of that scale. */
type Part = PixelSize & { readonly left: number; readonly top: number };

/**
 * The drawn view where it is turned, sheared, zoomed, bent or reaches beyond the photo.
 *
 * Lays out [cropSize, cropSize, 4] float32 in [0, 255]. The photo is first reduced by the antialiased resize so that one step in the
 * crop is about one step there (never enlarged), then read once. Reflection is about the photo's edges: c b a | a b c.
 */
export function layOutWarped(image: RgbImage, drawn: Drawn): Place {
  const side = drawn.cropSize;
  const output = reserve((side * side + 3) * 16); // four pixels are written at a time
  const scaled = scaledPhoto(image, drawn);
  const shrink: Matrix = [scaled.width / drawn.photo.width, 0, 0, 0, scaled.height / drawn.photo.height, 0, 0, 0, 1];
  const matrix = multiply(shrink, cropToPhoto(drawn));
  const displacement = drawn.warp === null ? null : layOutDisplacement(drawn.warp, side);
  const part = partRead(matrix, { scaled, displacement, drawn });
  const base = layOutPart(image, scaled, part);
  const how = putSampling(matrix, { scaled, part, border: drawn.border });
  kernels().sample(base, how, displacement?.across ?? 0, displacement?.down ?? 0, side, output);
  return output;
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

type Reading = { readonly scaled: PixelSize; readonly displacement: Displacement | null; readonly drawn: Drawn };

/** What the map can reach of the scaled photo, with a pixel around it: the image of a square lies between those of its corners. */
function partRead(matrix: Matrix, { scaled, displacement, drawn }: Reading): Part {
  const low = -(displacement?.farthest ?? 0);
  const high = drawn.cropSize - low;
  const corners: readonly Point[] = [
    [low, low],
    [high, low],
    [high, high],
    [low, high],
  ];
  const isBeyondHorizon = corners.some(([x, y]) => matrix[6] * x + matrix[7] * y + matrix[8] < 1e-3);
  if (isBeyondHorizon) return { ...scaled, left: 0, top: 0 };
  const places = corners.map((corner) => applyTo(matrix, corner));
  const isReflected = drawn.border.kind === 'reflect';
  const reachOf = (axis: 0 | 1, size: number): readonly [number, number] => {
    const along = places.map((place) => place[axis]);
    return reach([Math.min(...along), Math.max(...along)], { size, isReflected });
  };
  const [left, right] = reachOf(0, scaled.width);
  const [top, bottom] = reachOf(1, scaled.height);
  return { left, top, width: right - left, height: bottom - top };
}

/** Whole pixels from the first to behind the last one that places from `lowest` to `highest` read. */
function reach(
  [lowest, highest]: readonly [number, number],
  { size, isReflected }: { readonly size: number; readonly isReflected: boolean },
): readonly [number, number] {
  let [low, high] = [lowest, highest];
  if (isReflected) {
    if (low < -size || high > 2 * size) return [0, size];
    if (lowest < 0) [low, high] = [0, Math.max(high, -lowest)];
    if (highest > size) [low, high] = [Math.min(low, 2 * size - highest), size];
  }
  const first = Math.min(size - 1, Math.max(0, Math.floor(low) - 1));
  return [first, Math.max(first + 1, Math.min(size, Math.ceil(high) + 1))];
}

function layOutPart(image: RgbImage, scaled: PixelSize, part: Part): Place {
  const across = image.width / scaled.width;
  const down = image.height / scaled.height;
  const box = {
    left: part.left * across,
    top: part.top * down,
    width: part.width * across,
    height: part.height * down,
  };
  return layOutBox(image, box, part);
}

type Frame = { readonly scaled: PixelSize; readonly part: Part; readonly border: Drawn['border'] };

/** The struct Sampling of kernels.c. */
function putSampling(matrix: Matrix, { scaled, part, border }: Frame): Place {
  const bytes = new ArrayBuffer(9 * 8 + 2 * 8 + 4 * 4 + 5 * 4 + 4);
  new Float64Array(bytes, 0, 11).set([...matrix, scaled.width, scaled.height]);
  if (border.kind === 'colour') new Float32Array(bytes, 88, 3).set(colourOf(border.colour));
  new Int32Array(bytes, 104, 5).set([BORDERS[border.kind], part.left, part.top, part.width, part.height]);
  return put(new Uint8Array(bytes));
}

function colourOf(hex: string): readonly number[] {
  return [1, 3, 5].map((index) => Number.parseInt(hex.slice(index, index + 2), 16));
}
