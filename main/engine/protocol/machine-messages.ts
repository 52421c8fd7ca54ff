/** The messages of jobs that know no photos: checks of the machine, and imports of weights. */
import { z } from 'zod';
import { KeptWeights, WeightsReport } from '../../../shared/contract/weights.ts';
import { Sha256 } from '../../../shared/domain/ids.ts';

/** Trains the same few steps on each backend that can be had. */
export const DoctorJob = z.strictObject({ kind: z.literal('doctor'), jobId: z.string() });
export type DoctorJob = z.infer<typeof DoctorJob>;

export const BackendCheck = z.strictObject({
  backend: z.string(),
  available: z.boolean(),
  losses: z.array(z.number()),
  stepsPerSecond: z.number().nullable(),
  note: z.string(),
});
export type BackendCheck = z.infer<typeof BackendCheck>;
/** One way to run the frozen part. */
export const ExecutorCheck = z.strictObject({
  executor: z.string(),
  available: z.boolean(),
  imagesPerSecond: z.number().nullable(),
  chosen: z.boolean(),
  note: z.string(),
});
export type ExecutorCheck = z.infer<typeof ExecutorCheck>;
export const DoctorResult = z.strictObject({
  kind: z.literal('doctor'),
  backends: z.array(BackendCheck),
  chosen: z.string().nullable(),
  executors: z.array(ExecutorCheck),
});
export type DoctorResult = z.infer<typeof DoctorResult>;

/** Weights of a file, for this person's projects. */
export const ImportWeightsJob = z.strictObject({
  kind: z.literal('import-weights'),
  jobId: z.string(),
  file: z.string().max(4096),
  network: z.string().max(80).nullable(),
  sha256: Sha256.nullable(),
  source: z.string().max(500),
  licence: z.string().max(100).nullable(),
  weightsFolder: z.string(),
});
export type ImportWeightsJob = z.infer<typeof ImportWeightsJob>;

export const ImportWeightsResult = z.strictObject({
  kind: z.literal('import-weights'),
  weights: KeptWeights.nullable(),
  report: WeightsReport,
});
export type ImportWeightsResult = z.infer<typeof ImportWeightsResult>;
