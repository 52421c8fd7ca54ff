import { z } from 'zod';

/** The phases of long work, in the order in which they may come. */
export const Phase = z.enum([
  'scanning',
  'importing',
  'joining', // near duplicates, into groups
  'preparing',
  'featurising',
  'cross-validating',
  'training',
  'evaluating',
  'checking',
]);
export type Phase = z.infer<typeof Phase>;

/** How far a phase is: `done` of `total` units (null: not known yet), units a second, seconds left. */
export const Progress = z.strictObject({
  phase: Phase,
  done: z.int().nonnegative(),
  total: z.int().nonnegative().nullable(),
  unitsPerSecond: z.number().nonnegative().nullable(),
  secondsLeft: z.number().nonnegative().nullable(),
});
export type Progress = z.infer<typeof Progress>;
