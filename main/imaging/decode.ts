import sharp from 'sharp';
import { AppError } from '../../shared/contract/errors.ts';
import type { ImageFormat } from '../../shared/domain/image.ts';
import './allowed-loaders.ts';
import { detectFormat } from './format.ts';
import { decodeBaseline } from './jpeg/baseline.ts';
import { readBaseline } from './jpeg/segments.ts';
import { maxFileBytes, maxLongSidePixels, maxPixels, minShortSidePixels } from './limits.ts';
import { type RgbImage, resizerVersion } from './resize.ts';

/** What shows through where a picture is transparent: white, as on a page. */
export const transparencyBackground = { r: 255, g: 255, b: 255 } as const;

/** Part of every cache key: all that may change a pixel. */
export const decoderVersion = `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}, ${resizerVersion}, on white`;

sharp.concurrency(1);
sharp.cache(false);

export type ImageHeader = {
  readonly format: ImageFormat;
  readonly width: number; // pixels, after EXIF orientation
  readonly height: number;
  readonly exifOrientation: number; // 1..8; 1: upright
  readonly exif: Buffer | null; // as it stands in the file
};
export type DecodedImage = RgbImage & {
  readonly format: ImageFormat;
  readonly sourceWidth: number; // oriented, before any shrinking
  readonly sourceHeight: number;
  readonly exifOrientation: number;
};

/**
 * Reads a picture's header, and refuses what is not to be decoded.
 *
 * Throws IMAGE_EMPTY, IMAGE_FORMAT, IMAGE_TOO_LARGE (bytes, pixels, side), IMAGE_TOO_SMALL (short side) or IMAGE_UNREADABLE.
 * Messages do not name the file: the caller knows it.
 */
export async function readImageHeader(bytes: Buffer): Promise<ImageHeader> {
  const detected = detectFormat(bytes);
  if (detected.kind === 'refused')
    throw new AppError(detected.code, `${detected.reason}. Leave it out or export it again.`);
  if (bytes.length > maxFileBytes)
    throw tooLarge(`${Math.ceil(bytes.length / 1e6)} MB, the limit is ${maxFileBytes / 1e6} MB`);
  const metadata = await sharp(bytes, { failOn: 'error', limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      throw unreadable(error);
    });
  const { width, height } = metadata.autoOrient;
  if (width * height > maxPixels || Math.max(width, height) > maxLongSidePixels) {
    throw tooLarge(
      `${width} x ${height} pixels, the limit is ${maxPixels / 1e6} megapixels, ${maxLongSidePixels} a side`,
    );
  }
  if (Math.min(width, height) < minShortSidePixels) {
    const text = `the picture is too small (${width} x ${height} pixels, at least ${minShortSidePixels} a side are needed)`;
    throw new AppError('IMAGE_TOO_SMALL', `${text}. Leave it out.`);
  }
  const { orientation: exifOrientation = 1, exif = null } = metadata;
  return { format: detected.format, width, height, exifOrientation, exif };
}

/**
 * Decodes a picture to upright 8-bit sRGB, three channels interleaved.
 *
 * First frame only; 16 bits scaled to 8; grey, palette and CMYK become RGB; transparency is laid on white. shrinkToShortSide lets
 * a JPEG be shrunk by 2, 4 or 8 while its short side keeps at least that many pixels: faster, not the same pixels, so it belongs
 * into cache keys. `header`: where these bytes' own has been read before. Throws as readImageHeader; damaged or incomplete data is IMAGE_UNREADABLE, never half a picture.
 */
