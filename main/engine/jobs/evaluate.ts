/** Logits of a finished run for each photo and view, through the ONNX graph of its trained part. */
import { AppError } from '../../../shared/contract/errors.ts';
import { viewsOf } from '../../../shared/domain/view-set.ts';
import { writeLogits } from '../checkpoints/logits.ts';
import { openOnnxSession } from '../onnx/runtime.ts';
import { writeOnnx } from '../onnx/writer.ts';
import type { JobContext } from '../protocol/control.ts';
import type { EvaluateJob, EvaluateResult } from '../protocol/messages.ts';
import { prepareFeatures } from './features.ts';
import { openFrozenPart } from './frozen-part.ts';
import { phaseReporter } from './progress.ts';
import { readTrainedRun } from './run-state.ts';

const BATCH_ROWS = 64;

export async function runEvaluate(job: EvaluateJob, context: JobContext): Promise<EvaluateResult> {
  const startedMs = performance.now();
  const trained = await readTrainedRun(job.runFolder);
  const frozen = await openFrozenPart({
    backbonesFolder: job.backbonesFolder,
    backbone: trained.backbone,
    frozenThrough: trained.frozenThrough,
    classCount: trained.classes.length,
    featuresFolder: job.featuresFolder,
    context,
  });
  try {
    const { featuresFolder, images } = job;
    const views = viewsOf(job.views).map(({ id }) => id);
    const features = await prepareFeatures({ frozen, featuresFolder, images, views }, context);
    const head = frozen.suffix.heads[0];
    if (head === undefined) throw new AppError('BUG', `${frozen.network.id} has no classifier. Please report it.`);
    const model = writeOnnx(frozen.suffix, trained.weights, {
      outputNode: head.node,
      preprocessing: 'none',
      batch: 'dynamic',
    });
    const session = await openOnnxSession({ model, threads: frozen.threads, provider: 'cpu' });
    const report = phaseReporter(context, 'evaluating', () => performance.now());
    let viewsDone = 0;
    const imageIds = features.images.map(({ imageId }) => imageId);
    for (const [view, rows] of features.rowsOfView) {
      const values = await runRows(session.run, { rows, count: imageIds.length, breathe: context.breathe });
      const { classes } = trained;
      await writeLogits(job.outputFolder, { side: job.label, view, runId: job.jobId, classes, imageIds, values });
      viewsDone += 1;
      report(viewsDone, features.rowsOfView.size);
    }
    await session.close();
    const device = { executor: frozen.executor, trainer: frozen.executor };
    const skipped = [...features.skipped];
    return { kind: 'evaluate', device, views: [...views], elapsedMs: performance.now() - startedMs, skipped };
  } finally {
    await frozen.close();
  }
}

type Rows = { readonly rows: Float32Array; readonly count: number; readonly breathe: () => void };

/** Runs [count, D] rows in batches; returns [count, K]. */
async function runRows(
  run: (input: Float32Array, batch: number) => Promise<Float32Array>,
  { rows, count, breathe }: Rows,
): Promise<Float32Array> {
  const rowLength = rows.length / count;
  const parts: Float32Array[] = [];
  for (let start = 0; start < count; start += BATCH_ROWS) {
    breathe();
    const end = Math.min(count, start + BATCH_ROWS);
    parts.push(await run(rows.subarray(start * rowLength, end * rowLength), end - start));
  }
  const output = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    output.set(part, offset);
    offset += part.length;
  }
  return output;
}
