/**
 * The contract: every command of the product, its input and its output, in one table.
 *
 * The host registers from it, every transport checks by it, every front end builds its client from it.
 */
import { z } from 'zod';
import { AugmentationPolicy } from '../domain/augmentation.ts';
import { EnsembleId } from '../domain/ensemble.ts';
import { ClassName, RunId, Sha256, SplitSide } from '../domain/ids.ts';
import { RunJudgement } from '../domain/judging.ts';
import { Language } from '../domain/language.ts';
import { Recipe } from '../domain/recipe.ts';
import { EpochReport, Evaluation, RunLogEntry, RunRecord } from '../domain/run.ts';
import { SweepId } from '../domain/sweep.ts';
import { ViewSet } from '../domain/view-set.ts';
import { augmentingCommands } from './augmenting.ts';
import { comparingCommands } from './comparing.ts';
import { ensemblingCommands } from './ensembling.ts';
import { Failure, type Result } from './errors.ts';
import { exportingCommands } from './exporting.ts';
import { HostEvent, jobsCommands } from './jobs.ts';
import { judgingCommands } from './judging.ts';
import { libraryCommands } from './library.ts';
import { lookingCommands } from './looking.ts';
import { machineCommands } from './machine.ts';
import { packsCommands } from './packs.ts';
import { passportCommands } from './passport.ts';
import { PlanReport, ProbeReport, RegimeWish } from './planning.ts';
import { Progress } from './progress.ts';
import { runBookCommands } from './run-book.ts';
import { sortingCommands } from './sorting.ts';
import { sweepsCommands } from './sweeps.ts';
import { weightsCommands } from './weights.ts';

const FilePath = z.string().min(1).max(4096);
const Count = z.int().nonnegative();

const Skipped = z.strictObject({ path: z.string(), failure: Failure });

export const ImportSummary = z.strictObject({
  found: Count, // files met; found = imported + duplicates + conflicts + skipped + notReached, always
  imported: Count,
  duplicates: z.array(z.strictObject({ path: z.string(), sameAs: z.string() })),
  skipped: z.array(Skipped),
  conflicts: z.array(z.strictObject({ path: z.string(), message: z.string() })), // same content, another class or side
  notReached: Count, // left when it was stopped
  cancelled: z.boolean(),
});
export type ImportSummary = z.infer<typeof ImportSummary>;

export const ProjectSummary = z.strictObject({
  images: Count,
  classes: z.array(z.strictObject({ name: ClassName, train: Count, val: Count, test: Count })),
  unlabelled: Count,
  runs: Count,
});
export type ProjectSummary = z.infer<typeof ProjectSummary>;

/** An evaluation as shown: the stored figures, and what belongs to this look. */
export const EvaluationReport = Evaluation.extend({
  classes: z.array(ClassName),
  testLooks: Count, // how often this project's test photos were looked at, this time included
  elapsedMs: z.number(),
  computed: Count, // photos times views that were not stored; 0: nothing was, and the time says nothing
  skipped: z.array(z.strictObject({ imageId: z.string(), failure: Failure })),
});
export type EvaluationReport = z.infer<typeof EvaluationReport>;

export const Prediction = z.strictObject({
  path: z.string(),
  answer: ClassName,
  probabilities: z.array(z.number()), // in the order of `classes`
  viewKey: Sha256.nullable(), // of its small picture, as media of the kind 'view'; null: none could be kept
  score: z.number().nullable(), // how known the photo is, by the score that decides; null: the run was not calibrated
  isNeither: z.boolean(), // the score is below the run's threshold, or the answer is the class that means none of the others
});

export const DoctorReport = z.strictObject({
  backends: z.array(
    z.strictObject({
      backend: z.string(),
      available: z.boolean(),
      losses: z.array(z.number()),
      stepsPerSecond: z.number().nullable(),
      note: z.string(),
    }),
  ),
  chosen: z.string().nullable(),
  executors: z.array(
    z.strictObject({
      executor: z.string(), // a way to run the frozen part
      available: z.boolean(),
      imagesPerSecond: z.number().nullable(), // tf_efficientnet_lite0, batch 8
      chosen: z.boolean(),
      note: z.string(),
    }),
  ),
});
export type DoctorReport = z.infer<typeof DoctorReport>;

