/** From a decoded photo and what was drawn to the pixels of the crop. */
import type { Preprocessing } from '../../../shared/networks/network.ts';
import { type RgbImage, resizeCrop } from '../resize.ts';
import { normalise } from '../views.ts';
import { applyColour } from './colour.ts';
import { boxOf, type Drawn, isAxisAligned } from './drawn.ts';
import { recompressed } from './jpeg.ts';
import { addNoise, blurred, erase } from './quality.ts';
import { resizeBox } from './resize-box.ts';
import { warpedCrop } from './warp.ts';

/**
 * The drawn view of a decoded photo.
 *
 * `image` is the upright photo, whole, in its size or shrunk while decoding. Returns [cropSize, cropSize, 3] float32 in [0, 255].
 * The order: geometry, colour, blur, noise, JPEG, erasing. The same drawn view gives the same pixels on every thread.
 */
export async function renderAugmented(image: RgbImage, drawn: Drawn): Promise<Float32Array> {
  return await finishView(renderGeometry(image, drawn), drawn);
}

/** All that comes after the geometry; may change `values` in place. */
export async function finishView(values: Float32Array, drawn: Drawn): Promise<Float32Array> {
  const side = drawn.cropSize;
  applyColour(values, drawn);
  let finished = values;
  if (drawn.blurSigmaPixels > 0) finished = blurred(finished, side, drawn.blurSigmaPixels);
  if (drawn.noise !== null) addNoise(finished, drawn.noise);
  if (drawn.jpegQuality !== null) finished = await recompressed(finished, side, drawn.jpegQuality);
  if (drawn.erasing !== null) erase(finished, side, drawn.erasing);
  return finished;
}

export function renderGeometry(image: RgbImage, drawn: Drawn): Float32Array {
  if (!isAxisAligned(drawn)) return warpedCrop(image, drawn);
  const side = drawn.cropSize;
  const values =
    isWholeSize(image, drawn) && drawn.window.kind === 'scaled'
      ? resizeCrop(image, { ...drawn.window, width: side, height: side })
      : resizeBox(image, boxIn(image, drawn), { width: side, height: side });
  if (drawn.mirror) mirrorInPlace(values, side);
  if (drawn.flip) flipInPlace(values, side);
  return values;
}

function isWholeSize(image: RgbImage, { photo }: Drawn): boolean {
  return image.width === photo.width && image.height === photo.height;
}

/** The drawn box in pixels of an image that may be smaller than the photo. */
function boxIn(image: RgbImage, drawn: Drawn): ReturnType<typeof boxOf> {
  const box = boxOf(drawn);
  const across = image.width / drawn.photo.width;
  const down = image.height / drawn.photo.height;
  return {
    left: box.left * across,
    top: box.top * down,
    width: box.width * across,
    height: box.height * down,
  };
}

export function mirrorInPlace(values: Float32Array, side: number): void {
  for (let row = 0; row < side; row += 1) {
    let left = row * side * 3;
    let right = left + (side - 1) * 3;
    for (; left < right; left += 3, right -= 3) {
      for (let channel = 0; channel < 3; channel += 1) {
        const kept = values[left + channel]!;
        values[left + channel] = values[right + channel]!;
        values[right + channel] = kept;
      }
    }
  }
}

export function flipInPlace(values: Float32Array, side: number): void {
  const length = side * 3;
  for (let top = 0, bottom = side - 1; top < bottom; top += 1, bottom -= 1) {
    const kept = values.slice(top * length, (top + 1) * length);
    values.copyWithin(top * length, bottom * length, (bottom + 1) * length);
    values.set(kept, bottom * length);
  }
}

/** Interleaved [side, side, 3] in [0, 255] to planar, normalised [3, side, side], in `target` where one is given. */
export function normalisedInput(
  values: Float32Array,
  preprocessing: Preprocessing,
  target: Float32Array = new Float32Array(values.length),
): Float32Array {
  normalise({ values, start: 0, rowLength: preprocessing.cropSize * 3, mirrored: false }, preprocessing, target);
  return target;
}
