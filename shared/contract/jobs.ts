/** Long work that goes on whoever looks: started, listed, watched and stopped by number. */
import { z } from 'zod';
import { RunId } from '../domain/ids.ts';
import { EpochReport } from '../domain/run.ts';
import { SweepId } from '../domain/sweep.ts';
import { Failure } from './errors.ts';
import { Progress } from './progress.ts';

const Count = z.int().nonnegative();
const Nothing = z.strictObject({});

export const JobId = z
  .string()
  .regex(/^job_[a-z0-9]{1,16}$/)
  .brand<'JobId'>();
export type JobId = z.infer<typeof JobId>;

/** The commands that may be started as a job. */
export const JobCommand = z.enum([
  'library.import',
  'library.probe',
  'library.find-duplicates',
  'library.compare-splits',
  'runs.train',
  'runs.resume',
  'runs.plan',
  'runs.find-rate',
  'runs.evaluate',
  'runs.compare',
  'runs.compare-seeds',
  'runs.predict',
  'runs.look',
  'runs.export',
  'runs.reproduce',
  'sort.plan',
  'sort.start',
  'sort.folder',
  'sort.undo',
  'runs.calibrate',
  'runs.strangers',
  'runs.retrain',
  'library.add-as',
  'library.label-mistakes',
  'runs.crops',
  'ensembles.weigh',
  'ensembles.test',
  'ensembles.plan',
  'ensembles.export',
  'project.add-sample',
  'weights.import',
  'sweeps.run',
  'project.pack',
  'project.unpack',
  'weights.download',
  'weights.self-test',
  'doctor',
]);
export type JobCommand = z.infer<typeof JobCommand>;

export const JobState = z.enum(['running', 'done', 'failed', 'cancelled']);

/** How one job stands. */
export const JobStatus = z.strictObject({
  jobId: JobId,
  command: JobCommand,
  state: JobState,
  startedAt: z.iso.datetime(),
  runId: RunId.nullable(), // of a training, once it is known
  sweepId: SweepId.nullable(), // of a sweep, once its first trial begins
  progress: Progress.nullable(), // the last one told
  device: z.string().nullable(), // what computes, once it is known
  wait: z.strictObject({ training: z.number(), data: z.number() }).nullable(), // shares of time: training waited for data, data for training
  notes: z.array(z.string()), // the last 20
  failure: Failure.nullable(),
});
export type JobStatus = z.infer<typeof JobStatus>;

/** What changed in the project, so that lists are asked for again. */
export const Changed = z.enum(['library', 'classes', 'runs', 'ensembles', 'storage', 'settings', 'sweeps', 'sorts']);
export type Changed = z.infer<typeof Changed>;

/** What `events.watch` tells; at most 5 of a kind a second. */
export const HostEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('job'), job: JobStatus }),
  z.strictObject({ kind: z.literal('job-epochs'), jobId: JobId, epochs: z.array(EpochReport) }), // since the last time; all of them at first
  z.strictObject({ kind: z.literal('changed'), what: z.array(Changed) }),
]);
export type HostEvent = z.infer<typeof HostEvent>;

export const jobsCommands = {
  'jobs.start': {
    input: z.strictObject({ command: JobCommand, input: z.unknown() }), // checked by the command's own schema
    output: z.strictObject({ jobId: JobId }),
  },
  'jobs.list': { input: Nothing, output: z.strictObject({ jobs: z.array(JobStatus) }) }, // running ones, and the last 20 that ended
  /** Asks a job to stop; a training keeps its checkpoint and can be resumed. */
  'jobs.stop': { input: z.strictObject({ jobId: JobId }), output: z.strictObject({ stopped: z.boolean() }) },
  /** Asks a training to end after this step and to keep its best epoch, as if its patience were exhausted. */
  'jobs.finish': { input: z.strictObject({ jobId: JobId }), output: z.strictObject({ asked: z.boolean() }) },
  /** What a finished job answered, as its command's output; null while it runs or where it failed. */
  'jobs.result': { input: z.strictObject({ jobId: JobId }), output: z.strictObject({ output: z.unknown() }) },
  /** Tells events until it is stopped; first every running job with its epochs. */
  'events.watch': { input: Nothing, output: z.strictObject({ told: Count }) },
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;
