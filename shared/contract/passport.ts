/** A model's passport, and training it again from that. */
import { z } from 'zod';
import { RunId, Sha256 } from '../domain/ids.ts';
import { Language } from '../domain/language.ts';
import { Facts, RunConfig } from '../domain/run.ts';

const FilePath = z.string().min(1).max(4096);

/** What lies in a passport for programs: all that decides the weights, and their hash. */
export const PassportData = z.strictObject({
  formatVersion: z.literal(1),
  runId: RunId,
  name: z.string().max(120),
  config: RunConfig,
  classes: z.array(z.string().max(80)).max(1000),
  datasetHash: Sha256,
  splitHash: Sha256,
  weightsSha256: Sha256.nullable(), // null: of a run from before they were kept
  device: Facts.nullable(),
  versions: Facts.nullable(),
  thawVersion: z.string().max(40),
});
export type PassportData = z.infer<typeof PassportData>;

export const passportCommands = {
  /** One HTML file, without scripts and without anything from elsewhere. */
  'runs.passport': {
    input: z.strictObject({
      runId: RunId,
      output: FilePath.nullable(), // a file; null: only answered
      language: Language.optional(), // English unless told
    }),
    output: z.strictObject({ html: z.string(), path: z.string().nullable() }),
  },
  /** Trains again by the settings of a run, or of a passport, and compares the weights bit for bit. */
  'runs.reproduce': {
    input: z.union([z.strictObject({ runId: RunId }), z.strictObject({ passport: FilePath })]),
    output: z.strictObject({
      originalRunId: RunId,
      runId: RunId, // of the training again
      expected: Sha256,
      found: Sha256,
      isSame: z.boolean(),
      differences: z.array(z.strictObject({ name: z.string(), before: z.string(), after: z.string() })), // of machine and versions
    }),
  },
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;
