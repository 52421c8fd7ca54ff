import { z } from 'zod';
import { Failure } from '../../shared/contract/errors.ts';
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

export const Inspection = z.strictObject({
  sha256: Sha256,
  fileBytes: z.int().positive(),
  format: ImageFormat,
  width: z.int().positive(), // pixels, after EXIF orientation
  height: z.int().positive(),
  exifOrientation: z.int().min(1).max(8),
  thumbnailBytes: z.int().positive(),
  copied: z.boolean(),
  differenceHash: z.string().regex(/^[0-9a-f]{16}$/),
});
export type Inspection = z.infer<typeof Inspection>;

export const ChildRequest = z.strictObject({ id: z.int().nonnegative(), request: InspectRequest });
export type ChildRequest = z.infer<typeof ChildRequest>;

export const ChildReply = z.strictObject({
  id: z.int().nonnegative(),
  result: z.union([
    z.strictObject({ ok: z.literal(true), value: Inspection }),
    z.strictObject({ ok: z.literal(false), failure: Failure }),
  ]),
});
export type ChildReply = z.infer<typeof ChildReply>;
