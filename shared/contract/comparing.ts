/** Was it luck? Runs on the same photos. */
import { z } from 'zod';
import { MOST_MEMBERS } from '../domain/ensemble.ts';
import { RunId, Sha256, SplitSide } from '../domain/ids.ts';
import { ViewSet } from '../domain/view-set.ts';

const Count = z.int().nonnegative();
const Interval = z.tuple([z.number(), z.number()]); // 95 %

export const ComparisonReport = z.strictObject({
  runIds: z.tuple([RunId, RunId]),
  split: SplitSide,
  total: Count,
  correct: z.tuple([Count, Count]),
  fixed: z.array(Sha256), // wrong in the first, right in the second
  broken: z.array(Sha256),
  mcNemarP: z.number(),
  differenceInterval: Interval, // accuracy of the second minus the first, paired bootstrap, 95 %
  verdict: z.string(),
  differingSettings: z.array(z.strictObject({ name: z.string(), first: z.string(), second: z.string() })),
  testLooks: Count, // how often this project's test photos were looked at, this comparison included
  learnt: Count, // photos of the side that were left out, since one of the two learnt from them
});
export type ComparisonReport = z.infer<typeof ComparisonReport>;

const Runs = z
  .array(RunId)
  .min(1)
  .max(MOST_MEMBERS)
  .refine((all) => new Set(all).size === all.length, 'a run comes twice');

export const comparingCommands = {
  'runs.compare': {
    /** reevaluate: also runs of different splits, on the photos that neither learnt from. */
    input: z.strictObject({
      first: RunId,
      second: RunId,
      split: SplitSide,
      views: ViewSet,
      reevaluate: z.boolean().optional(),
    }),
    output: ComparisonReport,
  },
  /** Each of the others against the first one, with p-values that hold for all of them together. */
  'runs.compare-several': {
    input: z.strictObject({
      runIds: Runs.min(2),
      split: SplitSide,
      views: ViewSet,
      reevaluate: z.boolean().optional(),
    }),
    output: z.strictObject({
      comparisons: z.array(ComparisonReport.extend({ adjustedP: z.number() })), // Holm; the verdict goes by it
    }),
  },
  /** Two ways to train, each with several seeds: the interval is over photos and seeds. */
  'runs.compare-seeds': {
    input: z.strictObject({ first: Runs, second: Runs, split: SplitSide, views: ViewSet }),
    output: z.strictObject({
      split: SplitSide,
      total: Count,
      correct: z.tuple([z.array(Count), z.array(Count)]), // of each run
      difference: z.number(), // mean accuracy of the second way minus that of the first
      differenceInterval: Interval,
      testLooks: Count,
    }),
  },
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;
