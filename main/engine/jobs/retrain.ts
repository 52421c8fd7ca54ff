/** The softmax of a finished run trained anew, on what its other layers give: they stay as they are. */
import { Sha256 } from '../../../shared/domain/ids.ts';
import type { Network } from '../../../shared/networks/network.ts';
import { withClasses } from '../../../shared/networks/split.ts';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import { sha256Hex } from '../../kernel/hashing.ts';
import type { JobContext } from '../protocol/control.ts';
import type { TrainJob, TrainResult } from '../protocol/messages.ts';
import { rowsInMemory } from '../training/rows.ts';
import { trainSelected } from '../training/select.ts';
import { hashWeights } from '../weights/hash-weights.ts';
import { openTrainer } from './backend.ts';
import { numberGroups } from './probe.ts';
import { stepReporter } from './progress.ts';
import { prepareRunFeatures, type RunFeatures } from './run-features.ts';
import { openRunKeeper } from './run-keeper.ts';
import { startingWeights, writeHeldOut } from './train.ts';
import { inOneLine, tellDevice, trainResult } from './train-result.ts';

const now = (): number => performance.now();

/** The classes may be others than the finished run's. Throws as runTrain, and CHECKPOINT_DAMAGED for that run. */
export async function runRetrain(job: TrainJob, headOf: string, context: JobContext): Promise<TrainResult> {
  const { featuresFolder, backbonesFolder, images } = job;
  const features = await prepareRunFeatures({ runFolder: headOf, featuresFolder, backbonesFolder, images }, context);
  const ops = await openTrainer(features.threads, (text) => context.send({ kind: 'note', text }));
  const device = tellDevice(features.executor, ops, context);
  const asked = { job, inputsSha256: hashInputs(job, features), device: inOneLine(device) };
  const keeper = await openRunKeeper(asked, context);
  const startedMs = now();
  const selected = await trainSelected(ops, headRequest({ job, features, keeper }, context));
  const weights = new Map([...features.trained.weights, ...selected.weights]);
  await keeper.finish({ ...selected, weights });
  const { skipped } = features;
  return trainResult({ device, selected, weights, prepared: features, trainMs: now() - startedMs, skipped });
}

type Retraining = {
  readonly job: TrainJob;
  readonly features: RunFeatures;
  readonly keeper: Awaited<ReturnType<typeof openRunKeeper>>;
};

function headRequest({ job, features, keeper }: Retraining, context: JobContext) {
  const { recipe, selection, seed, classes } = job;
  const { images, rows, width } = features;
  const network: Network = withClasses(features.head, classes.length);
  const isJudged = selection.kind === 'validation';
  const rowsOn = (isVal: boolean): Int32Array =>
    Int32Array.from(images.keys()).filter((row) => (images[row]!.side === 'val') === isVal);
  const training = isJudged ? rowsOn(false) : Int32Array.from(images.keys());
  const { chosen, resumeFrom, changes, checkpoints, trials, early: finish, onChange, onChosen } = keeper;
  return {
    network,
    weights: startingWeights(network, new Map()),
    rows: rowsInMemory({
      features: rows,
      featureShape: [width],
      labels: Int32Array.from(images, ({ label }) => label ?? 0),
      groups: numberGroups(images),
    }),
    training,
    onHeldOut: (logits: Float32Array) =>
      writeHeldOut(
        job,
        Array.from(training, (row) => images[row]!.imageId),
        logits,
      ),
    validation: isJudged ? rowsOn(true) : null,
    ...{ recipe, selection, seed, chosen, changes, checkpoints, trials, finish, onChange, onChosen },
    ...(resumeFrom && { resumeFrom }),
    onCandidate: stepReporter(context, isJudged ? 'training' : 'cross-validating', now),
    onEpoch: (report) => context.send({ kind: 'epoch', report }),
    onStep: stepReporter(context, 'training', now),
    shouldStop: context.shouldStop,
  } satisfies Parameters<typeof trainSelected>[1];
}

/** SHA-256 of everything that decides the weights, but for the device. */
function hashInputs({ classes, recipe, selection, seed }: TrainJob, { trained, images }: RunFeatures): Sha256 {
  const rows = images.map(({ imageId, label, groupId, side }) => [imageId, label, groupId, side]);
  const inputs = { headOf: hashWeights(trained.weights), classes, recipe, selection, seed, rows };
  return Sha256.parse(sha256Hex(canonicalJson(inputs)));
}
