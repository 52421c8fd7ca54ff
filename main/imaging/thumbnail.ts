import sharp from 'sharp';
import { thumbnailLongSidePixels, thumbnailQuality } from './inspection.ts';
import type { RgbImage } from './resize.ts';

/** A JPEG of at most 256 pixels a side, never enlarged, without metadata. */
export async function makeThumbnail(image: RgbImage): Promise<Buffer> {
  const raw = { width: image.width, height: image.height, channels: 3 as const };
  const side = thumbnailLongSidePixels;
  return await sharp(image.pixels, { raw })
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: thumbnailQuality, optimiseCoding: false }) // a twentieth larger, a sixth faster
    .toBuffer();
}