export async function decodeImage(
  bytes: Buffer,
  options: { readonly shrinkToShortSide?: number; readonly header?: ImageHeader } = {},
): Promise<DecodedImage> {
  const header = options.header ?? (await readImageHeader(bytes));
  const factor = shrinkFactor(header, options.shrinkToShortSide);
  const plain = factor === 1 && header.format === 'jpeg' ? decodePlainJpeg(bytes, header) : null;
  if (plain !== null) return plain;
  const strictness = header.format === 'jpeg' ? 'warning' : 'error';
  try {
    return await decodePixels(bytes, header, { factor, strictness });
  } catch (error) {
    if (strictness === 'error' || !isHarmless(error)) throw unreadable(error);
  }
  return await decodePixels(bytes, header, { factor, strictness: 'error' }).catch((error: unknown) => {
    throw unreadable(error);
  });
}

/** Twice as fast as sharp, and the same pixels; null: it is no plain JPEG, or a damaged one. */
function decodePlainJpeg(bytes: Buffer, { format, width, height, exifOrientation }: ImageHeader): DecodedImage | null {
  const jpeg = readBaseline(bytes);
  const image = jpeg === null ? null : decodeBaseline(bytes, jpeg);
  if (image === null || image.width !== width || image.height !== height) return null;
  return { ...image, pixels: image.pixels.slice(), format, sourceWidth: width, sourceHeight: height, exifOrientation };
}

async function decodePixels(
  bytes: Buffer,
  header: ImageHeader,
  how: { readonly factor: number; readonly strictness: 'warning' | 'error' },
): Promise<DecodedImage> {
  const pipeline = sharp(bytes, { failOn: how.strictness, limitInputPixels: maxPixels, autoOrient: true });
  if (how.factor > 1) {
    const width = Math.ceil(header.width / how.factor);
    const height = Math.ceil(header.height / how.factor);
    pipeline.resize({ width, height, fit: 'fill', kernel: 'cubic', fastShrinkOnLoad: true });
  }
  const { data, info } = await pipeline
    .flatten({ background: transparencyBackground })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { format, width: sourceWidth, height: sourceHeight, exifOrientation } = header;
  const pixels = threeChannels(data, info.channels);
  return { width: info.width, height: info.height, pixels, format, sourceWidth, sourceHeight, exifOrientation };
}

/**
 * libjpeg reports damage inside the scan as a warning, so warnings count; but not those about padding before a header segment
 * or an odd colour marker, which whole pictures have. Bytes left over before the end marker (0xd9) or a restart are damage.
 */
function isHarmless(error: unknown): boolean {
  const text = error instanceof Error ? error.message : '';
  if (/extraneous bytes before marker/.test(text)) return !/marker 0xd[0-79]/.test(text);
  return /Adobe color transform|Invalid SOS parameters|unknown JFIF revision/i.test(text);
}

/** By how much a JPEG may be shrunk while its short side keeps that many pixels. */
export function shrinkFactor(
  header: Pick<ImageHeader, 'format' | 'width' | 'height'>,
  shortSide: number | undefined,
): number {
  if (shortSide === undefined || header.format !== 'jpeg') return 1;
  const available = Math.min(header.width, header.height);
  return [8, 4, 2].find((factor) => Math.floor(available / factor) >= shortSide) ?? 1;
}

function threeChannels(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const pixels = new Uint8Array((data.length / channels) * 3);
  const green = channels > 2 ? 1 : 0;
  const blue = channels > 2 ? 2 : 0;
  for (let from = 0, to = 0; from < data.length; from += channels, to += 3) {
    pixels[to] = data[from]!;
    pixels[to + 1] = data[from + green]!;
    pixels[to + 2] = data[from + blue]!;
  }
  return pixels;
}

function tooLarge(text: string): AppError {
  return new AppError('IMAGE_TOO_LARGE', `the picture is too large (${text}). Export a smaller copy.`);
}

const INCOMPLETE = /premature end|truncat|unexpected end|end of (?:file|stream|input)|not enough|insufficient|fewer/i;

function unreadable(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const detail = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').slice(0, 200);
  const why = INCOMPLETE.test(detail) ? 'the file is incomplete' : 'the file is damaged';
  return new AppError('IMAGE_UNREADABLE', `${why} (${detail}). Copy or download it again.`, { cause: error });
}
