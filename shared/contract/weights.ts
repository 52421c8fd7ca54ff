/** Pretrained weights that people bring: imported from files or downloaded, kept by content, used as `network@id`. */
import { z } from 'zod';
import { Sha256 } from '../domain/ids.ts';

const Count = z.int().nonnegative();
const Nothing = z.strictObject({});
const FilePath = z.string().min(1).max(4096);
const NetworkId = z.string().regex(/^[a-z0-9][a-z0-9_]{0,63}$/);
const MOST_LISTED = 50;

export const WeightsFormat = z.enum(['safetensors', 'torch', 'keras-h5', 'keras', 'tfjs', 'onnx']);
export type WeightsFormat = z.infer<typeof WeightsFormat>;

/** The first 16 digits of the SHA-256 of the weights as they are kept. */
export const WeightsId = z
  .string()
  .regex(/^[0-9a-f]{16}$/)
  .brand<'WeightsId'>();
export type WeightsId = z.infer<typeof WeightsId>;

const Shape = z.array(Count).max(8);
const Listed = z.array(z.strictObject({ name: z.string(), shape: Shape })).max(MOST_LISTED);

/** How a file fits a network: every tensor of the network is matched, missing or mismatched. Lists are cut at 50. */
export const WeightsReport = z.strictObject({
  format: WeightsFormat,
  fileSha256: Sha256,
  fileBytes: Count,
  network: NetworkId,
  names: z.string(), // whose names the file uses: the network's own, or those of another library
  prefix: z.string(), // before every name, for example 'backbone.'
  matched: Count,
  classifier: z.enum(['kept', 'dropped']), // dropped: of other classes, or not there; training makes its own in any case
  missingCount: Count, // the classifier not counted
  missing: Listed,
  mismatchedCount: Count,
  mismatched: z.array(z.strictObject({ name: z.string(), expected: Shape, found: Shape })).max(MOST_LISTED),
  unexpectedCount: Count, // in the file, not of this network
  unexpected: Listed,
  completeThrough: z.string(), // the last stage up to which every tensor is there
  notes: z.array(z.string()).max(10),
});
export type WeightsReport = z.infer<typeof WeightsReport>;
export const mostListed = MOST_LISTED;

/** Weights that are kept; spec.json beside them. */
export const KeptWeights = z.strictObject({
  id: WeightsId,
  network: NetworkId,
  backbone: z.string(), // what `train --backbone` takes: network@id
  file: z.literal('model.safetensors'),
  bytes: Count,
  sha256: Sha256,
  tensors: Count,
  source: z.string().max(500), // the file's name, or its place in the catalogue
  licence: z.string().max(100).nullable(), // SPDX; null: nobody said
  importedAt: z.iso.datetime(),
  report: WeightsReport,
});
export type KeptWeights = z.infer<typeof KeptWeights>;

const Imported = z.strictObject({
  weights: KeptWeights.nullable(), // null: it does not fit, see the report
  report: WeightsReport,
});
export type ImportedWeights = z.infer<typeof Imported>;

export const weightsCommands = {
  /** Without a network the one that fits best is taken; `sha256` is compared with the file's where it is given. */
  'weights.import': {
    input: z.strictObject({
      path: FilePath,
      network: NetworkId.optional(),
      sha256: Sha256.optional(),
      licence: z.string().min(1).max(100).optional(),
    }),
    output: Imported,
  },
  'weights.list': { input: Nothing, output: z.strictObject({ weights: z.array(KeptWeights) }) },
  'weights.remove': { input: z.strictObject({ id: WeightsId }), output: z.strictObject({ freedBytes: Count }) },
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;
