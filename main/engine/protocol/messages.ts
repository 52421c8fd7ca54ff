/**
 * The messages between host and engine, checked on arrival on both sides.
 *
 * They travel as one JSON text a line over a pipe (file descriptor 3) that a worker thread of the engine holds,
 * so that a cancel arrives while TensorFlow blocks the engine's main thread.
 */
import { z } from 'zod';
import { Failure } from '../../../shared/contract/errors.ts';
import { MOST_CHECKED } from '../../../shared/contract/exporting.ts';
import { LookedAtPhoto, MOST_LOOKED_AT } from '../../../shared/contract/looking.ts';
import { Progress } from '../../../shared/contract/progress.ts';
import { SelfTest } from '../../../shared/contract/weights.ts';
import { AugmentationPolicy } from '../../../shared/domain/augmentation.ts';
import { ExportFormat, ExportRecord } from '../../../shared/domain/export.ts';
import { RunId, Sha256, StageId } from '../../../shared/domain/ids.ts';
import { Recipe } from '../../../shared/domain/recipe.ts';
import { EpochReport, Judging } from '../../../shared/domain/run.ts';
import { TrainingLogKind } from '../../../shared/domain/run-log.ts';
import { ViewSet } from '../../../shared/domain/view-set.ts';
import { AnswerJob, AnswerResult, NeighboursJob, NeighboursResult } from './answering-jobs.ts';
import { ExportEnsembleJob, ExportEnsembleResult, TimeAnswersJob, TimeAnswersResult } from './ensembling-jobs.ts';
import { DeviceReport, JobImage, Places, SkippedImage } from './job-parts.ts';
import { DoctorJob, DoctorResult, ImportWeightsJob, ImportWeightsResult } from './machine-messages.ts';

export { DeviceReport, JobImage };

export const TrainJob = z.strictObject({
  kind: z.literal('train'),
  jobId: z.string(),
  ...Places,
  backbone: z.string(),
  frozenThrough: StageId,
  classes: z.array(z.string()).min(2).max(1000),
  images: z.array(JobImage).min(1),
  recipe: Recipe,
  selection: Judging,
  seed: z.int().nonnegative(),
  augmentation: AugmentationPolicy.optional(), // none unless told
  resume: z.boolean().optional(), // go on from the newest sound checkpoint in runFolder, where there is one
  needsLessMemory: z.boolean().optional(), // of a resumed run: the last engine ended for want of memory
  checkpointEverySteps: z.int().min(1).optional(), // more often than the clock says, for tests
  headOf: z.string().optional(), // folder of a finished run: its layers stay as they are, only the softmax is trained anew
});
export type TrainJob = z.infer<typeof TrainJob>;

/** Logits of a finished run for some photos; the files go to `outputFolder`, where those that are there already are kept. */
export const EvaluateJob = z.strictObject({
  kind: z.literal('evaluate'),
  jobId: z.string(),
  ...Places,
  images: z.array(JobImage).min(1),
  views: ViewSet,
  outputFolder: z.string(),
  label: z.string(), // 'test', 'val', 'predict': part of the file names
});
export type EvaluateJob = z.infer<typeof EvaluateJob>;

/** A softmax on the pooled output of every stage, by cross-validation over the photos. */
export const ProbeJob = z.strictObject({
  kind: z.literal('probe'),
  jobId: z.string(),
  featuresFolder: Places.featuresFolder,
  backbonesFolder: Places.backbonesFolder,
  backbone: z.string(),
  classes: z.array(z.string()).min(2).max(1000),
  images: z.array(JobImage).min(1),
  folds: z.int().min(2).max(20),
  seed: z.int().nonnegative(),
});
export type ProbeJob = z.infer<typeof ProbeJob>;

/** Times the frozen pass and a few training steps at some depths, unless this machine did before. */
export const CalibrateJob = z.strictObject({
  kind: z.literal('calibrate'),
  jobId: z.string(),
  featuresFolder: Places.featuresFolder,
  backbonesFolder: Places.backbonesFolder,
  backbone: z.string(),
  images: z.array(JobImage), // a few, to time decoding; may be empty
  rounds: z.int().min(1).max(1000).optional(), // of which the fastest counts: measured anew, and not remembered
});
export type CalibrateJob = z.infer<typeof CalibrateJob>;

/** One step of training at each of many rising rates, until the loss diverges; nothing of it is kept. */
export const FindRateJob = z.strictObject({
  kind: z.literal('find-rate'),
  jobId: z.string(),
  featuresFolder: Places.featuresFolder,
  backbonesFolder: Places.backbonesFolder,
  backbone: z.string(),
  frozenThrough: StageId,
  classes: z.array(z.string()).min(2).max(1000),
  images: z.array(JobImage).min(1), // those to train on
  recipe: Recipe,
  seed: z.int().nonnegative(),
});
export type FindRateJob = z.infer<typeof FindRateJob>;

/** A softmax on the last stage's pooled output, cross-validated with groups kept whole and with none. */
export const CompareSplitsJob = ProbeJob.extend({ kind: z.literal('compare-splits') });
export type CompareSplitsJob = z.infer<typeof CompareSplitsJob>;

