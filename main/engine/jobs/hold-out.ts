/** What a softmax on the backbone answers for photos that it did not learn from: each held out once, with its group. */
import { Recipe } from '../../../shared/domain/recipe.ts';
import { stratifiedFolds } from '../../../shared/math/stratified-folds.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { thawVersion } from '../../kernel/version.ts';
import { writeLogits } from '../checkpoints/logits.ts';
import type { JobContext } from '../protocol/control.ts';
import type { HoldOutJob, HoldOutResult } from '../protocol/messages.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { linearHeldOutCurves } from '../training/linear-curves.ts';
import { rowsInMemory } from '../training/rows.ts';
import { describeTrainer, openTrainer } from './backend.ts';
import { prepareFeatures } from './features.ts';
import { openFrozenPart } from './frozen-part.ts';
import { numberGroups } from './probe.ts';
import { phaseReporter } from './progress.ts';

const LABEL = 'heldout'; // side of the logits file
const recipe = Recipe.parse({ epochs: 20, labelSmoothing: 0, patience: null }); // nothing is chosen by the answers

/** Logits of the last epoch go to the run's folder. Throws CANCELLED, DISK_FULL, DATASET_UNFIT. */
export async function runHoldOut(job: HoldOutJob, context: JobContext): Promise<HoldOutResult> {
  const { backbonesFolder, featuresFolder, backbone, classes, images, runFolder, jobId } = job;
  const frozenThrough = findNetwork(backbone).stages.at(-1)!.id;
  const place = { backbonesFolder, featuresFolder, context };
  const frozen = await openFrozenPart({ ...place, backbone, frozenThrough, classCount: classes.length });
  try {
    const features = await prepareFeatures({ frozen, featuresFolder, images, views: ['centre'] }, context);
    const ops = await openTrainer(frozen.threads, (text) => context.send({ kind: 'note', text }));
    const rows = rowsInMemory({
      features: features.rowsOfView.get('centre') ?? new Float32Array(0),
      featureShape: frozen.rowShape,
      labels: Int32Array.from(features.images, ({ label }) => label ?? 0),
      groups: numberGroups(features.images),
    });
    const values = await answersOfFolds(ops, { job, rows }, context);
    const imageIds = features.images.map(({ imageId }) => imageId);
    const source = { weightsSha256: null, thawVersion: thawVersion() };
    await writeLogits(runFolder, { side: LABEL, view: 'centre', source, runId: jobId, classes, imageIds, values });
    const device = { executor: frozen.executor, trainer: describeTrainer(ops) };
    return { kind: 'hold-out', device, label: LABEL, skipped: [...features.skipped] };
  } finally {
    await frozen.close();
  }
}

type Asked = { readonly job: HoldOutJob; readonly rows: ReturnType<typeof rowsInMemory> };

/** Logits [N, K], all folds trained together. */
async function answersOfFolds(ops: TensorOps, { job, rows }: Asked, context: JobContext): Promise<Float32Array> {
  const { classes, folds, seed, weightDecay } = job;
  const classCount = classes.length;
  const foldOf = stratifiedFolds({ ...rows, folds, seed });
  const members = Array.from({ length: folds }, (_, fold) => ({
    weightDecay,
    isHeldOut: Uint8Array.from(foldOf, (own) => (own === fold ? 1 : 0)),
  }));
  const values = new Float32Array(rows.count * classCount);
  await linearHeldOutCurves(ops, {
    data: rows,
    recipe,
    onJudged: ({ row, logits }) => values.set(logits, row * classCount), // the last epoch stays
    ...{ classCount, members, seed, shouldStop: context.shouldStop },
    onEpoch: phaseReporter(context, 'cross-validating', () => performance.now()),
  });
  return values;
}
