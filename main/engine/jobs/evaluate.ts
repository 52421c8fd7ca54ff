/** Logits of a finished run for each photo and view, through the ONNX graph of its trained part. */
import { AppError } from '../../../shared/contract/errors.ts';
import { type View, viewsOf } from '../../../shared/domain/view-set.ts';
import { type LogitsName, readLogits, writeLogits } from '../checkpoints/logits.ts';
import { type OnnxSession, openOnnxSession } from '../onnx/runtime.ts';
import { writeOnnx } from '../onnx/writer.ts';
import type { JobContext } from '../protocol/control.ts';
import type { EvaluateJob, EvaluateResult } from '../protocol/messages.ts';
import { type FrozenPart, openFrozenPart } from './frozen-part.ts';
import { phaseReporter } from './progress.ts';
import { readTrainedRun, type TrainedRun } from './run-state.ts';
import { assertViewsFit, viewLogits } from './view-logits.ts';

/** Throws CANCELLED, DISK_FULL, DATASET_UNFIT; INVALID_INPUT where a view does not fit the network. */
export async function runEvaluate(job: EvaluateJob, context: JobContext): Promise<EvaluateResult> {
  const startedMs = performance.now();
  const views = viewsOf(job.views);
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
    assertViewsFit(views, frozen.network.preprocessing);
    const head = await openHead(frozen, trained);
    const skipped = await writeAll(job, { frozen, head, views, classes: trained.classes }, context);
    await head.close();
    const device = { executor: frozen.executor, trainer: frozen.executor };
    const ids = views.map(({ id }) => id);
    return { kind: 'evaluate', device, views: ids, elapsedMs: performance.now() - startedMs, skipped };
  } finally {
    await frozen.close();
  }
}

/** The trained part, behind the frozen one. */
async function openHead({ suffix, network, threads }: FrozenPart, { weights }: TrainedRun): Promise<OnnxSession> {
  const head = suffix.heads[0];
  if (head === undefined) throw new AppError('BUG', `${network.id} has no classifier. Please report it.`);
  const model = writeOnnx(suffix, weights, { outputNode: head.node, preprocessing: 'none', batch: 'dynamic' });
  return await openOnnxSession({ model, threads, provider: 'cpu' });
}

type Answering = {
  readonly frozen: FrozenPart;
  readonly head: OnnxSession;
  readonly views: readonly View[];
  readonly classes: readonly string[];
};

/** Writes a file for each view, all of the same photos, and gives those that could not be read. */
async function writeAll(
  { featuresFolder, images, outputFolder, label, jobId }: EvaluateJob,
  { frozen, head, views, classes }: Answering,
  context: JobContext,
): Promise<EvaluateResult['skipped']> {
  const report = phaseReporter(context, 'evaluating', () => performance.now());
  const request = { frozen, featuresFolder, images, views, classCount: classes.length, runHead: head.run, report };
  const skipped: EvaluateResult['skipped'] = [];
  const written: LogitsName[] = [];
  for await (const { view, images: answered, values, skipped: unread } of viewLogits(request, context)) {
    if (unread.length > 0) await leaveOut(outputFolder, written, new Set(unread.map(({ imageId }) => imageId)));
    skipped.push(...unread);
    const name = { side: label, view };
    const imageIds = answered.map(({ imageId }) => imageId);
    await writeLogits(outputFolder, { ...name, runId: jobId, classes, imageIds, values });
    written.push(name);
  }
  return skipped;
}

/** A photo that went while later views were computed goes from the earlier ones too. */
async function leaveOut(folder: string, written: readonly LogitsName[], gone: ReadonlySet<string>): Promise<void> {
  for (const name of written) {
    const logits = await readLogits(folder, name);
    const rows = [...logits.imageIds.keys()].filter((row) => !gone.has(logits.imageIds[row]!));
    const width = logits.classes.length;
    const values = new Float32Array(rows.length * width);
    for (const [to, row] of rows.entries())
      values.set(logits.values.subarray(row * width, (row + 1) * width), to * width);
    await writeLogits(folder, { ...logits, imageIds: rows.map((row) => logits.imageIds[row]!), values });
  }
}
