/** Saved runs: curves, answers per photo, names, tags, and putting them away. */
import { z } from 'zod';
import { ClassName, RunId, Sha256, SplitSide } from '../domain/ids.ts';
import { Recipe } from '../domain/recipe.ts';
import { EpochReport, RunRecord } from '../domain/run.ts';
import { ViewSet } from '../domain/view-set.ts';

const Count = z.int().nonnegative();
const Tag = z.string().min(1).max(40);
const RunIds = z.array(RunId).min(1).max(1000);

/** How the finished run answered for one photo. */
export const PhotoAnswer = z.strictObject({
  imageId: Sha256,
  truth: Count, // index into `classes`
  answer: Count,
  probability: z.number(), // of the answer
  truthProbability: z.number(),
});
export type PhotoAnswer = z.infer<typeof PhotoAnswer>;

export const runBookCommands = {
  'runs.curves': { input: z.strictObject({ runId: RunId }), output: z.strictObject({ epochs: z.array(EpochReport) }) },
  /** From stored logits; computes them where they are missing, and a look at the test side is counted. */
  'runs.answers': {
    input: z.strictObject({ runId: RunId, split: SplitSide, views: ViewSet }),
    output: z.strictObject({ classes: z.array(ClassName), answers: z.array(PhotoAnswer) }),
  },
  'runs.update': {
    input: z.strictObject({
      runId: RunId,
      name: z.string().min(1).max(120).optional(),
      tags: z.array(Tag).max(20).optional(),
      note: z.string().max(4000).optional(),
    }),
    output: RunRecord,
  },
  'runs.delete': { input: z.strictObject({ runIds: RunIds }), output: z.strictObject({ deleted: Count }) }, // kept until storage is cleaned
  'runs.restore': { input: z.strictObject({ runIds: RunIds }), output: z.strictObject({ restored: Count }) },
  /** Smith 2017: the rate rises step by step until the loss does; a suggestion, and the curve. */
  'runs.find-rate': {
    input: z.strictObject({
      backbone: z.string().max(80),
      freeze: z.string().max(80),
      seed: Count,
      recipe: Recipe.optional(), // absent: that of the depth
    }),
    output: z.strictObject({
      suggested: z.number().positive(),
      points: z.array(z.strictObject({ learningRate: z.number(), loss: z.number() })),
    }),
  },
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;
