/** Trains what is not frozen on the features of the frozen part, and keeps the best weights as a checkpoint. */
import { Sha256 } from '../../../shared/domain/ids.ts';
import type { EpochReport } from '../../../shared/domain/run.ts';
import type { Network, Weights } from '../../../shared/networks/network.ts';
import { listParameters } from '../../../shared/networks/parameters.ts';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import { sha256Hex } from '../../kernel/hashing.ts';
import { thawVersion } from '../../kernel/version.ts';
import { CROSS_VALIDATED, writeLogits } from '../checkpoints/logits.ts';
import type { JobContext } from '../protocol/control.ts';
import type { JobImage, TrainJob, TrainResult } from '../protocol/messages.ts';
import type { RowSource } from '../training/rows.ts';
import { type Chosen, type Selected, trainSelected } from '../training/select.ts';
import { LossNotFinite } from '../training/train.ts';
import { type Augmenting, settleAugmentation } from './augmentation.ts';
import { openTrainer } from './backend.ts';
import { type FrozenPart, openFrozenPart } from './frozen-part.ts';
import { type LeftOut, openLeftOut } from './left-out.ts';
import { phaseReporter, stepReporter } from './progress.ts';
import { openRunKeeper, type RunKeeper } from './run-keeper.ts';
import { inOneLine, tellDevice, trainResult } from './train-result.ts';
import { prepareRows, type TrainingRows } from './training-rows.ts';

const now = (): number => performance.now();

export async function runTrain(job: TrainJob, context: JobContext): Promise<TrainResult> {
  const { backbonesFolder, backbone, frozenThrough, classes, featuresFolder, seed } = job;
  const place = { backbonesFolder, featuresFolder, context };
  const augmenting = await settleAugmentation(job, context);
  const frozen = await openFrozenPart({ ...place, backbone, frozenThrough, seed, classCount: classes.length });
  try {
    const prepared = await prepareRows({ job, frozen, augmenting }, context);
    return await trainPrepared({ job, frozen, augmenting, prepared }, context);
  } finally {
    await frozen.close();
  }
}

type Prepared = {
  readonly job: TrainJob;
  readonly frozen: FrozenPart;
  readonly augmenting: Augmenting | null;
  readonly prepared: TrainingRows;
};

async function trainPrepared(
  { job, frozen, augmenting, prepared }: Prepared,
  context: JobContext,
): Promise<TrainResult> {
  const { images } = prepared;
  const ops = await openTrainer(frozen.threads, (text) => context.send({ kind: 'note', text }));
  const device = tellDevice(frozen.executor, ops, context);
  const inputsSha256 = hashInputs(job, augmenting, images);
  const keeper = await openRunKeeper({ job, inputsSha256, device: inOneLine(device) }, context);
  // of the part before: the host may have died before it took them
  for (const report of keeper.resumeFrom?.position.history ?? []) context.send({ kind: 'epoch', report });
  const leftOut = await openLeftOut(job.runFolder, !job.resume);
  const rows = await prepared.open(leftOut);
  const startedMs = now();
  try {
    const selected = await trainOnRows({ job, frozen, images, rows, keeper, leftOut, ops }, context);
    const trainMs = now() - startedMs + (keeper.resumeFrom?.position.elapsedMs ?? 0);
    const skipped = [...prepared.skipped, ...leftOut.all()];
    return trainResult({ device, selected, weights: selected.weights, prepared, trainMs, skipped });
  } finally {
    await rows.close();
  }
}

type Training = {
  readonly job: TrainJob;
  readonly frozen: FrozenPart;
  readonly images: readonly JobImage[];
  readonly rows: RowSource;
  readonly keeper: RunKeeper;
  readonly leftOut: LeftOut;
  readonly ops: Awaited<ReturnType<typeof openTrainer>>;
};

/** Where the loss is no number, the weights of the best epoch before are kept all the same. */
async function trainOnRows(training: Training, context: JobContext): Promise<Selected> {
  const { keeper } = training;
  try {
    const selected = await trainSelected(training.ops, selectionRequest(training, context));
    await keeper.finish(selected);
    return selected;
  } catch (error) {
    if (error instanceof LossNotFinite && error.lastGood !== null) await keeper.finish(error.lastGood);
    throw error;
  }
}

