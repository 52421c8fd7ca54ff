/** A sweep: many trainings that differ in what is searched for, as data. */
import { z } from 'zod';
import { AugmentationPolicy } from './augmentation.ts';
import { drawLetters } from './ids.ts';
import { Recipe } from './recipe.ts';

export const SweepId = z
  .string()
  .regex(/^swp_[a-z0-9]{12}$/, "the id of a sweep is 'swp_' and 12 letters or digits; 'thaw sweeps' lists them")
  .brand<'SweepId'>();
export type SweepId = z.infer<typeof SweepId>;

export function makeSweepId(random: () => number): SweepId {
  return SweepId.parse(`swp_${drawLetters(random)}`);
}

const Count = z.int().nonnegative();
export const MOST_TRIALS = 10_000;

/** What a single training is told, beside the photos: the same words as `runs.train`. */
export const TrialSettings = z.strictObject({
  backbone: z.string().min(1).max(80),
  freeze: z.string().min(1).max(80), // 'all', 'none' or the id of the last frozen stage
  seed: Count,
  recipe: Recipe,
  augmentation: AugmentationPolicy.optional(), // none unless told
});
export type TrialSettings = z.infer<typeof TrialSettings>;

/** What may be searched for: the network, the freeze depth, or a setting of the recipe. Seeds and folds are apart. */
export const DimensionName = z.enum(['backbone', 'freeze', ...Recipe.keyof().options]);
export type DimensionName = z.infer<typeof DimensionName>;

/** A value of a dimension; checked by the recipe's own schema where it is put in. */
export const Setting = z.union([z.string().max(120), z.number(), z.boolean(), z.null()]);
export type Setting = z.infer<typeof Setting>;

const Choices = z.strictObject({
  kind: z.literal('choices'),
  name: DimensionName,
  values: z
    .array(Setting)
    .min(1)
    .max(100)
    .refine((values) => new Set(values).size === values.length, 'a value comes twice'),
});
const Range = z.strictObject({
  kind: z.literal('range'),
  name: DimensionName,
  low: z.number(),
  high: z.number(),
  scale: z.enum(['linear', 'log']),
  whole: z.boolean(), // integers only
});
export const Dimension = z.discriminatedUnion('kind', [Choices, Range]);
export type Dimension = z.infer<typeof Dimension>;

/**
 * Asynchronous successive halving, in the form that stops (Li et al. 2020, arXiv:1810.05934): at each rung a trial goes on
 * only if it is among the best 1 / `eta` of those that came there.
 */
export const Halving = z.strictObject({
  eta: z.number().min(1.1).max(10),
  graceEpochs: z.int().min(1).max(500), // the first rung; the next ones are eta times as far
});
export type Halving = z.infer<typeof Halving>;

export const SearchMethod = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('grid') }), // of choices only
  z.strictObject({ kind: z.literal('random'), points: z.int().min(1).max(MOST_TRIALS), seed: Count }),
]);
export type SearchMethod = z.infer<typeof SearchMethod>;

/** Whichever is reached first ends a sweep; what runs then is finished. */
export const SweepBudget = z.strictObject({
  runs: z.int().min(1).max(MOST_TRIALS).nullable(),
  minutes: z.number().positive().max(1_000_000).nullable(), // of working time, pauses not counted
  epochs: z.int().min(1).max(10_000_000).nullable(), // of all trials together
});
export type SweepBudget = z.infer<typeof SweepBudget>;

export const SweepSpec = z
  .strictObject({
    name: z.string().min(1).max(80),
    base: TrialSettings, // its seed is replaced by each of `seeds`
    dimensions: z.array(Dimension).max(12),
    method: SearchMethod,
    halving: Halving.nullable(),
    seeds: z.array(Count).min(1).max(100),
    folds: z.int().min(2).max(20).nullable(), // every point is trained once for each fold; groups of photos stay whole
    foldSeed: Count, // of how the photos are parted
    budget: SweepBudget,
  })
  .superRefine((spec, context) => {
    for (const [index, dimension] of spec.dimensions.entries()) {
      const why = faultOf(dimension, spec);
      if (why !== null) context.addIssue({ code: 'custom', path: ['dimensions', index], message: why });
    }
    const names = spec.dimensions.map(({ name }) => name);
    if (new Set(names).size < names.length)
      context.addIssue({ code: 'custom', path: ['dimensions'], message: 'a setting is searched for twice' });
  });
export type SweepSpec = z.infer<typeof SweepSpec>;

function faultOf(dimension: Dimension, { base, method }: Pick<SweepSpec, 'base' | 'method'>): string | null {
  if (dimension.kind === 'range') {
    if (method.kind === 'grid') return `${dimension.name}: a grid needs choices, not a range`;
    if (!(dimension.low < dimension.high)) return `${dimension.name}: the range ends before it begins`;
    if (dimension.scale === 'log' && dimension.low <= 0) return `${dimension.name}: a logarithmic range begins above 0`;
  }
  const ends = dimension.kind === 'range' ? [dimension.low, dimension.high] : dimension.values;
  for (const value of ends) {
    const put = TrialSettings.safeParse(withSettings(base, { [dimension.name]: value }));
    if (!put.success)
      return `${dimension.name} cannot be ${JSON.stringify(value)}: ${put.error.issues[0]?.message ?? 'not valid'}`;
  }
  return null;
}

/** The settings with some of them replaced; not checked yet. */
export function withSettings(base: TrialSettings, values: Readonly<Partial<Record<DimensionName, Setting>>>): unknown {
  const { backbone = base.backbone, freeze = base.freeze, ...recipe } = values;
  return { ...base, backbone, freeze, recipe: { ...base.recipe, ...recipe } };
}

export const TrialState = z.enum(['waiting', 'running', 'done', 'stopped', 'failed', 'left-out']);
export type TrialState = z.infer<typeof TrialState>;

export const SweepState = z.enum(['running', 'paused', 'done']);
export type SweepState = z.infer<typeof SweepState>;
