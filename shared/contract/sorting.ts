/** Photos sorted into folders by a run's answers, and taken back. */
import { z } from 'zod';
import { EnsembleId } from '../domain/ensemble.ts';
import { ClassName, RunId, Sha256 } from '../domain/ids.ts';
import { SortId, SortMode, SortState } from '../domain/sorting.ts';
import { Failure } from './errors.ts';

const Count = z.int().nonnegative();
const FilePath = z.string().min(1).max(4096);
const Percent = z.number().min(0).max(100);
const Skipped = z.array(z.strictObject({ path: z.string(), failure: Failure })).max(1000);
const What = {
  runId: RunId.nullable(), // null: the best finished one
  ensembleId: EnsembleId.optional(), // its members answer together, each with its own crops; the run is not asked
  paths: z.array(FilePath).min(1).max(10_000), // folders and files
};
const How = {
  output: FilePath, // gets a folder a class, and one for review
  mode: SortMode,
  surePercent: Percent, // photos whose likeliest class is below it go to review
};

export const PlanId = z.string().regex(/^plan_[a-z0-9]{12}$/);

/** What was done; `sorted` and `review` are photos that lie there now. */
export const SortReport = z.strictObject({
  sortId: SortId,
  runId: RunId, // of an ensemble: the member that was best
  ensembleId: EnsembleId.nullable(), // null: the run alone
  mode: SortMode,
  output: z.string(),
  sorted: Count,
  review: Count,
  strangers: Count.nullable(), // of those for review, called neither by the run's dial; null: it was not calibrated
  perClass: z.array(z.strictObject({ name: ClassName, folder: z.string(), photos: Count })),
  reviewFolder: z.string(),
  csv: z.string().nullable(),
  skippedCount: Count,
  skipped: Skipped, // the first of them
  cancelled: z.boolean(),
  elapsedMs: z.number().nonnegative(),
});
export type SortReport = z.infer<typeof SortReport>;

export const SortSummary = z.strictObject({
  sortId: SortId,
  runId: RunId,
  ensembleId: EnsembleId.nullable(),
  mode: SortMode,
  output: z.string(),
  startedAt: z.iso.datetime(),
  state: SortState,
  sorted: Count,
  review: Count,
  reviewFolder: z.string().nullable(), // null: nothing went there
});
export type SortSummary = z.infer<typeof SortSummary>;

export const sortingCommands = {
  /** Asks the run or the ensemble; nothing is moved. The plan is kept until the program ends or three newer ones are made. */
  'sort.plan': {
    input: z.strictObject(What),
    output: z.strictObject({
      planId: PlanId,
      runId: RunId,
      ensembleId: EnsembleId.nullable(),
      classes: z.array(ClassName),
      photos: Count, // that were answered
      atLeast: z.array(z.array(Count).length(101)), // [class][percent]: photos of that answer, at least so sure; no strangers
      strangers: Count.nullable(), // called neither by the run's dial: for review, however sure; null: it was not calibrated
      skippedCount: Count,
      skipped: Skipped,
    }),
  },
  'sort.start': { input: z.strictObject({ planId: PlanId, ...How }), output: SortReport },
  /** Both in one; `watch`: goes on with what comes into the folders until it is stopped. */
  'sort.folder': { input: z.strictObject({ ...What, ...How, watch: z.boolean() }), output: SortReport },
  /** Names, times and folders as they were; photos that were changed since stay, and are told. */
  'sort.undo': {
    input: z.strictObject({ sortId: SortId.nullable() }), // null: the newest that was not undone
    output: z.strictObject({ sortId: SortId, restored: Count, left: Skipped, cancelled: z.boolean() }),
  },
  'sort.list': { input: z.strictObject({}), output: z.strictObject({ sorts: z.array(SortSummary) }) }, // the newest first
  /** An answer for a photo in the review folder: it goes to that class's folder, and into the project with that label. */
  'sort.settle': {
    input: z.strictObject({ sortId: SortId, path: FilePath, className: ClassName }),
    output: z.strictObject({ path: z.string(), imageId: Sha256 }),
  },
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;
