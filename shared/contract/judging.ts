/** How far answers are believed: calibration, strangers, likely label mistakes, and the softmax trained anew. */
import { z } from 'zod';
import { ClassName, RunId, Sha256 } from '../domain/ids.ts';
import { RunJudgement, ScoreKind } from '../domain/judging.ts';
import { Language } from '../domain/language.ts';
import { RunRecord } from '../domain/run.ts';
import { Failure } from './errors.ts';
import { EditHistory } from './library.ts';

const Count = z.int().nonnegative();
const Share = z.number().min(0).max(1);
const FilePath = z.string().min(1).max(4096);
const Interval = z.tuple([z.number(), z.number()]); // 95 %
const Skipped = z.strictObject({ path: z.string(), failure: Failure });

/** Figures of probabilities; intervals by bootstrap over the photos. */
const Figures = z.strictObject({
  error: z.number(), // expected calibration error, 0 to 1
  errorInterval: Interval,
  brier: z.number(), // 0 to 2
  brierInterval: Interval,
  logLoss: z.number(), // nats
  logLossInterval: Interval,
});
/** Answers of about the same sureness. */
const Bin = z.strictObject({
  from: Share,
  to: Share,
  count: Count,
  confidence: Share.nullable(), // mean; null: no answer is this sure
  accuracy: Share.nullable(),
  interval: Interval, // of the accuracy, Wilson
});
export const Reliability = z.strictObject({ figures: Figures, bins: z.array(Bin) });
export type Reliability = z.infer<typeof Reliability>;

/** How well a score parts the photos of the classes from strangers. */
export const ScoreFigures = z.strictObject({
  score: ScoreKind,
  /** null: no strangers are at hand. */
  separation: z
    .strictObject({
      area: Share, // under the ROC curve
      areaInterval: Interval,
      letInAt95: Share, // strangers let in where 95 % of the known photos are
      letInInterval: Interval,
    })
    .nullable(),
});
export type ScoreFigures = z.infer<typeof ScoreFigures>;

/**
 * A held-out photo or a stranger with its scores: the dial is moved over these, without new answers.
 *
 * What is answered as the class that means neither has a score below all others: no dial lets it in.
 */
export const ScoredPhoto = z.strictObject({
  imageId: Sha256.nullable(), // null: not of the project
  path: z.string().nullable(), // of a stranger from a folder
  viewKey: Sha256.nullable(), // its small picture, as media of the kind 'view'
  truth: Count.nullable(), // index into `classes`; null: a stranger from a folder
  isStranger: z.boolean(), // of no class, or of the one that means neither
  answer: Count,
  probability: Share, // of the answer, calibrated
  scores: z.strictObject({ probability: z.number(), energy: z.number(), neighbours: z.number() }),
});
export type ScoredPhoto = z.infer<typeof ScoredPhoto>;

export const CalibrationReport = z.strictObject({
  runId: RunId,
  classes: z.array(ClassName),
  judgement: RunJudgement,
  before: Reliability, // as the run answered
  after: Reliability, // calibrated, each photo at a temperature that was fitted without it
  scores: z.array(ScoreFigures),
  photos: z.array(ScoredPhoto),
  skipped: z.array(Skipped), // of the folders of strangers
});
export type CalibrationReport = z.infer<typeof CalibrationReport>;

/** A photo of a folder, taken for a class. */
export const Stranger = z.strictObject({
  path: z.string(),
  viewKey: Sha256.nullable(),
  answer: ClassName,
  probability: Share, // calibrated
  score: z.number(), // of the kind that decides
  isLetIn: z.boolean(), // not called neither
  likest: Sha256.nullable(), // the photo of the project that it is most like
  inProject: ClassName.nullable(), // its label, where the project has the same photo
});
export type Stranger = z.infer<typeof Stranger>;

export const LabelMistake = z.strictObject({
  imageId: Sha256,
  label: ClassName,
  suggested: ClassName,
  labelProbability: Share, // by classifiers that did not learn from this photo
  suggestedProbability: Share,
});
export type LabelMistake = z.infer<typeof LabelMistake>;

export const RetrainReport = z.strictObject({
  run: RunRecord,
  side: z.enum(['val', 'folds']), // photos of the matrices: those that did not teach what answered
  classes: z.array(ClassName),
  before: z.array(z.array(Count)).nullable(), // the old run with today's labels; null: it has no answers for these photos
  after: z.array(z.array(Count)), // [K, K], rows: truth
  elapsedMs: z.number(),
});
export type RetrainReport = z.infer<typeof RetrainReport>;

export const MOST_MISTAKES = 500;
export const MOST_STRANGERS = 1000;

export const judgingCommands = {
  /** From held-out answers; kept with the run. Where score and threshold were set by hand they stay. */
  'runs.calibrate': {
    input: z.strictObject({
      runId: RunId,
      strangers: z.array(FilePath).max(1000), // photos and folders of things that belong to no class
      neitherClass: ClassName.nullable().optional(), // by its name ('neither', 'other', ...) unless told
    }),
    output: CalibrationReport,
  },
  'runs.judgement': {
    input: z.strictObject({ runId: RunId }),
    output: z.strictObject({ judgement: RunJudgement.nullable() }),
  },
  /** Throws NOT_FOUND where the run was not calibrated. */
  'runs.set-dial': {
    input: z.strictObject({ runId: RunId, score: ScoreKind, threshold: z.number() }),
    output: RunJudgement,
  },
  /** Photos of a folder by how surely they are taken for a class. The run must have been calibrated. */
  'runs.strangers': {
    input: z.strictObject({
      runId: RunId,
      paths: z.array(FilePath).min(1).max(10_000),
      most: z.int().min(1).max(MOST_STRANGERS),
    }),
    output: z.strictObject({
      runId: RunId,
      judgement: RunJudgement,
      photos: z.array(Stranger), // the surest first
      total: Count,
      letIn: Count,
      skipped: z.array(Skipped),
    }),
  },
  /** Brings photos into the project under a label, whatever their folders are called; the label can be undone. */
  'library.add-as': {
    input: z.strictObject({ paths: z.array(FilePath).min(1).max(10_000), className: ClassName }),
    output: z.strictObject({
      imported: Count,
      labelled: Count, // known ones that got the label too are in it
      skipped: z.array(Skipped),
      history: EditHistory,
    }),
  },
  /** Confident learning (Northcutt et al. 2021) on answers of classifiers that did not learn from the photo. */
  'library.label-mistakes': {
    input: z.strictObject({ runId: RunId }),
    output: z.strictObject({
      classes: z.array(ClassName),
      folds: Count,
      total: Count, // photos that were judged
      mistakes: z.array(LabelMistake), // the likeliest first; at most MOST_MISTAKES
      found: Count,
    }),
  },
  /** A new run: the other layers stay, the softmax is trained anew from cached features with today's labels. */
  'runs.retrain': {
    input: z.strictObject({
      runId: RunId,
      name: z.string().min(1).max(120).optional(),
      language: Language.optional(),
    }),
    output: RetrainReport,
  },
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;
