/** Imports a file of weights; see weights/importing. */
import type { JobContext } from '../protocol/control.ts';
import type { ImportWeightsJob, ImportWeightsResult } from '../protocol/machine-messages.ts';
import { importWeights } from '../weights/importing/import-weights.ts';
import { phaseReporter } from './progress.ts';

const UNIT_BYTES = 1_000_000; // progress counts megabytes

/** Throws as importWeights. */
export async function runImportWeights(job: ImportWeightsJob, context: JobContext): Promise<ImportWeightsResult> {
  const { file, network, sha256, source, licence, weightsFolder } = job;
  const report = phaseReporter(context, 'preparing', () => performance.now());
  const imported = await importWeights({
    ...{ file, network, sha256, source, licence, weightsFolder, breathe: context.breathe, now: () => new Date() },
    onBytes: (done, total) => report(Math.floor(done / UNIT_BYTES), Math.ceil(total / UNIT_BYTES)),
  });
  return { kind: 'import-weights', ...imported };
}
