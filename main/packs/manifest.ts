/** What a pack says of itself, checked before anything else in it is looked at. */
import { z } from 'zod';
import { ClassName, RunId, Sha256 } from '../../shared/domain/ids.ts';
import { ImageRecord } from '../../shared/domain/image.ts';
import { EpochReport, RunRecord } from '../../shared/domain/run.ts';

const Count = z.int().nonnegative();
const FileName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^/\\\p{Cc}]+$/u);

/** `images/SHA256`, `thumbs/SHA256.jpg` and `runs/RUN/NAME` are all that can be in a pack. */
export const PackPath = z
  .string()
  .max(300)
  .regex(/^(images\/[0-9a-f]{64}|thumbs\/[0-9a-f]{64}\.jpg|runs\/run_[a-z0-9]{12}\/[A-Za-z0-9][A-Za-z0-9._-]{0,200})$/);

export const PackedFile = z.strictObject({ path: PackPath, bytes: Count, sha256: Sha256 });
export type PackedFile = z.infer<typeof PackedFile>;

export const PackedPhoto = ImageRecord.omit({ copied: true }).extend({
  fileName: FileName, // the last part of where it was found first; the folders stay at home
  takenAt: z.string().max(40).nullable(),
  look: z.base64().max(1400).nullable(), // [1024] bytes
});
export type PackedPhoto = z.infer<typeof PackedPhoto>;

export const PackedRun = z.strictObject({ record: RunRecord, epochs: z.array(EpochReport).max(10_000) });
export type PackedRun = z.infer<typeof PackedRun>;

export const Manifest = z.strictObject({
  format: z.literal('thaw-pack'),
  formatVersion: z.literal(1),
  name: z.string().max(200), // of the project it comes from
  classes: z
    .array(
      z.strictObject({
        name: ClassName,
        colour: z
          .string()
          .regex(/^#[0-9a-f]{6}$/)
          .nullable(),
      }),
    )
    .max(1000),
  photos: z.array(PackedPhoto).max(200_000),
  runs: z.array(PackedRun).max(10_000),
  files: z
    .array(PackedFile)
    .max(1_000_000)
    .refine((files) => new Set(files.map(({ path }) => path)).size === files.length, 'a file comes twice'),
});
export type Manifest = z.infer<typeof Manifest>;

export const MANIFEST_NAME = 'manifest.json';
export const MOST_MANIFEST_BYTES = 1_000_000_000;

/** The run that a path belongs to; null: none. */
export function runOfPath(path: string): RunId | null {
  const [folder, run] = path.split('/');
  return folder === 'runs' ? RunId.parse(run) : null;
}
