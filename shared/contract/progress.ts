import { z } from 'zod';

/** The phases of long work, in the order in which they may come. */
export const Phase = z.enum([
  'scanning',
  'importing',
  'joining', // near duplicates, into groups
  'preparing',
  'downloading', // in megabytes
  'featurising',
  'cross-validating',
  'training',
  'evaluating',
  'checking',
  'packing',
  'unpacking',
  'sweeping', // trials of a sweep
  'answering', // photos that are to be sorted
  'sorting',
  'undoing',
]);
export type Phase = z.infer<typeof Phase>;

/** Which of the trainings, by which a run's settings are chosen, is under way; counted from 1. */
export const TrialProgress = z.strictObject({
  trial: z.int().min(1), // by cross-validation a fold
  trials: z.int().min(1),
  epoch: z.int().min(1),
  epochs: z.int().min(1),
});
export type TrialProgress = z.infer<typeof TrialProgress>;

/** How far a phase is: `done` of `total` units (null: not known yet), units a second, seconds left. */
export const Progress = z.strictObject({
  phase: Phase,
  done: z.int().nonnegative(),
  total: z.int().nonnegative().nullable(),
  unitsPerSecond: z.number().nonnegative().nullable(),
  secondsLeft: z.number().nonnegative().nullable(),
  within: TrialProgress.optional(), // where the units are steps of trials, one after the other
});
export type Progress = z.infer<typeof Progress>;
