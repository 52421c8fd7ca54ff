/** What a run looks at in a photo, and whether the answer hangs on it. */
import { z } from 'zod';

/** Of one answer, asked three times: as the photo is, with the hot region blurred, with everything else blurred. */
export type BlurTest = {
  readonly answer: number; // index of the class
  readonly withoutHot: number; // answer with the hot region blurred
  readonly withoutRest: number; // answer with everything else blurred
};

/**
 * What decides: `region`: the hot region alone is enough and needed; `background`: the rest is enough and needed;
 * `either`: each alone is enough; `together`: neither alone is.
 */
export const LookVerdict = z.enum(['region', 'background', 'either', 'together']);
export type LookVerdict = z.infer<typeof LookVerdict>;

export function lookVerdict({ answer, withoutHot, withoutRest }: BlurTest): LookVerdict {
  const restIsEnough = withoutHot === answer;
  const regionIsEnough = withoutRest === answer;
  if (restIsEnough && regionIsEnough) return 'either';
  if (restIsEnough) return 'background';
  return regionIsEnough ? 'region' : 'together';
}