/** Pairs of photos whose features are close. */
export const ClosePhotosJob = z.strictObject({
  kind: z.literal('close-photos'),
  jobId: z.string(),
  featuresFolder: Places.featuresFolder,
  backbonesFolder: Places.backbonesFolder,
  backbone: z.string(),
  images: z.array(JobImage).min(1),
  leastCosine: z.number().min(-1).max(1), // of features brought to mean 0 and deviation 1
  mostPairs: z.int().positive(),
});
export type ClosePhotosJob = z.infer<typeof ClosePhotosJob>;

/** Where a finished run looks in each photo, and its answers with parts of it blurred. */
export const LookJob = z.strictObject({
  kind: z.literal('look'),
  jobId: z.string(),
  ...Places,
  images: z.array(JobImage).min(1).max(MOST_LOOKED_AT),
  stage: StageId.nullable(), // null: the last one whose output has places
  target: z.string().nullable(), // class to look for; null: each photo's answer
});
export type LookJob = z.infer<typeof LookJob>;

/** A finished run as folders for others, each compared with the app on `images`. */
export const ExportJob = z.strictObject({
  kind: z.literal('export'),
  jobId: z.string(),
  ...Places,
  runId: RunId,
  title: z.string().max(120),
  formats: z.array(ExportFormat).min(1).max(3),
  preprocessing: z.boolean(),
  outputFolder: z.string().max(4096), // gets a folder a format
  replaces: z.boolean(), // an older export there
  temperature: z.number().positive().optional(), // of a calibrated run; 1 unless told
  images: z.array(JobImage).max(MOST_CHECKED),
});
export type ExportJob = z.infer<typeof ExportJob>;
/** Cross-validated answers of a softmax on the backbone's last stage; a logits file in the run's folder. */
export const HoldOutJob = z.strictObject({
  kind: z.literal('hold-out'),
  jobId: z.string(),
  ...Places,
  backbone: z.string(),
  classes: z.array(z.string()).min(2).max(1000),
  images: z.array(JobImage).min(1),
  folds: z.int().min(2).max(20),
  seed: z.int().nonnegative(),
  weightDecay: z.number().nonnegative(), // of AdamW
});
export type HoldOutJob = z.infer<typeof HoldOutJob>;

/** Known photos through a backbone with its own classifier, prepared in several ways. */
export const SelfTestJob = z.strictObject({
  kind: z.literal('self-test'),
  jobId: z.string(),
  backbonesFolder: z.string(),
  weightsFolder: z.string(),
  backbone: z.string().max(120),
  photos: z.array(z.strictObject({ path: z.string(), sha256: Sha256, label: z.int().min(0).max(999) })).min(1),
});
export type SelfTestJob = z.infer<typeof SelfTestJob>;

export const Job = z.discriminatedUnion('kind', [
  TrainJob,
  EvaluateJob,
  ProbeJob,
  CalibrateJob,
  FindRateJob,
  CompareSplitsJob,
  ClosePhotosJob,
  ImportWeightsJob,
  SelfTestJob,
  LookJob,
  ExportJob,
  AnswerJob,
  NeighboursJob,
  HoldOutJob,
  TimeAnswersJob,
  ExportEnsembleJob,
  DoctorJob,
]);
export type Job = z.infer<typeof Job>;

export const HostMessage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('start'), job: Job }),
  z.strictObject({ kind: z.literal('cancel') }),
  z.strictObject({ kind: z.literal('finish') }), // end early and keep what is best so far
]);
export type HostMessage = z.infer<typeof HostMessage>;

export const TrainResult = z.strictObject({
  kind: z.literal('train'),
  device: DeviceReport,
  bestEpoch: z.int().nonnegative(),
  weightDecay: z.number().nonnegative(),
  selectionCorrect: z.int().nonnegative(), // on validation, or summed over the folds
  selectionTotal: z.int().nonnegative(),
  featurised: z.int().nonnegative(), // rows computed now, the others came from the cache
  featuriseMs: z.number().nonnegative(),
  trainMs: z.number().nonnegative(),
  epochsRun: z.int().nonnegative(),
  weightsSha256: Sha256,
  skipped: z.array(SkippedImage),
});
export type TrainResult = z.infer<typeof TrainResult>;

export const EvaluateResult = z.strictObject({
  kind: z.literal('evaluate'),
  device: DeviceReport,
  views: z.array(z.string()), // one logits file each, in the output folder
  computed: z.int().nonnegative(), // photos times views that were not stored yet
  elapsedMs: z.number().nonnegative(),
  skipped: z.array(SkippedImage),
});
export type EvaluateResult = z.infer<typeof EvaluateResult>;

export const ProbeResult = z.strictObject({
  kind: z.literal('probe'),
  device: DeviceReport,
  rungs: z.array(
    z.strictObject({
      stage: z.string(),
      features: z.int().positive(),
      correct: z.int().nonnegative(),
      total: z.int().positive(),
    }),
  ),
  featurised: z.int().nonnegative(),
  featuriseMs: z.number().nonnegative(),
  probeMs: z.number().nonnegative(),
  weightsSha256: Sha256, // of the backbone
  skipped: z.array(SkippedImage),
});
export type ProbeResult = z.infer<typeof ProbeResult>;

