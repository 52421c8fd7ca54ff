import { join } from 'node:path';
import { z } from 'zod';
import { Sha256 } from '../../shared/domain/ids.ts';
import { ImageFormat } from '../../shared/domain/image.ts';

const Path = z.string().min(1).max(32_768);

/** What the imaging child is asked: look at one file, write its thumbnail and, where copyFolder is not null, a copy. */
export const InspectRequest = z.strictObject({
  kind: z.literal('inspect'),
  path: Path,
  thumbnailFolder: Path, // gets <sha256>.jpg
  copyFolder: Path.nullable(), // gets <sha256>, without a suffix
});
export type InspectRequest = z.infer<typeof InspectRequest>;

/** The files that looking at a photo writes. */
export function filesOf(
  { thumbnailFolder, copyFolder }: Pick<InspectRequest, 'thumbnailFolder' | 'copyFolder'>,
  sha256: Sha256,
): { readonly thumbnailFile: string; readonly copyFile: string | null } {
  return {
    thumbnailFile: join(thumbnailFolder, `${sha256}.jpg`),
    copyFile: copyFolder === null ? null : join(copyFolder, sha256),
  };
}

export const Inspection = z.strictObject({
  sha256: Sha256,
  fileBytes: z.int().positive(),
  format: ImageFormat,
  width: z.int().positive(), // pixels, after EXIF orientation
  height: z.int().positive(),
  exifOrientation: z.int().min(1).max(8),
  thumbnailBytes: z.int().positive(),
  copied: z.boolean(),
  look: z.base64().length(1368), // 32 x 32 grey bytes, see look.ts
  takenAt: z.iso.datetime({ local: true }).length(19).nullable(), // EXIF, by the camera's clock: '2026-05-01T10:20:30'
});
export type Inspection = z.infer<typeof Inspection>;

/** Thumbnails are JPEGs; looks and they need no more pixels than this a side. */
export const thumbnailLongSidePixels = 256;
export const thumbnailQuality = 82;

/** What is learnt of a photo's bytes. */
export type Facts = Pick<Inspection, 'format' | 'width' | 'height' | 'exifOrientation' | 'takenAt'> & {
  readonly thumbnail: Buffer;
  readonly look: Uint8Array; // [32 x 32]
};
