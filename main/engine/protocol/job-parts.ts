/** What jobs of every kind are made of. */
import { z } from 'zod';
import { Failure } from '../../../shared/contract/errors.ts';
import { Sha256, SplitSide } from '../../../shared/domain/ids.ts';

/** One photo of a job: `label` is an index into `classes`, null when nobody knows it. */
export const JobImage = z.strictObject({
  imageId: Sha256,
  path: z.string().max(4096),
  label: z.int().nonnegative().nullable(),
  groupId: z.string().max(128),
  side: SplitSide.nullable(),
});
export type JobImage = z.infer<typeof JobImage>;

/** Folders that a job of a run is given. */
export const Places = {
  featuresFolder: z.string(),
  backbonesFolder: z.string(),
  runFolder: z.string(),
};

/** What computes: the executor of the frozen part and the trainer, as measured, stored with the run. */
export const DeviceReport = z.strictObject({
  executor: z.string(), // for example 'onnxruntime-cpu 1.30.0, 2 threads'
  trainer: z.string(), // for example 'tensorflow-cpu 2.21.0, 2 threads, oneDNN on'
});
export type DeviceReport = z.infer<typeof DeviceReport>;

export const SkippedImage = z.strictObject({ imageId: z.string(), failure: Failure });
