/** Logits of a finished run for each photo and view, through the ONNX graph of its trained part; stored ones are kept. */
import { AppError } from '../../../shared/contract/errors.ts';
import { type View, viewsOf } from '../../../shared/domain/view-set.ts';
import { thawVersion } from '../../kernel/version.ts';
import {
  findLogits,
  type Logits,
  type LogitsSource,
  pickRows,
  readLogits,
  rowsById,
  writeLogits,
} from '../checkpoints/logits.ts';
import { type OnnxSession, openOnnxSession } from '../onnx/runtime.ts';
import { writeOnnx } from '../onnx/writer.ts';
import type { JobContext } from '../protocol/control.ts';
import type { EvaluateJob, EvaluateResult, JobImage } from '../protocol/messages.ts';
import { hashWeights } from '../weights/hash-weights.ts';
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
    const source = { weightsSha256: hashWeights(trained.weights), thawVersion: thawVersion() };
    const { skipped, computed } = await writeAll(
      job,
      { frozen, head, views, classes: trained.classes, source },
      context,
    );
    await head.close();
    const device = { executor: frozen.executor, trainer: frozen.executor };
    const ids = views.map(({ id }) => id);
    return { kind: 'evaluate', device, views: ids, computed, elapsedMs: performance.now() - startedMs, skipped };
  } finally {
    await frozen.close();
  }
}

/** The trained part, behind the frozen one. The caller closes it. */
export async function openHead(
  { suffix, network, threads }: FrozenPart,
  { weights }: Pick<TrainedRun, 'weights'>,
): Promise<OnnxSession> {
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
  readonly source: LogitsSource;
};
type Gap = { readonly images: readonly JobImage[]; readonly views: readonly View[] }; // views that lack the same photos
type Written = Pick<EvaluateResult, 'skipped' | 'computed'>;

/** A file for each view, all of the same photos; only what is not stored yet is computed. */
async function writeAll(job: EvaluateJob, answering: Answering, context: JobContext): Promise<Written> {
  const { featuresFolder, outputFolder, label } = job;
  const { frozen, head, classes } = answering;
  const gaps = await findGaps(job, answering);
  const total = gaps.reduce((sum, { images, views }) => sum + images.length * views.length, 0);
  const tell = phaseReporter(context, 'evaluating', () => performance.now());
  const skipped: EvaluateResult['skipped'] = [];
  let [done, computed] = [0, 0];
  for (const { images, views } of gaps) {
    const own = images.length * views.length;
    const report = (part: number, whole: number): void => tell(done + Math.round((own * part) / whole), total);
    const request = { frozen, featuresFolder, images, views, classCount: classes.length, runHead: head.run, report };
    const isAll = images.length === job.images.length;
    for await (const found of orSkipped(viewLogits(request, context), images, isAll)) {
      skipped.push(...found.skipped.filter(({ imageId }) => !skipped.some((known) => known.imageId === imageId)));
      if (found.view !== null) await addLogits(job, answering, found);
      computed += found.images.length;
    }
    done += own;
  }
  if (skipped.length > 0) await leaveOut({ outputFolder, label }, answering, skipped);
  return { skipped, computed };
}

type Found = {
  readonly view: string | null;
  readonly images: readonly JobImage[];
  readonly values: Float32Array;
} & Pick<EvaluateResult, 'skipped'>;

/** Where a few photos are missing and none of them can be read, the others are there all the same. */
async function* orSkipped(
  logits: ReturnType<typeof viewLogits>,
  images: readonly JobImage[],
  isAll: boolean,
): AsyncGenerator<Found> {
  try {
    for await (const found of logits) yield { ...found, skipped: [...found.skipped] };
  } catch (error) {
    if (isAll || !(error instanceof AppError) || error.code !== 'DATASET_UNFIT') throw error;
    const failure = { code: 'IMAGE_UNREADABLE', message: 'It could not be read. Put the file back.' } as const;
    const skipped = images.map(({ imageId }) => ({ imageId, failure }));
    yield { view: null, images: [], values: new Float32Array(), skipped };
  }
}

async function findGaps({ images, outputFolder, label }: EvaluateJob, { views, source }: Answering): Promise<Gap[]> {
  const gaps = new Map<string, { images: readonly JobImage[]; views: View[] }>();
  for (const view of views) {
    const known = await findLogits(outputFolder, { side: label, view: view.id }, source);
    const rows = known === null ? null : rowsById(known);
    const missing = rows === null ? images : images.filter(({ imageId }) => !rows.has(imageId));
    if (missing.length === 0) continue;
    const key = missing.map(({ imageId }) => imageId).join();
    const gap = gaps.get(key) ?? { images: missing, views: [] };
    gap.views.push(view);
    gaps.set(key, gap);
  }
  return [...gaps.values()];
}

/** What was stored of today's photos, and what was computed now, in the job's order. */
async function addLogits(job: EvaluateJob, { classes, source }: Answering, found: Found): Promise<void> {
  const name = { side: job.label, view: found.view! };
  const known = await findLogits(job.outputFolder, name, source);
  const added = { ...name, source, runId: job.jobId, classes, imageIds: idsOf(found.images), values: found.values };
  await writeLogits(job.outputFolder, known === null ? added : joined(known, added, idsOf(job.images)));
}

const idsOf = (images: readonly JobImage[]): string[] => images.map(({ imageId }) => imageId);

function joined(known: Logits, added: Logits, order: readonly string[]): Logits {
  const isAdded = rowsById(added);
  const kept = known.imageIds.filter((imageId) => !isAdded.has(imageId));
  const own = pickRows(known, kept);
  const values = new Float32Array(own.values.length + added.values.length);
  values.set(own.values);
  values.set(added.values, own.values.length);
  const all = { ...added, imageIds: [...kept, ...added.imageIds], values };
  const there = rowsById(all);
  return pickRows(
    all,
    order.filter((imageId) => there.has(imageId)),
  );
}

/** A photo that went while later views were computed goes from the earlier ones too. */
async function leaveOut(
  { outputFolder, label }: Pick<EvaluateJob, 'outputFolder' | 'label'>,
  { views }: Answering,
  skipped: EvaluateResult['skipped'],
): Promise<void> {
  const gone = new Set(skipped.map(({ imageId }) => imageId));
  for (const { id } of views) {
    const logits = await readLogits(outputFolder, { side: label, view: id });
    if (logits.imageIds.some((imageId) => gone.has(imageId)))
      await writeLogits(
        outputFolder,
        pickRows(
          logits,
          logits.imageIds.filter((imageId) => !gone.has(imageId)),
        ),
      );
  }
}
