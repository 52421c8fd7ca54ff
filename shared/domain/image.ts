import { z } from 'zod';
import { ClassName, Sha256, SplitSide } from './ids.ts';

export const ImageFormat = z.enum(['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff']);
export type ImageFormat = z.infer<typeof ImageFormat>;

/** One photo of a project; exact copies are one photo. */
export const ImageRecord = z.strictObject({
  imageId: Sha256,
  fileBytes: z.int().positive(),
  format: ImageFormat,
  widthPixels: z.int().positive(), // after EXIF orientation
  heightPixels: z.int().positive(),
  className: ClassName.nullable(), // null: not labelled yet
  groupId: z.string().min(1).max(80), // near duplicates share it, and always stand on one side of the split
  side: SplitSide.nullable(), // null: not assigned yet
  importedAt: z.iso.datetime(),
  copied: z.boolean(), // true: the file lies in images/; false: it is read where it was found
});
export type ImageRecord = z.infer<typeof ImageRecord>;
