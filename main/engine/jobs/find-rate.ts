/** The learning-rate finder on a project's photos: what is trained is thrown away. */
import { featureKey } from '../features/key.ts';
import type { JobContext } from '../protocol/control.ts';
import type { FindRateJob, FindRateResult } from '../protocol/messages.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { listStrengths } from '../training/cross-validate.ts';
import type { RateSweep } from '../training/rate-finder.ts';
import { sweepLearningRates } from '../training/rate-sweep.ts';
import type { RowSource } from '../training/rows.ts';
import { isSoftmaxOnly } from '../training/softmax-start.ts';
import { describeTrainer, openTrainer } from './backend.ts';
import { computeFeatures, type Features } from './features.ts';
import { type FrozenPart, openFrozenPart } from './frozen-part.ts';
import { phaseReporter } from './progress.ts';
import { openStoredRows } from './stored-rows.ts';
import { startingWeights } from './train.ts';

const RANGE = { lowest: 1e-6, highest: 10 };
const LINEAR_STEPS = 100; // a step of a softmax alone takes a millisecond
const DEEP_STEPS = 50;

/** Throws CANCELLED, OUT_OF_MEMORY, DATASET_UNFIT, DISK_FULL, BACKEND_MISSING. */
export async function runFindRate(job: FindRateJob, context: JobContext): Promise<FindRateResult> {
  const { backbonesFolder, featuresFolder, backbone, frozenThrough, classes, images } = job;
  const place = { backbonesFolder, featuresFolder, context };
  const frozen = await openFrozenPart({ ...place, backbone, frozenThrough, classCount: classes.length });
  try {
    const features = await computeFeatures({ frozen, featuresFolder, images, views: ['centre'] }, context);
    const ops = await openTrainer(frozen.threads, (text) => context.send({ kind: 'note', text }));
    const data = await openRows(job, frozen, features);
    const { suggested, points } = await sweep(ops, { job, frozen, data }, context);
    return {
      kind: 'find-rate',
      device: { executor: frozen.executor, trainer: describeTrainer(ops) },
      suggested,
      points: points.filter(({ loss }) => Number.isFinite(loss)),
      skipped: [...features.skipped],
    };
  } finally {
    await frozen.close();
  }
}

function openRows(job: FindRateJob, frozen: FrozenPart, { images }: Features): Promise<RowSource> {
  return openStoredRows({
    folder: job.featuresFolder,
    key: featureKey(frozen.keyOfView('centre')),
    imageIds: images.map(({ imageId }) => imageId),
    featureShape: frozen.rowShape,
    labels: Int32Array.from(images, ({ label }) => label ?? 0),
    groups: Int32Array.from(images.keys()), // nothing is held out
  });
}

type Sweep = { readonly job: FindRateJob; readonly frozen: FrozenPart; readonly data: RowSource };

/** With the weight decay that such a training has; where it would be chosen by trials, the weakest of them. */
function sweep(ops: TensorOps, { job, frozen, data }: Sweep, context: JobContext) {
  const network = frozen.suffix;
  const steps = isSoftmaxOnly(network) ? LINEAR_STEPS : DEEP_STEPS;
  const report = phaseReporter(context, 'checking', () => performance.now());
  let asked = 0;
  const shouldStop = (): boolean => {
    report(asked, steps);
    asked += 1;
    return context.shouldStop();
  };
  const range: RateSweep = { ...RANGE, steps };
  const weightDecay = listStrengths(job.recipe, network)[0] ?? 0;
  const weights = startingWeights(network, frozen.weights);
  const recipe = { ...job.recipe, weightDecay };
  return sweepLearningRates(ops, { network, weights, data, recipe, seed: job.seed, shouldStop }, range);
}
