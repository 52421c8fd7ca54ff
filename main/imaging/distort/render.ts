/** From a decoded photo and what was drawn to the pixels of the crop. */
import type { Preprocessing } from '../../../shared/networks/network.ts';
import type { PixelBox } from '../jpeg/scan.ts';
import { type RgbImage, resizeCrop } from '../resize.ts';
import { centreCorner } from '../views.ts';
import { recolour } from './colour.ts';
import { boxOf, type Drawn, isAxisAligned, type PixelSize } from './drawn.ts';
import { recompressed } from './jpeg.ts';
import { beginLayout, floatsAt, kernels, type Place, packed, put, reserve, unpacked } from './kernels.ts';
import { addNoise, blurred, erase } from './quality.ts';
import { layOutBox, reachOfBox } from './resize-box.ts';
import { layOutWarped } from './warp.ts';

const MIRROR = 1; // as in kernels.c
const FLIP = 2;

/**
 * The drawn view of a decoded photo.
 *
 * `image` is the upright photo, whole, in its size or shrunk while decoding. Returns [cropSize, cropSize, 3] float32 in [0, 255].
 * The order: geometry, colour, blur, noise, JPEG, erasing. The same drawn view gives the same pixels on every thread.
 */
export async function renderAugmented(image: RgbImage, drawn: Drawn): Promise<Float32Array> {
  beginLayout();
  const values = packed(layOutView(image, drawn), drawn.cropSize ** 2);
  return await withQuality(values, drawn);
}

/** The drawn view as a network takes it, normalised as in evaluation: [3, cropSize, cropSize] float32 in `target`. */
export async function renderInput(
  image: RgbImage,
  drawn: Drawn,
  place: { readonly preprocessing: Preprocessing; readonly target: Float32Array },
): Promise<void> {
  const count = drawn.cropSize ** 2;
  if (hasQuality(drawn)) {
    const values = await renderAugmented(image, drawn);
    beginLayout();
    normaliseInto(unpacked(values), count, { ...place, isExact: false });
    return;
  }
  beginLayout();
  const isCentre = isAxisAligned(drawn) && isCentreView(image, drawn);
  normaliseInto(layOutView(image, drawn), count, { ...place, isExact: isCentre });
}

type Normalising = {
  readonly preprocessing: Preprocessing;
  readonly target: Float32Array;
  readonly isExact: boolean; // with the very bits of evaluation
};

function normaliseInto(pixels: Place, count: number, { preprocessing, target, isExact }: Normalising): void {
  const { mean, standardDeviation } = preprocessing;
  const output = reserve(count * 12);
  if (isExact) kernels().planes(pixels, count, put(Float64Array.of(...mean, ...standardDeviation)), output);
  else {
    const factors = standardDeviation.map((deviation) => 1 / (255 * deviation));
    const summands = mean.map((value, channel) => -value / standardDeviation[channel]!);
    kernels().quick_planes(pixels, count, put(Float32Array.of(...factors, ...summands)), output);
  }
  target.set(floatsAt(output, count * 3));
}

function layOutView(image: RgbImage, drawn: Drawn): Place {
  const pixels = layOutGeometry(image, drawn);
  recolour(pixels, drawn.cropSize ** 2, drawn);
  return pixels;
}

function layOutGeometry(image: RgbImage, drawn: Drawn): Place {
  if (!isAxisAligned(drawn)) return layOutWarped(image, drawn);
  const side = drawn.cropSize;
  const size = { width: side, height: side };
  const { window } = drawn;
  const pixels =
    window.kind === 'scaled' && isCentreView(image, drawn)
      ? unpacked(resizeCrop(image, { ...window, ...size }))
      : layOutBox(image, boxIn(image, drawn), size);
  kernels().turn(pixels, side, (drawn.mirror ? MIRROR : 0) + (drawn.flip ? FLIP : 0));
  return pixels;
}

/** Whether it is the very crop of evaluation, which is then made by the very code of evaluation. */
function isCentreView(image: PixelSize, { photo, window, cropSize }: Drawn): boolean {
  if (window.kind !== 'scaled' || image.width !== photo.width || image.height !== photo.height) return false;
  const centre = centreCorner(window, cropSize);
  return window.left === centre.left && window.top === centre.top;
}

/** The shortest side that keeps a pixel of the photo for every pixel of the view; null: the photo is to be read whole. */
export function neededShortSide(drawn: Drawn): number | null {
  if (isAxisAligned(drawn) && isCentreView(drawn.photo, drawn)) return null;
  const box = boxOf(drawn);
  const scale = Math.max(drawn.cropSize / box.width, drawn.cropSize / box.height) * drawn.zoom;
  return Math.ceil(Math.min(drawn.photo.width, drawn.photo.height) * scale);
}

/** The pixels of the whole photo that the view is made of; undefined: they may be all. */
export function neededPixels(drawn: Drawn): PixelBox | undefined {
  if (!isAxisAligned(drawn) || isCentreView(drawn.photo, drawn)) return undefined;
  const { photo, cropSize } = drawn;
  const box = boxOf(drawn);
  const along = (start: number, length: number, size: number): readonly [number, number] => {
    const reach = reachOfBox(length, cropSize);
    return [Math.max(0, Math.floor(start - reach)), Math.min(size, Math.ceil(start + length + reach))];
  };
  const [left, right] = along(box.left, box.width, photo.width);
  const [top, bottom] = along(box.top, box.height, photo.height);
  return { left, top, right, bottom };
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

function hasQuality({ blurSigmaPixels, noise, jpegQuality, erasing }: Drawn): boolean {
  return blurSigmaPixels > 0 || noise !== null || jpegQuality !== null || erasing !== null;
}

/** All that comes after colour; may change `values` in place. */
async function withQuality(values: Float32Array, drawn: Drawn): Promise<Float32Array> {
  const side = drawn.cropSize;
  let finished = values;
  if (drawn.blurSigmaPixels > 0) finished = blurred(finished, side, drawn.blurSigmaPixels);
  if (drawn.noise !== null) addNoise(finished, drawn.noise);
  if (drawn.jpegQuality !== null) finished = await recompressed(finished, side, drawn.jpegQuality);
  if (drawn.erasing !== null) erase(finished, side, drawn.erasing);
  return finished;
}