function selectionRequest({ job, frozen, images, rows, keeper, leftOut }: Training, context: JobContext) {
  const { recipe, selection, seed } = job;
  const isJudged = selection.kind === 'validation';
  const rowsWhere = (keep: (image: JobImage) => boolean): Int32Array =>
    Int32Array.from(images.keys()).filter((row) => keep(images[row] as JobImage));
  const { chosen, resumeFrom, changes, checkpoints, trials, early: finish, onChange } = keeper;
  if (chosen !== null) leftOut.endTrials();
  const training = rowsWhere(({ side }) => !isJudged || side !== 'val');
  return {
    network: frozen.suffix,
    weights: startingWeights(frozen.suffix, frozen.weights),
    rows,
    training,
    onHeldOut: (logits: Float32Array) =>
      writeHeldOut(
        job,
        Array.from(training, (row) => images[row]!.imageId),
        logits,
      ),
    validation: isJudged ? rowsWhere(({ side }) => side === 'val') : null,
    ...{ recipe, selection, seed, chosen, changes, checkpoints, trials, finish, onChange },
    onChosen: async (settled: Chosen) => {
      await keeper.onChosen(settled);
      leftOut.endTrials();
    },
    ...(resumeFrom && { resumeFrom }),
    onCandidate: stepReporter(context, isJudged ? 'training' : 'cross-validating', now),
    onEpoch: (epoch: EpochReport) => context.send({ kind: 'epoch', report: epoch }),
    onStartingRow: phaseReporter(context, 'featurising', now),
    onStep: stepReporter(context, 'training', now),
    shouldStop: context.shouldStop,
  } satisfies Parameters<typeof trainSelected>[1];
}

/** Logits [N, K] of the folds that held each photo out, as a side of their own; NaN: none did. */
export async function writeHeldOut(
  { runFolder, jobId, classes }: TrainJob,
  imageIds: readonly string[],
  logits: Float32Array,
) {
  const width = classes.length;
  const rows = [...imageIds.keys()].filter((row) => !Number.isNaN(logits[row * width]));
  const values = new Float32Array(rows.length * width);
  for (const [to, row] of rows.entries()) values.set(logits.subarray(row * width, (row + 1) * width), to * width);
  await writeLogits(runFolder, {
    ...{ side: CROSS_VALIDATED, view: 'centre', runId: jobId, classes, values },
    source: { weightsSha256: null, thawVersion: thawVersion() },
    imageIds: rows.map((row) => imageIds[row]!),
  });
}

/** SHA-256 of everything that decides the weights, but for the device. */
function hashInputs(job: TrainJob, augmenting: Augmenting | null, images: readonly JobImage[]): Sha256 {
  const { backbone, frozenThrough, classes, recipe, selection, seed } = job;
  const rows = images.map(({ imageId, label, groupId, side }) => [imageId, label, groupId, side]);
  const drawn = augmenting === null ? {} : { augmentation: { ...augmenting } };
  const inputs = { backbone, frozenThrough, classes, recipe, selection, seed, rows, ...drawn };
  return Sha256.parse(sha256Hex(canonicalJson(inputs)));
}

/** Pretrained tensors, but for the classifiers, which start at zero: their softmax answers every class alike. */
export function startingWeights(suffix: Network, pretrained: Weights): Weights {
  const classifiers = new Set(suffix.heads.map(({ node }) => node));
  const fresh = new Set(
    suffix.nodes.flatMap((node) => (node.kind === 'dense' && classifiers.has(node.id) ? [node.weight, node.bias] : [])),
  );
  return new Map(
    listParameters(suffix).map(({ name, shape }) => {
      const kept = fresh.has(name) ? undefined : pretrained.get(name);
      const count = shape.reduce((product, extent) => product * extent, 1);
      return [name, kept ?? { shape, values: new Float32Array(count) }];
    }),
  );
}
