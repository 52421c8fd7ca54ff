/** Several answers for one photo made one: views of a run, runs of an ensemble. */
import { z } from 'zod';
import { ClassName, RunId } from './ids.ts';
import { ViewSet } from './view-set.ts';

const Count = z.int().nonnegative();
const Fraction = z.number().min(0).max(1);

/** What is averaged: what the softmax gives, or what goes into it. */
export const Averaging = z.enum(['probabilities', 'logits']);
export type Averaging = z.infer<typeof Averaging>;

export const EnsembleId = z
  .string()
  .regex(
    /^ens_[a-z0-9]{12}$/,
    "the id of an ensemble is 'ens_' and 12 letters or digits; 'thaw ensemble list' lists them",
  )
  .brand<'EnsembleId'>();
export type EnsembleId = z.infer<typeof EnsembleId>;

export const MOST_MEMBERS = 20;
export const MANY_LOOKS = 10; // at the test photos: from here on their figure is no longer a first sight

/** How the weights came about: all the same; greedy selection; the least log-loss. The latter two on held-out answers. */
export const WeighMethod = z.enum(['equal', 'greedy', 'convex']);
export type WeighMethod = z.infer<typeof WeighMethod>;

export const EnsembleMember = z.strictObject({ runId: RunId, views: ViewSet, weight: Fraction });
export type EnsembleMember = z.infer<typeof EnsembleMember>;

export const EnsembleMembers = z
  .array(EnsembleMember)
  .min(1)
  .max(MOST_MEMBERS)
  .refine((all) => new Set(all.map(({ runId }) => runId)).size === all.length, 'a run comes twice')
  .refine((all) => Math.abs(all.reduce((sum, { weight }) => sum + weight, 0) - 1) < 1e-6, 'weights must sum to 1');

/** The answers of an ensemble on the test photos, beside those of the member that was best on held-out photos. */
export const EnsembleTest = z.strictObject({
  total: Count,
  correct: Count,
  interval: z.tuple([Fraction, Fraction]), // 95 %, Wilson
  best: z.strictObject({ runId: RunId, correct: Count }),
  fixed: Count, // wrong by that member, right by the ensemble
  broken: Count,
  differenceInterval: z.tuple([z.number(), z.number()]), // accuracy of the ensemble minus that of the member, paired bootstrap, 95 %
  mcNemarP: z.number(),
  looksBefore: Count, // at this project's test photos, before this one
  testedAt: z.iso.datetime(),
});
export type EnsembleTest = z.infer<typeof EnsembleTest>;

/** A saved ensemble. */
export const EnsembleRecord = z.strictObject({
  ensembleId: EnsembleId,
  name: z.string().min(1).max(120),
  members: EnsembleMembers,
  method: WeighMethod,
  best: RunId, // the member that was best on held-out photos
  classes: z.array(ClassName),
  createdAt: z.iso.datetime(),
  test: EnsembleTest.nullable(), // null: not looked at yet
});
export type EnsembleRecord = z.infer<typeof EnsembleRecord>;

const LARGEST_DIFFERENCE = 1e-4; // of a probability: rounding in another order, and nothing else

/** Whether a written ensemble answers as its members do together. */
export function agreesWithMembers(figures: {
  readonly checked: number; // photos
  readonly sameAnswers: number;
  readonly largestDifference: number;
}): boolean {
  const { checked, sameAnswers, largestDifference } = figures;
  return checked > 0 && sameAnswers === checked && largestDifference <= LARGEST_DIFFERENCE;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** A new id from 12 draws of `random` (in [0, 1)). */
export function makeEnsembleId(random: () => number): EnsembleId {
  const letters = Array.from({ length: 12 }, () => LETTERS[Math.floor(random() * LETTERS.length)]);
  return EnsembleId.parse(`ens_${letters.join('')}`);
}
