/** More than one look: crops of a photo, ensembles of runs, and what they cost. */
import { z } from 'zod';
import {
  Averaging,
  EnsembleId,
  EnsembleMembers,
  EnsembleRecord,
  MOST_MEMBERS,
  WeighMethod,
} from '../domain/ensemble.ts';
import { ClassName, RunId, SplitSide } from '../domain/ids.ts';
import { Evaluation } from '../domain/run.ts';
import { ViewSet } from '../domain/view-set.ts';

const Count = z.int().nonnegative();
const Fraction = z.number().min(0).max(1);
const Interval = z.tuple([z.number(), z.number()]); // 95 %
const isUnique = (values: readonly string[]): boolean => new Set(values).size === values.length;

/** Where the answers come from: photos that taught nothing of what answered. */
export const HeldOutFrom = z.enum(['validation', 'folds', 'both']);
export type HeldOutFrom = z.infer<typeof HeldOutFrom>;

/** Of one set of crops. */
export const CropsPoint = z.strictObject({
  views: ViewSet,
  crops: z.int().positive(),
  msPerPhoto: z.number().nonnegative().nullable(), // estimated from timed parts; null: could not be timed
  correct: Count,
  interval: Interval, // of the accuracy, Wilson
  loss: z.number(), // mean log-loss, nats
  fixed: Count, // wrong by the centre alone, right by these
  broken: Count,
  differenceInterval: Interval, // of the accuracy, against the centre alone, paired bootstrap
  adjustedP: Fraction, // exact McNemar against the centre alone, Holm over all sets
});
export type CropsPoint = z.infer<typeof CropsPoint>;

export const CropsReport = z.strictObject({
  runId: RunId,
  split: SplitSide,
  averaging: Averaging,
  total: Count,
  hasLearnt: z.boolean(), // the run learnt from these photos: its figures are too kind
  points: z.array(CropsPoint), // fewest crops first
  testLooks: Count,
});
export type CropsReport = z.infer<typeof CropsReport>;

/** A member by itself, and what it costs. */
export const MemberFigures = z.strictObject({
  runId: RunId,
  correct: Count,
  loss: z.number(),
  msPerPhoto: z.number().nonnegative().nullable(),
  bytes: Count,
});

export const Weighing = z.strictObject({
  method: WeighMethod,
  weights: z.array(Fraction), // in the order of the members
  correct: Count,
  interval: Interval,
  loss: z.number(),
  fixed: Count, // against the best member
  broken: Count,
  msPerPhoto: z.number().nonnegative().nullable(), // of the members that have a weight
  bytes: Count, // float32; a frozen part that several have in common counts once
});
export type Weighing = z.infer<typeof Weighing>;

export const WeighReport = z.strictObject({
  from: HeldOutFrom,
  views: ViewSet,
  total: Count, // photos that every member was judged by
  classes: z.array(ClassName),
  members: z.array(MemberFigures),
  best: RunId, // the member with the least loss
  weighings: z.array(Weighing),
  testLooks: Count,
});
export type WeighReport = z.infer<typeof WeighReport>;

/** A subset that nothing cheaper equals, equal weights. */
export const PlanPoint = z.strictObject({
  runIds: z.array(RunId).min(1),
  views: ViewSet,
  msPerPhoto: z.number().nonnegative(),
  bytes: Count,
  correct: Count, // held out
  interval: Interval,
  loss: z.number(),
  test: z.strictObject({ correct: Count, total: Count, interval: Interval }).nullable(), // null: not asked for
});
export type PlanPoint = z.infer<typeof PlanPoint>;

export const EnsemblePlan = z.strictObject({
  from: HeldOutFrom,
  total: Count,
  tried: Count, // subsets and sets of crops that were compared or could have been: the front is the best of so many
  points: z.array(PlanPoint), // the cheapest first
  testLooks: Count,
});
export type EnsemblePlan = z.infer<typeof EnsemblePlan>;

export const ExportedEnsemble = z.strictObject({
  path: z.string(),
  beside: z.array(z.string()), // how to ask it, in Python and in JavaScript, and its licence
  bytes: Count,
  sharedParts: Count,
  checked: Count, // photos
  sameAnswers: Count, // as the members' average in their own graphs
  largestDifference: z.number(),
  sameAsApp: Count, // the app's own resize is not the graph's
  largestFromApp: z.number(),
});
export type ExportedEnsemble = z.infer<typeof ExportedEnsemble>;

/** As of a run; every member with its own crops. */
export const EnsembleEvaluation = Evaluation.omit({ runId: true, views: true }).extend({
  ensembleId: EnsembleId,
  classes: z.array(ClassName),
  testLooks: Count, // at this project's test photos, this one included
});
export type EnsembleEvaluation = z.infer<typeof EnsembleEvaluation>;

const RunIds = z.array(RunId).min(2).max(MOST_MEMBERS).refine(isUnique, 'a run comes twice');
const ViewSets = z.array(ViewSet).min(1).max(12).refine(isUnique, 'a set comes twice');

export const ensemblingCommands = {
  /** Accuracy against the number of crops; a look at the test photos counts once for all sets. */
  'runs.crops': {
    input: z.strictObject({ runId: RunId, split: SplitSide, sets: ViewSets, averaging: Averaging }),
    output: CropsReport,
  },
  /** Weights by every method, on photos that taught no member. */
  'ensembles.weigh': { input: z.strictObject({ runIds: RunIds, views: ViewSet }), output: WeighReport },
  'ensembles.save': {
    input: z.strictObject({
      name: z.string().min(1).max(120),
      members: EnsembleMembers,
      method: WeighMethod,
      best: RunId,
      classes: z.array(ClassName).min(2).max(1000),
    }),
    output: EnsembleRecord,
  },
  'ensembles.list': { input: z.strictObject({}), output: z.strictObject({ ensembles: z.array(EnsembleRecord) }) },
  'ensembles.delete': { input: z.strictObject({ ensembleId: EnsembleId }), output: z.strictObject({ deleted: Count }) },
  /** Looks at the test photos once and keeps what it saw; asked again it is told without another look, unless `again`. */
  'ensembles.test': {
    input: z.strictObject({ ensembleId: EnsembleId, again: z.boolean() }),
    output: EnsembleRecord,
  },
  /** A look at the test photos is counted as one, however many members there are. */
  'ensembles.evaluate': {
    input: z.strictObject({ ensembleId: EnsembleId, split: SplitSide }),
    output: EnsembleEvaluation,
  },
  /** The front of accuracy and cost over subsets and sets of crops, chosen on held-out photos. */
  'ensembles.plan': {
    input: z.strictObject({ runIds: RunIds, sets: ViewSets, reportsTest: z.boolean() }),
    output: EnsemblePlan,
  },
  /** One ONNX file; written and then run beside its members. */
  'ensembles.export': {
    input: z.strictObject({ ensembleId: EnsembleId, path: z.string().min(1).max(4096) }),
    output: ExportedEnsemble,
  },
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;
