/** Trains what is not frozen on the features of the frozen part, and keeps the best weights as a checkpoint. */
import { createHash } from 'node:crypto';
import { Sha256 } from '../../../shared/domain/ids.ts';
import type { Network, Weights } from '../../../shared/networks/network.ts';
import { listParameters } from '../../../shared/networks/parameters.ts';
import { writeCheckpoint } from '../checkpoints/checkpoint.ts';
import type { JobContext } from '../protocol/control.ts';
import type { JobImage, TrainJob, TrainResult } from '../protocol/messages.ts';
import { type TrainingRows, takeRows } from '../training/rows.ts';
import { type Selected, trainSelected } from '../training/select.ts';
import { describeTrainer, openTrainer } from './backend.ts';
import { type Features, prepareFeatures } from './features.ts';
import { type FrozenPart, openFrozenPart } from './frozen-part.ts';
import { phaseReporter } from './progress.ts';

export async function runTrain(job: TrainJob, context: JobContext): Promise<TrainResult> {
  const { backbonesFolder, backbone, frozenThrough, classes, featuresFolder, images } = job;
  const place = { backbonesFolder, featuresFolder, context };
  const frozen = await openFrozenPart({ ...place, backbone, frozenThrough, classCount: classes.length });
  try {
    const features = await prepareFeatures({ frozen, featuresFolder, images, views: ['centre'] }, context);
    const ops = await openTrainer(frozen.threads, (text) => context.send({ kind: 'note', text }));
    const startedMs = performance.now();
    const selected = await trainOnFeatures({ job, frozen, features, ops }, context);
    const trainMs = performance.now() - startedMs;
    const state = { backbone, frozenThrough, classes };
    await writeCheckpoint(job.runFolder, { epoch: selected.bestEpoch, tensors: selected.weights, state });
    const { bestEpoch, weightDecay, selectionCorrect, selectionTotal } = selected;
    return {
      kind: 'train',
      device: { executor: frozen.executor, trainer: describeTrainer(ops) },
      ...{ bestEpoch, weightDecay, selectionCorrect, selectionTotal },
      featurised: features.computed,
      featuriseMs: features.elapsedMs,
      trainMs,
      epochsRun: selected.epochs.length,
      weightsSha256: hashWeights(selected.weights),
      skipped: [...features.skipped],
    };
  } finally {
    await frozen.close();
  }
}

type Training = {
  readonly job: TrainJob;
  readonly frozen: FrozenPart;
  readonly features: Features;
  readonly ops: Awaited<ReturnType<typeof openTrainer>>;
};

function trainOnFeatures({ job, frozen, features, ops }: Training, context: JobContext): Promise<Selected> {
  const all: TrainingRows = {
    features: features.rowsOfView.get('centre') ?? new Float32Array(0),
    featureShape: frozen.rowShape,
    labels: Int32Array.from(features.images, ({ label }) => label ?? 0),
  };
  const usesValidation = job.selection.kind === 'validation';
  const rowsWhere = (keep: (image: JobImage) => boolean): Int32Array =>
    Int32Array.from(features.images.keys()).filter((row) => keep(features.images[row] as JobImage));
  const trainingRows = rowsWhere(({ side }) => !usesValidation || side !== 'val');
  const groups = numberGroups(features.images);
  return trainSelected(ops, {
    network: frozen.suffix,
    weights: startingWeights(frozen.suffix, frozen.weights),
    training: takeRows(all, trainingRows),
    trainingGroups: trainingRows.map((row) => groups[row] ?? -1),
    validation: usesValidation
      ? takeRows(
          all,
          rowsWhere(({ side }) => side === 'val'),
        )
      : null,
    recipe: job.recipe,
    selection: job.selection,
    seed: job.seed,
    onCandidate: phaseReporter(context, usesValidation ? 'training' : 'cross-validating', () => performance.now()),
    onEpoch: (report) => context.send({ kind: 'epoch', report }),
    shouldStop: context.shouldStop,
  });
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

function numberGroups(images: readonly JobImage[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(images, ({ groupId }) => {
    const number = numbers.get(groupId) ?? numbers.size;
    numbers.set(groupId, number);
    return number;
  });
}

/** SHA-256 over names, shapes and float32 bytes in the order of names: equal for equal weights. */
export function hashWeights(weights: Weights): Sha256 {
  const hash = createHash('sha256');
  for (const [name, { shape, values }] of [...weights].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name} ${shape.join('x')}\n`);
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return Sha256.parse(hash.digest('hex'));
}