/** Seconds of one step or pass of a batch at a depth. */
export const TimedDepth = z.strictObject({
  stage: z.string(),
  batch: z.int().positive(),
  seconds: z.number().nonnegative(),
});
export type TimedDepth = z.infer<typeof TimedDepth>;

export const CalibrateResult = z.strictObject({
  kind: z.literal('calibrate'),
  device: DeviceReport,
  frozen: z.array(TimedDepth), // a batch through the frozen part up to the stage
  training: z.array(TimedDepth), // a step of what comes after the stage
  decodeSeconds: z.number().nonnegative().nullable(), // a photo, from file to network input, on all threads; null: no photo
  isRemembered: z.boolean(), // timed by an earlier job on this machine
});
export type CalibrateResult = z.infer<typeof CalibrateResult>;

export const FindRateResult = z.strictObject({
  kind: z.literal('find-rate'),
  device: DeviceReport,
  suggested: z.number().positive().nullable(), // null: the loss fell at no rate
  points: z.array(z.strictObject({ learningRate: z.number(), loss: z.number() })), // up to the last loss that is a number
  skipped: z.array(SkippedImage),
});
export type FindRateResult = z.infer<typeof FindRateResult>;

export const CompareSplitsResult = z.strictObject({
  kind: z.literal('compare-splits'),
  device: DeviceReport,
  honest: z.array(z.boolean()), // each photo, held out with its group: was the answer right?
  random: z.array(z.boolean()), // the same photos, each held out without regard to groups
  skipped: z.array(SkippedImage),
});
export type CompareSplitsResult = z.infer<typeof CompareSplitsResult>;

export const ClosePhotosResult = z.strictObject({
  kind: z.literal('close-photos'),
  device: DeviceReport,
  pairs: z.array(z.strictObject({ first: Sha256, second: Sha256, cosine: z.number() })), // the closest first
  skipped: z.array(SkippedImage),
});
export type ClosePhotosResult = z.infer<typeof ClosePhotosResult>;

export const SelfTestResult = z.strictObject({ kind: z.literal('self-test'), test: SelfTest });
export type SelfTestResult = z.infer<typeof SelfTestResult>;

export const LookedAt = LookedAtPhoto.omit({ crop: true });
export type LookedAt = z.infer<typeof LookedAt>;
export const LookResult = z.strictObject({
  kind: z.literal('look'),
  device: DeviceReport,
  classes: z.array(z.string()),
  stage: z.string(),
  stages: z.array(z.string()), // that could be asked
  photos: z.array(LookedAt),
  skipped: z.array(SkippedImage),
});
export type LookResult = z.infer<typeof LookResult>;

export const ExportResult = z.strictObject({
  kind: z.literal('export'),
  device: DeviceReport,
  exports: z.array(ExportRecord),
});
export type ExportResult = z.infer<typeof ExportResult>;

export const HoldOutResult = z.strictObject({
  kind: z.literal('hold-out'),
  device: DeviceReport,
  label: z.string(), // side of the logits file
  skipped: z.array(SkippedImage),
});
export type HoldOutResult = z.infer<typeof HoldOutResult>;

export const JobResult = z.discriminatedUnion('kind', [
  TrainResult,
  EvaluateResult,
  ProbeResult,
  CalibrateResult,
  FindRateResult,
  CompareSplitsResult,
  ClosePhotosResult,
  ImportWeightsResult,
  SelfTestResult,
  LookResult,
  ExportResult,
  AnswerResult,
  NeighboursResult,
  HoldOutResult,
  TimeAnswersResult,
  ExportEnsembleResult,
  DoctorResult,
]);
export type JobResult = z.infer<typeof JobResult>;

export const EngineMessage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready'), pid: z.int(), node: z.string() }),
  z.strictObject({ kind: z.literal('heartbeat'), counter: z.int(), busy: z.boolean() }),
  z.strictObject({ kind: z.literal('progress'), progress: Progress }),
  z.strictObject({ kind: z.literal('epoch'), report: EpochReport }),
  z.strictObject({ kind: z.literal('note'), text: z.string() }),
  z.strictObject({ kind: z.literal('logged'), entry: TrainingLogKind, text: z.string() }), // belongs into the run's log
  z.strictObject({ kind: z.literal('device'), device: z.string() }), // what computes, once it is known
  z.strictObject({ kind: z.literal('wait'), training: z.number(), data: z.number() }), // shares of time so far, see CommandEvent
  z.strictObject({ kind: z.literal('connected'), address: z.string().max(100) }), // to another machine; nothing should
  z.strictObject({ kind: z.literal('finished'), result: JobResult }),
  z.strictObject({ kind: z.literal('failed'), failure: Failure }),
]);
export type EngineMessage = z.infer<typeof EngineMessage>;
