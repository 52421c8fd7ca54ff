/** Previews of an augmentation policy on the user's own photos. */
import { z } from 'zod';
import { AugmentationPolicy } from '../domain/augmentation.ts';
import { Sha256 } from '../domain/ids.ts';

const Count = z.int().nonnegative();

/** One thing drawn for one picture: 'rotation' 7.2 degrees, 'mirror' true. */
export const DrawnParameter = z.strictObject({
  name: z.string().max(60),
  value: z.union([z.number(), z.boolean(), z.string().max(60)]),
  unit: z.string().max(20).nullable(),
});
export type DrawnParameter = z.infer<typeof DrawnParameter>;

export const PreviewPicture = z.strictObject({
  imageId: Sha256,
  key: z.string(), // for `mediaPath('preview', key)`
  parameters: z.array(DrawnParameter),
});
export type PreviewPicture = z.infer<typeof PreviewPicture>;

/** Principal axes of RGB (0 to 1) over the pixels of the training photos. */
export const ColourAxes = z.strictObject({
  source: z.enum(['training-photos', 'imagenet']),
  photos: Count,
  mean: z.tuple([z.number(), z.number(), z.number()]),
  eigenvalues: z.tuple([z.number(), z.number(), z.number()]), // largest first
  axes: z.array(z.tuple([z.number(), z.number(), z.number()])).length(3), // unit length, rows
});
export type ColourAxes = z.infer<typeof ColourAxes>;

export const augmentingCommands = {
  'augment.preview': {
    input: z.strictObject({
      imageIds: z.array(Sha256).min(1).max(24),
      policy: AugmentationPolicy,
      seed: Count,
      count: z.int().min(1).max(24), // pictures of each photo
      cropSize: z.int().min(16).max(600),
      extreme: z.strictObject({ name: z.string().max(60), end: z.enum(['low', 'high']) }).nullable(), // one distortion at its end, the others off
    }),
    output: z.strictObject({ pictures: z.array(PreviewPicture) }),
  },
  /** Augmented pictures of any photo file side by side in a PNG; needs no project unless the policy asks for its colours. */
  'augment.sheet': {
    input: z.strictObject({
      path: z.string().min(1).max(4096),
      output: z
        .string()
        .max(4096)
        .regex(/\.png$/i, 'a contact sheet is a .png file'),
      policy: AugmentationPolicy,
      seed: Count,
      count: z.int().min(1).max(64),
      cropSize: z.int().min(16).max(600),
    }),
    output: z.strictObject({
      path: z.string(),
      columns: z.int().positive(),
      pictures: z.array(z.strictObject({ parameters: z.array(DrawnParameter) })), // row by row
    }),
  },
  'augment.axes': { input: z.strictObject({ source: ColourAxes.shape.source }), output: ColourAxes },
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;
