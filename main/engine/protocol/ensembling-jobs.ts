/** Jobs of ensembles: what an answer of a run takes, and several runs as one file. */
import { z } from 'zod';
import { DeviceReport, JobImage, Places } from './job-parts.ts';

/** Times the parts of a run's answers on some photos; nothing comes from a cache. */
export const TimeAnswersJob = z.strictObject({
  kind: z.literal('time-answers'),
  jobId: z.string(),
  ...Places,
  images: z.array(JobImage).min(1).max(16),
});
export type TimeAnswersJob = z.infer<typeof TimeAnswersJob>;

export const TimeAnswersResult = z.strictObject({
  kind: z.literal('time-answers'),
  device: DeviceReport,
  decodeMs: z.number().nonnegative(), // a photo, from file to crop, all threads at work on photos of their own
  frozenMs: z.number().nonnegative(), // a crop
  headMs: z.number().nonnegative(), // a crop
});
export type TimeAnswersResult = z.infer<typeof TimeAnswersResult>;

/** Writes the weighted average of runs as one ONNX file, and runs it beside its members. */
export const ExportEnsembleJob = z.strictObject({
  kind: z.literal('export-ensemble'),
  jobId: z.string(),
  featuresFolder: z.string(),
  backbonesFolder: z.string(),
  members: z
    .array(z.strictObject({ runFolder: z.string(), weight: z.number().min(0).max(1) }))
    .min(1)
    .max(20),
  classes: z.array(z.string()).min(2).max(1000), // in the order of the file's output
  title: z.string().max(120),
  images: z.array(JobImage).min(1).max(64), // to check it by
  outputFile: z.string().max(4096),
});
export type ExportEnsembleJob = z.infer<typeof ExportEnsembleJob>;

export const ExportEnsembleResult = z.strictObject({
  kind: z.literal('export-ensemble'),
  device: DeviceReport,
  bytes: z.int().positive(),
  beside: z.array(z.string()), // sample code and licence; empty where the file did not agree
  sharedParts: z.int().nonnegative(), // frozen parts that several members have in common, written once
  checked: z.int().nonnegative(), // photos
  sameAnswers: z.int().nonnegative(), // as the members' average, each run in its own graph on the same pixels
  largestDifference: z.number().nonnegative(), // of a probability
  sameAsApp: z.int().nonnegative(), // answers as the app gives them from the file: its resize is not the graph's
  largestFromApp: z.number().nonnegative(),
});
export type ExportEnsembleResult = z.infer<typeof ExportEnsembleResult>;
