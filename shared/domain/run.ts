import { z } from 'zod';
import { Failure } from '../contract/errors.ts';
import { AugmentationPolicy } from './augmentation.ts';
import { ClassName, RunId, Sha256, SplitSide, StageId } from './ids.ts';
import { Recipe } from './recipe.ts';
import { ViewSet } from './view-set.ts';

const Count = z.int().nonnegative();
const Fraction = z.number().min(0).max(1);
const Elapsed = z.number().nonnegative(); // milliseconds of a monotonic clock

const Folds = z.int().min(2).max(20);
const OnValidation = z.strictObject({ kind: z.literal('validation') });
const ByCrossValidation = z.strictObject({ kind: z.literal('cross-validation'), folds: Folds });
/** Of a sweep: one fold of train and validation is held out for good, and the run learns from the others. */
const OnFold = z.strictObject({
  kind: z.literal('fold'),
  fold: Count, // from 0
  folds: Folds,
  seed: Count, // of how the photos are parted
});

/** How a training is judged, once every photo has its side: by the validation side, or by cross-validation. */
export const Judging = z.discriminatedUnion('kind', [OnValidation, ByCrossValidation]);
export type Judging = z.infer<typeof Judging>;

/** How a run's settings are judged: on the validation side, by cross-validation inside train and validation, or on one fold of them. */
export const Selection = z.discriminatedUnion('kind', [OnValidation, ByCrossValidation, OnFold]);
export type Selection = z.infer<typeof Selection>;

/** All that decides a run's result, beside the photos and the split. */
export const RunConfig = z.strictObject({
  backbone: z.string().min(1).max(80),
  frozenThrough: StageId,
  recipe: Recipe,
  seed: Count, // the only source of randomness
  augmentation: AugmentationPolicy.optional(), // absent: none
  selection: Selection,
  retrainedFrom: RunId.optional(), // only the softmax learnt; all other layers are those of that run
});
export type RunConfig = z.infer<typeof RunConfig>;

export const RunStatus = z.enum(['queued', 'running', 'done', 'failed', 'cancelled', 'interrupted']);
export type RunStatus = z.infer<typeof RunStatus>;

/** A flat table of facts, for example about the device or the versions that a run used. */
export const Facts = z.record(z.string().max(80), z.union([z.string(), z.number(), z.boolean(), z.null()]));
export type Facts = z.infer<typeof Facts>;

/** What is known once training ended. */
export const RunOutcome = z.strictObject({
  bestEpoch: Count.nullable(),
  bestValAccuracy: Fraction.nullable(),
  selectionCorrect: Count.nullable(),
  selectionTotal: Count.nullable(),
  weightDecay: z.number().nonnegative().nullable(), // the chosen one, where the recipe lets cross-validation choose
  featurised: Count.nullable(), // photos that passed the frozen part in this run; the others came from the cache
  featuriseMs: Elapsed.nullable(),
  trainMs: Elapsed.nullable(),
});
export type RunOutcome = z.infer<typeof RunOutcome>;

export const RunRecord = RunOutcome.extend({
  runId: RunId,
  name: z.string().min(1).max(120),
  status: RunStatus,
  config: RunConfig,
  device: Facts.nullable(),
  versions: Facts.nullable(),
  datasetHash: Sha256,
  splitHash: Sha256,
  queuedAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  failure: Failure.nullable(),
  tags: z.array(z.string()),
  note: z.string(),
});
export type RunRecord = z.infer<typeof RunRecord>;

/** Whether going on with a run can lead anywhere: it was stopped, or failed for a reason that may be gone. */
export function isResumable({ status, failure }: Pick<RunRecord, 'status' | 'failure'>): boolean {
  if (status === 'interrupted' || status === 'cancelled') return true;
  return status === 'failed' && failure?.code !== 'LOSS_NOT_FINITE' && failure?.code !== 'DATASET_UNFIT';
}

/** What happened to a run: stopped, resumed, a batch halved for want of memory, ... */
export const RunLogEntry = z.strictObject({
  runId: RunId,
  happenedAt: z.iso.datetime(),
  kind: z.string(), // 'resumed', 'less-memory', ...
  message: z.string(),
});
export type RunLogEntry = z.infer<typeof RunLogEntry>;

/** One epoch; losses in nats, mean over the photos. The validation figures are null where nothing was held out. */
export const EpochReport = z.strictObject({
  epoch: Count,
  trainLoss: z.number(),
  trainAccuracy: Fraction,
  valLoss: z.number().nullable(),
  valAccuracy: Fraction.nullable(),
  learningRate: z.number().nonnegative(), // at the last step of the epoch
  elapsedMs: Elapsed, // since training began
});
export type EpochReport = z.infer<typeof EpochReport>;

export const ClassFigures = z.strictObject({ name: ClassName, precision: Fraction, recall: Fraction, f1: Fraction });
export type ClassFigures = z.infer<typeof ClassFigures>;

/** A finished run's answers on one side of the split. */
export const Evaluation = z.strictObject({
  runId: RunId,
  side: SplitSide,
  views: ViewSet,
  correct: Count,
  total: Count,
  accuracy: Fraction,
  interval: z.tuple([Fraction, Fraction]), // 95 %, Wilson
  confusion: z.array(z.array(Count)), // [K, K], rows: truth, columns: answer
  perClass: z.array(ClassFigures),
});
export type Evaluation = z.infer<typeof Evaluation>;
