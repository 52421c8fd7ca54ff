/** A plain JPEG, or a part of one, as RGB. */
import type { RgbImage } from '../resize.ts';
import { bytesAt, kernels, reserve } from './memory.ts';
import { decodeScan, type PixelBox } from './scan.ts';
import { type BaselineJpeg, uprightOrientation } from './segments.ts';

const MOST_PIXELS = 16_000_000; // larger ones are shrunk while decoding nearly always, and would take much memory here
const CHUNK = 16; // pixels that are coloured at a time
const CHANNELS = 3;

/**
 * Decodes a part of an upright picture to 8-bit RGB, with the pixels that libjpeg gives.
 *
 * The result has the picture's size; outside the box its pixels are left over from before, and it is valid until the next call. What
 * lies below the box is not read. null: damaged, or more or fewer bytes than the picture needs, or not upright, or with a colour
 * profile, or larger than 16 megapixels; another decoder says which.
 */
export function decodeBaseline(bytes: Uint8Array, jpeg: BaselineJpeg, box?: PixelBox): RgbImage | null {
  const { width, height } = jpeg;
  const { left, top, right, bottom } = { ...{ left: 0, top: 0, right: width, bottom: height }, ...box };
  if (left < 0 || top < 0 || right > width || bottom > height || left >= right || top >= bottom)
    throw new RangeError(`Box outside the picture of ${width} x ${height}: ${JSON.stringify(box)}`);
  if (jpeg.exifOrientation !== uprightOrientation || jpeg.profile !== null || width * height > MOST_PIXELS) return null;
  const decoded = decodeScan(bytes, jpeg, { box: { left, top, right, bottom }, side: 8 });
  if (decoded === null) return null;
  const sums = reserve(4 * (decoded.planes[0].stride + 64) * 2);
  const output = reserve((width * height + CHUNK) * CHANNELS);
  const start = Math.floor(left / CHUNK) * CHUNK;
  kernels().colour(decoded.place, width, start, right, top, bottom, sums, output);
  return { width, height, pixels: bytesAt(output, width * height * CHANNELS) };
}
