/** Many trainings as one piece of work: started, paused, gone on with, and what they showed. */
import { z } from 'zod';
import { RayCluster } from '../domain/cluster.ts';
import { RunId, Sha256 } from '../domain/ids.ts';
import { DimensionName, Setting, SweepId, SweepSpec, SweepState, TrialState } from '../domain/sweep.ts';

const Count = z.int().nonnegative();
const Fraction = z.number().min(0).max(1);
const Interval = z.tuple([z.number(), z.number()]);
const Values = z.partialRecord(DimensionName, Setting);

/** Where the trials of a sweep run. */
export const SweepPlace = z.discriminatedUnion('kind', [
  /** On this machine; engines: trainings at the same time, 'auto': as many as memory allows. */
  z.strictObject({ kind: z.literal('here'), engines: z.union([z.int().min(1).max(16), z.literal('auto')]) }),
  /** On a Ray cluster: nothing leaves this machine unless this is chosen. */
  z.strictObject({
    kind: z.literal('ray'),
    cluster: RayCluster,
    token: z.string().min(1).max(4096).nullable().default(null), // passed through, never stored; null: that of THAW_RAY_TOKEN
  }),
]);
export type SweepPlace = z.infer<typeof SweepPlace>;

export const TrialReport = z.strictObject({
  position: Count,
  point: Count,
  values: Values,
  seed: Count,
  fold: Count.nullable(),
  state: TrialState,
  runId: RunId.nullable(),
  place: z.string().nullable(),
  attempts: Count,
  epochs: Count, // run so far
  correct: Count.nullable(), // on held-out photos
  total: Count.nullable(),
  failureMessage: z.string().nullable(),
});
export type TrialReport = z.infer<typeof TrialReport>;

export const PointReport = z.strictObject({
  point: Count,
  values: Values,
  trials: Count,
  correct: Count,
  total: Count,
  seeds: Count,
  accuracy: Fraction,
  interval: Interval, // 95 %, Wilson, of the photos
});

export type PointReport = z.infer<typeof PointReport>;

export const ImportanceReport = z.strictObject({ name: DimensionName, share: z.number(), interval: Interval });

export const SweepSummary = z.strictObject({
  sweepId: SweepId,
  name: z.string(),
  state: SweepState,
  endedBy: z.string().nullable(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  workedMs: z.number().nonnegative(),
  trials: Count,
  ended: Count, // done, stopped early, failed or left out
  best: PointReport.nullable(),
});
export type SweepSummary = z.infer<typeof SweepSummary>;

export const SweepReport = SweepSummary.omit({ trials: true }).extend({
  spec: SweepSpec,
  trials: z.array(TrialReport),
  points: z.array(PointReport), // the best first
  importance: z.array(ImportanceReport).nullable(), // what mattered, the largest first; null: too few points to tell
});
export type SweepReport = z.infer<typeof SweepReport>;

export const sweepsCommands = {
  /** How many trainings a specification means; refused where it cannot be trained with. */
  'sweeps.preview': {
    input: z.strictObject({ spec: SweepSpec }),
    output: z.strictObject({ points: Count, trials: Count }),
  },
  /** Runs a new sweep, or goes on with one; stopping it pauses it, and nothing that ended is lost. */
  'sweeps.run': {
    input: z.strictObject({
      sweep: z.union([z.strictObject({ spec: SweepSpec }), z.strictObject({ sweepId: SweepId })]),
      place: SweepPlace,
    }),
    output: SweepReport,
  },
  /** Of a worker: trains one trial that another machine sent. It needs no project. */
  'trials.work': {
    input: z.strictObject({
      trial: z.string().min(1).max(4096), // trial.json in its folder
      data: z.string().min(1).max(4096), // the data pack
      cache: z.string().min(1).max(4096), // photos and features of this node, for later trials
    }),
    output: z.strictObject({ runId: RunId, weightsSha256: Sha256 }),
  },
  'sweeps.list': { input: z.strictObject({}), output: z.strictObject({ sweeps: z.array(SweepSummary) }) },
  'sweeps.show': { input: z.strictObject({ sweepId: SweepId }), output: SweepReport },
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;
