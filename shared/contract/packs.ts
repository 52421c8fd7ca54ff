/** Photos and runs as one file that another project takes in. */
import { z } from 'zod';
import { RunId, Sha256 } from '../domain/ids.ts';

const Count = z.int().nonnegative();
const FilePath = z.string().min(1).max(4096);

export const packsCommands = {
  'project.pack': {
    input: z.strictObject({
      output: FilePath,
      photos: z.boolean(), // with labels, groups and sides
      runs: z.union([z.literal('all'), z.array(RunId).max(10_000)]), // finished ones
    }),
    output: z.strictObject({ path: z.string(), packId: Sha256, bytes: Count, photos: Count, runs: Count }),
  },
  /** Photos and runs that are here already stay as they are. */
  'project.unpack': {
    input: z.strictObject({ path: FilePath }),
    output: z.strictObject({
      packId: Sha256,
      name: z.string(), // of the project that it comes from
      photos: z.strictObject({ added: Count, known: Count, conflicts: Count }), // conflicts: another label or side here
      runs: z.strictObject({ added: Count, known: Count }),
    }),
  },
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;
