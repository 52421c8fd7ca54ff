/** Exports of finished runs, proven in their own runtimes. */
import { z } from 'zod';
import { ExportFormat, ExportRecord } from '../domain/export.ts';
import { RunId } from '../domain/ids.ts';

export const MOST_CHECKED = 1000; // pictures

export const exportingCommands = {
  /** Writes a folder a format, and keeps it only where its runtimes agree with the app. */
  'runs.export': {
    input: z.strictObject({
      runId: RunId,
      formats: z.array(ExportFormat).min(1).max(3),
      preprocessing: z.boolean(), // inside the graph, of ONNX
      output: z.string().min(1).max(4096).nullable(), // gets a folder a format; null: the run's own folder
      mostPictures: z.int().min(1).max(MOST_CHECKED).optional(), // to compare on, 64 unless told
    }),
    output: z.strictObject({ runId: RunId, exports: z.array(ExportRecord) }),
  },
  /** Exports of a run that were ready, the newest first; their folders may have been moved since. */
  'runs.exports': {
    input: z.strictObject({ runId: RunId }),
    output: z.strictObject({ exports: z.array(ExportRecord) }),
  },
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;
