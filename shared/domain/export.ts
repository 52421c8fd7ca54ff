/** What an exported run is, and the proof that it answers as the app does. */
import { z } from 'zod';
import { RunId, Sha256 } from './ids.ts';

const Count = z.int().nonnegative();

export const ExportFormat = z.enum(['onnx', 'tfjs', 'safetensors']);
export type ExportFormat = z.infer<typeof ExportFormat>;

/** Above it two probabilities are no longer the same. */
export const PROBABILITY_TOLERANCE = 1e-3;

/** What a runtime was given: the encoded file, decoded pixels, or the picture that lies in the export. */
export const CheckSource = z.enum(['file', 'pixels', 'vector', 'tensors']);
export type CheckSource = z.infer<typeof CheckSource>;

/** A picture on which a runtime answered another class. */
export const Disagreement = z.strictObject({
  picture: z.string().max(300), // its file name
  margin: z.number(), // of the app's answer over its second, in probability
});
export type Disagreement = z.infer<typeof Disagreement>;

/** One runtime beside the app. */
export const ExportCheck = z.strictObject({
  runtime: z.string().max(200), // 'onnxruntime 1.30.0'
  source: CheckSource,
  why: z.string().max(1000).nullable(), // it could not be tried here
  pictures: Count,
  same: Count, // pictures with the same answer
  largestDifference: z.number().nonnegative().nullable(), // of any probability
  disagreements: z.array(Disagreement).max(100),
  decoder: z.enum(['own', 'other']), // other: the runtime's own decoder read the file
});
export type ExportCheck = z.infer<typeof ExportCheck>;

/** One exported folder, as it was written and proven. */
export const ExportRecord = z.strictObject({
  formatVersion: z.literal(1),
  runId: RunId,
  format: ExportFormat,
  folder: z.string().max(4096),
  ready: z.boolean(), // every runtime that could be tried agrees
  preprocessingIncluded: z.boolean(),
  opset: z.int().positive().nullable(), // of ONNX
  files: z.array(z.strictObject({ name: z.string().max(200), bytes: Count, sha256: Sha256 })),
  checks: z.array(ExportCheck),
  exportedAt: z.iso.datetime(),
  thawVersion: z.string().max(40),
});
export type ExportRecord = z.infer<typeof ExportRecord>;

const FEWEST_SAME_OTHER_DECODER = 0.99;
const CLOSE_MARGIN = 0.05; // one picture as close as this may go either way

/**
 * Whether a runtime answers as the app does: every class the same and no probability further off than the tolerance.
 *
 * Where its own decoder read the files, pixels differ: then at least 99 % of the classes, or all but one that was close.
 */
export function doesAgree({ why, pictures, same, largestDifference, disagreements, decoder }: ExportCheck): boolean {
  if (why !== null) return true; // not tried
  if (decoder === 'own') return same === pictures && (largestDifference ?? 0) <= PROBABILITY_TOLERANCE;
  const onlyClose = pictures - same === 1 && disagreements.every(({ margin }) => margin < CLOSE_MARGIN);
  return same >= FEWEST_SAME_OTHER_DECODER * pictures || onlyClose;
}
