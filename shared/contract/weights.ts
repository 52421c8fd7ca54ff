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
  .regex(/^[0-9a-f]{16}$/, "the id of weights is 16 digits, 0 to 9 and a to f; 'thaw weights list' lists them")
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

const CatalogueId = z.string().regex(/^[\w.-]{1,80}$/);

/** A row of the catalogue, and how it stands here. */
export const CatalogueRow = z.strictObject({
  id: CatalogueId,
  network: NetworkId,
  title: z.string(),
  source: z.string(), // the repository and file on the hub, or who gives the file away
  licence: z.string(),
  sha256: z.string().nullable(), // all of it or its first digits; null: the hub tells it with the file
  canDownload: z.boolean(), // false: get the file by hand, then add it
  partBytes: Count.nullable(), // of a download that was begun
  ofBytes: Count.nullable(),
  kept: WeightsId.nullable(), // imported from here, and still there
});
export type CatalogueRow = z.infer<typeof CatalogueRow>;

/** One way of preparing photos, tried on known ones; of `photos`, how many were right at once or among five. */
const Tried = z.strictObject({
  preprocessing: z.enum([
    'own',
    'imagenet',
    'minus-one-to-one',
    'zero-to-one',
    'zero-to-255',
    'caffe',
    'own-blue-first',
  ]),
  top1: Count,
  top5: Count,
});
export type TriedPreprocessing = z.infer<typeof Tried>;

/**
 * Whether weights and preprocessing belong together: ImageNet's own classes on known photos.
 * fits: no other way is better than the network's own by more than chance (McNemar, 5 %); other: one is; lost: all are near guessing.
 */
export const SelfTest = z.strictObject({
  backbone: z.string(),
  verdict: z.enum(['fits', 'other', 'lost']),
  better: Tried.shape.preprocessing.nullable(), // where the verdict is other
  photos: Count,
  skipped: Count,
  tried: z.array(Tried).min(1),
  interval: z.tuple([z.number(), z.number()]), // of the own way's top-1 share, Wilson, 95 %
});
export type SelfTest = z.infer<typeof SelfTest>;

export const weightsCommands = {
  'weights.catalogue': { input: Nothing, output: z.strictObject({ rows: z.array(CatalogueRow) }) },
  /** Fetches a row of the catalogue from its hub and imports it; a part of an earlier try is gone on with. */
  'weights.download': { input: z.strictObject({ id: CatalogueId }), output: Imported },
  /** `folder`: photos that are named by WordNet id (`n01440764_tench.jpg`), in it or in folders of these names. */
  'weights.self-test': {
    input: z.strictObject({ backbone: z.string().max(120), folder: FilePath }),
    output: SelfTest,
  },
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