export const commands = {
  'project.summary': { input: z.strictObject({}), output: ProjectSummary },
  'library.import': {
    input: z.strictObject({
      paths: z.array(FilePath).min(1).max(10_000),
      splitFromFolders: z.boolean(),
      joinsAlike: z.boolean().optional(), // false: generated pictures, of which none repeats another; true unless told
    }),
    output: ImportSummary,
  },
  'runs.train': {
    input: z.strictObject({
      backbone: z.string().max(80),
      freeze: z.string().max(80), // 'all', 'none' or the id of the last frozen stage
      seed: Count,
      recipe: Recipe,
      checkpointEverySteps: z.int().min(1).optional(), // beside once a minute, for tests
      augmentation: AugmentationPolicy.optional(), // none unless told
      name: z.string().min(1).max(120).optional(), // one that says what is trained, in this language, where it is left out
      language: Language.optional(), // English unless told
      regime: RegimeWish.optional(), // decides freeze and recipe; what differs from the recipe's defaults stays as given
    }),
    output: RunRecord,
  },
  'runs.plan': {
    input: z.strictObject({
      backbone: z.string().max(80),
      recipe: Recipe,
      measure: z.boolean(), // whether to time this machine where that was not done yet
      augmentation: AugmentationPolicy.optional(), // none unless told
    }),
    output: PlanReport,
  },
  'library.probe': { input: z.strictObject({ backbone: z.string().max(80), seed: Count }), output: ProbeReport },
  'runs.resume': {
    input: z.strictObject({
      runId: RunId.nullable(), // null: the newest one that was interrupted, else cancelled
      checkpointEverySteps: z.int().min(1).optional(), // for tests
    }),
    output: RunRecord,
  },
  'runs.events': {
    input: z.strictObject({ runId: RunId.nullable() }), // null: of every run
    output: z.array(RunLogEntry),
  },
  'runs.list': { input: z.strictObject({}), output: z.array(RunRecord) },
  'runs.evaluate': {
    input: z.strictObject({ runId: RunId, split: SplitSide, views: ViewSet }),
    output: EvaluationReport,
  },
  'runs.predict': {
    /** ensembleId: its members answer together, each with its own crops; the run and the views are not asked. */
    input: z.strictObject({
      runId: RunId.nullable(), // null: the best one
      ensembleId: EnsembleId.optional(),
      paths: z.array(FilePath).min(1).max(10_000),
      views: ViewSet,
    }),
    output: z.strictObject({
      runId: RunId, // of an ensemble: the member that was best
      ensembleId: EnsembleId.nullable(), // null: the run alone
      classes: z.array(ClassName),
      judgement: RunJudgement.nullable(), // null: the run was not calibrated, its probabilities are the plain ones
      predictions: z.array(Prediction),
      skipped: z.array(Skipped),
    }),
  },
  doctor: { input: z.strictObject({}), output: DoctorReport },
  ...libraryCommands,
  ...jobsCommands,
  ...augmentingCommands,
  ...runBookCommands,
  ...machineCommands,
  ...judgingCommands,
  ...lookingCommands,
  ...exportingCommands,
  ...passportCommands,
  ...sortingCommands,
  ...ensemblingCommands,
  ...comparingCommands,
  ...weightsCommands,
  ...sweepsCommands,
  ...packsCommands,
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;

export type CommandName = keyof typeof commands;
export type CommandInput<N extends CommandName> = z.infer<(typeof commands)[N]['input']>;
export type CommandOutput<N extends CommandName> = z.infer<(typeof commands)[N]['output']>;

/** What a command tells on its way. */
export const CommandEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('progress'), progress: Progress }),
  z.strictObject({ kind: z.literal('epoch'), report: EpochReport }),
  z.strictObject({ kind: z.literal('note'), text: z.string() }),
  z.strictObject({ kind: z.literal('logged'), entry: z.string(), text: z.string() }), // a note that is in the run's log too
  z.strictObject({ kind: z.literal('run'), runId: RunId }), // of a training: the run it is recorded as
  z.strictObject({ kind: z.literal('trial'), sweepId: SweepId, position: Count }), // one that began or ended
  z.strictObject({ kind: z.literal('device'), device: z.string() }), // what computes
  z.strictObject({ kind: z.literal('wait'), training: z.number(), data: z.number() }), // shares of time in which one waited for the other
  z.strictObject({ kind: z.literal('host'), event: HostEvent }), // of `events.watch`
]);
export type CommandEvent = z.infer<typeof CommandEvent>;

/** The part of AbortSignal that the contract needs: shared code knows neither Node nor the DOM. */
export type StopSignal = {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
};

export type CallOptions = {
  readonly onEvent?: (event: CommandEvent) => void;
  readonly signal?: StopSignal;
};

/** One client, whatever the transport; failures are values. */
export type Client = {
  readonly call: <N extends CommandName>(
    name: N,
    input: CommandInput<N>,
    options?: CallOptions,
  ) => Promise<Result<CommandOutput<N>>>;
  readonly close: () => Promise<void>;
};
