/** Where a finished run looks in photos, and whether its answers hang on it: Grad-CAM, and the answers with parts blurred. */
import { AppError } from '../../../shared/contract/errors.ts';
import { lookVerdict } from '../../../shared/domain/looking.ts';
import type { Network, Shape } from '../../../shared/networks/network.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { inferShapes } from '../../../shared/networks/shapes.ts';
import { split, withClasses } from '../../../shared/networks/split.ts';
import { pinnedThreads } from '../../kernel/pinned-threads.ts';
import { createLoader } from '../loading/loader.ts';
import { blurred, hotMask, joined } from '../looking/blur.ts';
import { enlarge, gradCam, type MapShape } from '../looking/heat.ts';
import type { JobContext } from '../protocol/control.ts';
import type { LookedAt, LookJob, LookResult } from '../protocol/messages.ts';
import { createModel, type Model } from '../tensorflow/interpreter.ts';
import { loadChosenWeights } from '../weights/chosen-weights.ts';
import { describeTrainer, openTrainer } from './backend.ts';
import { phaseReporter } from './progress.ts';
import { readTrainedRun } from './run-state.ts';

const BATCH_PHOTOS = 8;
const LOADER_SLOTS = 2;
const BLURS_A_SIDE = 12; // the crop's side by the blur's standard deviation: 19 pixels of 224

/** Throws CANCELLED, NOT_FOUND for a stage that has no map, BACKEND_MISSING, CHECKPOINT_DAMAGED. */
export async function runLook(job: LookJob, context: JobContext): Promise<LookResult> {
  const trained = await readTrainedRun(job.runFolder);
  const network = withClasses(findNetwork(trained.backbone), trained.classes.length);
  const stages = stagesWithMaps(network);
  const stage = stages.find(({ id }) => id === (job.stage ?? stages.at(-1)?.id));
  if (stage === undefined) throw noSuchStage(network, job.stage, stages);
  const target = classIndex(trained.classes, job.target);
  const backbone = await loadChosenWeights(job.backbonesFolder, trained.backbone);
  const weights = new Map([...backbone.weights, ...trained.weights]);
  const ops = await openTrainer(pinnedThreads(), (text) => context.send({ kind: 'note', text }));
  const device = describeTrainer(ops);
  context.send({ kind: 'device', device });
  const { prefix, suffix } = split(network, stage.id);
  const before = createModel(ops, prefix, { weights, trainable: () => false });
  const after = createModel(ops, suffix, { weights, trainable: () => false });
  try {
    const watching = { job, target, network, shape: stage.shape, before, after, classCount: trained.classes.length };
    const found = await lookAtAll(watching, context);
    const kind = 'look' as const;
    const places = { stage: stage.id, stages: stages.map(({ id }) => id) };
    return { kind, device: { executor: device, trainer: device }, classes: trained.classes, ...places, ...found };
  } finally {
    before.close();
    after.close();
  }
}

type MapStage = { readonly id: string; readonly shape: MapShape };

/** Those whose output still has places: more than one. */
function stagesWithMaps(network: Network): readonly MapStage[] {
  const shapes = inferShapes(network);
  const hasPlaces = (shape: Shape | undefined): shape is MapShape => shape?.length === 3 && shape[1]! * shape[2]! > 1;
  return network.stages.flatMap(({ id, node }) => {
    const shape = shapes.get(node);
    return node !== 'input' && hasPlaces(shape) ? [{ id, shape }] : [];
  });
}

function noSuchStage(network: Network, stage: string | null, stages: readonly MapStage[]): AppError {
  const known = stages.map(({ id }) => id).join(', ');
  const text = `${network.id} has no stage '${stage}' whose output is a map. Choose one of: ${known}.`;
  return new AppError('NOT_FOUND', text);
}

function classIndex(classes: readonly string[], target: string | null): number | null {
  if (target === null) return null;
  const index = classes.indexOf(target);
  if (index >= 0) return index;
  throw new AppError('NOT_FOUND', `This run knows no class '${target}'. Choose one of: ${classes.join(', ')}.`);
}

type Watching = {
  readonly job: LookJob;
  readonly target: number | null; // null: each photo's answer
  readonly network: Network;
  readonly shape: MapShape;
  readonly before: Model;
  readonly after: Model;
  readonly classCount: number;
};

async function lookAtAll(watching: Watching, context: JobContext): Promise<Pick<LookResult, 'photos' | 'skipped'>> {
  const { job, network } = watching;
  const report = phaseReporter(context, 'evaluating', () => performance.now());
  const loader = createLoader({
    threads: pinnedThreads(),
    slots: LOADER_SLOTS,
    batchSize: BATCH_PHOTOS,
    preprocessing: network.preprocessing,
    views: ['centre'],
    items: job.images.map(({ imageId, path }) => ({ sha256: imageId, path })),
  });
  const idOf = new Map(job.images.map(({ imageId }) => [imageId as string, imageId]));
  const photos: LookedAt[] = [];
  const skipped: LookResult['skipped'] = [];
  for await (const { batch, items, failures } of loader) {
    context.breathe();
    skipped.push(...failures.map(({ item, failure }) => ({ imageId: item.sha256, failure })));
    const length = batch.length / Math.max(1, items.length);
    for (const [row, { sha256 }] of items.entries()) {
      context.breathe();
      const photo = Float32Array.from(batch.subarray(row * length, (row + 1) * length));
      photos.push({ imageId: idOf.get(sha256)!, ...(await lookAt(photo, watching)) });
      report(photos.length + skipped.length, job.images.length);
    }
  }
  return { photos, skipped };
}

async function lookAt(photo: Float32Array, { target: wish, network, shape, before, after, classCount }: Watching) {
  const features = await before.forward(photo);
  const { logits, chosen, gradient } = await after.inputGradient(features, (found) =>
    Int32Array.of(wish ?? largest(found)),
  );
  const [, height, width] = shape;
  const heat = gradCam(features, gradient, shape);
  const side = network.preprocessing.cropSize;
  const sigma = side / BLURS_A_SIDE;
  const { mask, share } = hotMask(enlarge(heat, [height, width], side), side, sigma);
  const soft = blurred(photo, side, sigma);
  const two = Float32Array.from([...joined(soft, photo, mask), ...joined(photo, soft, mask)]);
  const blurredLogits = await after.forward(await before.forward(two));
  const target = chosen[0]!;
  const asked = [logits, blurredLogits.subarray(0, classCount), blurredLogits.subarray(classCount)].map((row) => ({
    answer: largest(row),
    probability: softmaxAt(row, target),
  })) as [Asked, Asked, Asked];
  const [whole, withoutHot, withoutRest] = asked;
  const answers = { answer: whole.answer, withoutHot: withoutHot.answer, withoutRest: withoutRest.answer };
  return {
    ...{ target, height, width, hotShare: share, verdict: lookVerdict(answers) },
    heat: Buffer.from(heat.map((value) => Math.round(value * 255))).toString('base64'),
    ...{ whole, withoutHot, withoutRest },
  };
}

type Asked = LookedAt['whole'];

function largest(values: Float32Array): number {
  return values.reduce((best, value, at) => (value > values[best]! ? at : best), 0);
}

function softmaxAt(logits: Float32Array, target: number): number {
  const most = logits[largest(logits)]!;
  const sum = logits.reduce((total, value) => total + Math.exp(value - most), 0);
  return Math.exp(logits[target]! - most) / sum;
}
