/** Where a run looks in photos. */
import { z } from 'zod';
import { ClassName, RunId, Sha256, StageId } from '../domain/ids.ts';
import { LookVerdict } from '../domain/looking.ts';
import { Failure } from './errors.ts';

const Count = z.int().nonnegative();
const Share = z.number().min(0).max(1);

export const MOST_LOOKED_AT = 500; // photos at once

const Asked = z.strictObject({ answer: Count, probability: Share }); // probability: of the class that is looked for

/** One photo: the heat of the class that is looked for, and what is answered with a part blurred. */
export const LookedAtPhoto = z.strictObject({
  imageId: Sha256,
  target: Count, // class, by index
  /** Part of the upright photo that the network saw, and the heat lies over: shares of its width and height. */
  crop: z.strictObject({ left: Share, top: Share, width: Share, height: Share }),
  height: z.int().positive(),
  width: z.int().positive(),
  heat: z.base64().max(100_000), // [height, width], 0 to 255
  hotShare: Share, // of the crop, where the heat is at least half of the hottest
  whole: Asked,
  withoutHot: Asked, // the hot part blurred
  withoutRest: Asked, // everything else blurred
  verdict: LookVerdict,
});
export type LookedAtPhoto = z.infer<typeof LookedAtPhoto>;

export const lookingCommands = {
  /** Grad-CAM and the blur test, centre crop; photos need no label. */
  'runs.look': {
    input: z.strictObject({
      runId: RunId,
      imageIds: z.array(Sha256).min(1).max(MOST_LOOKED_AT),
      stage: StageId.nullable(), // null: the last one whose output has places
      target: ClassName.nullable(), // null: what the run answers for each photo
    }),
    output: z.strictObject({
      classes: z.array(ClassName),
      stage: z.string(),
      stages: z.array(z.string()), // that can be asked
      device: z.string(),
      photos: z.array(LookedAtPhoto),
      skipped: z.array(z.strictObject({ imageId: z.string(), failure: Failure })),
    }),
  },
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;
