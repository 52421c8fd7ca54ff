/** How fast this machine computes a network: timed at a few freeze depths once, then remembered. */
import { seededRandom } from '../../../shared/math/random.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { pinnedThreads } from '../../kernel/pinned-threads.ts';
import { timingsIdentity } from '../calibrating/identity.ts';
import { randomRows, timeDecoding, timeFrozenPass, timeTrainingStep } from '../calibrating/measure.ts';
import { readTimings, type Timings, writeTimings } from '../calibrating/remember.ts';
import type { JobContext } from '../protocol/control.ts';
import type { CalibrateJob, CalibrateResult, TimedDepth } from '../protocol/messages.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { loadOrDrawWeights } from '../weights/drawn-weights.ts';
import { describeTrainer, openTrainer } from './backend.ts';
import { openFrozenPart } from './frozen-part.ts';
import { phaseReporter } from './progress.ts';
import { startingWeights } from './train.ts';

const BATCH = 8;
const DEPTHS = 5; // first and last stage among them
const SLOW_STEP_SECONDS = 20; // after such a step no deeper one is timed: the fit tells it
const CLASS_COUNT = 2;
const SEED = 7;
const now = (): number => performance.now();

/** A network without weights is timed with random ones. Throws CANCELLED, DISK_FULL, BACKEND_MISSING. */
export async function runCalibrate(job: CalibrateJob, context: JobContext): Promise<CalibrateResult> {
  const { weightsSha256, isDrawn } = await loadOrDrawWeights(job.backbonesFolder, job.backbone);
  const identity = timingsIdentity(job.backbone, isDrawn ? null : weightsSha256);
  const place = { folder: job.featuresFolder, identity };
  const note = (text: string): void => context.send({ kind: 'note', text });
  const isAsked = job.rounds !== undefined;
  const remembered = isAsked ? null : await readTimings(place, note);
  if (isDrawn) note(`${job.backbone} has no weights here: it is timed with random ones, which take as long.`);
  if (remembered !== null) return { kind: 'calibrate', ...remembered, isRemembered: true };
  const timings = await measure(job, context);
  if (!isAsked) await writeTimings(place, timings);
  return { kind: 'calibrate', ...timings, isRemembered: false };
}

async function measure(job: CalibrateJob, context: JobContext): Promise<Timings> {
  const network = findNetwork(job.backbone);
  const ops = await openTrainer(pinnedThreads(), (text) => context.send({ kind: 'note', text }));
  const stages = spread(network.stages.map(({ id }) => id)).toReversed(); // the cheapest steps first
  const report = phaseReporter(context, 'checking', now);
  const clock = { now, breathe: context.breathe };
  const frozen: TimedDepth[] = [];
  const training: TimedDepth[] = [];
  let executor = '';
  for (const [done, stage] of stages.entries()) {
    report(done, stages.length);
    const timed = await timeDepth({ job, stage, ops, canTrain: !isSlow(training) }, context);
    executor = executor === '' ? timed.executor : executor;
    frozen.push(...timed.frozen);
    training.push(...timed.training);
  }
  const items = job.images.map(({ imageId, path }) => ({ sha256: imageId, path }));
  const sample = { items, preprocessing: network.preprocessing, threads: pinnedThreads() };
  const decodeSeconds = await timeDecoding(sample, clock);
  report(stages.length, stages.length);
  return { device: { executor, trainer: describeTrainer(ops) }, frozen, training, decodeSeconds };
}

function isSlow(training: readonly TimedDepth[]): boolean {
  return training.some(({ seconds }) => seconds > SLOW_STEP_SECONDS);
}

type Depth = {
  readonly job: CalibrateJob;
  readonly stage: string;
  readonly ops: TensorOps;
  readonly canTrain: boolean;
};

async function timeDepth({ job, stage, ops, canTrain }: Depth, context: JobContext) {
  const { backbonesFolder, featuresFolder, backbone } = job;
  const place = { backbonesFolder, featuresFolder, backbone, context, weightsFor: 'timing' } as const;
  const part = await openFrozenPart({ ...place, frozenThrough: stage, classCount: CLASS_COUNT });
  const clock = { now, breathe: context.breathe, ...(job.rounds !== undefined && { rounds: job.rounds }) };
  const random = seededRandom(SEED);
  const timed = (seconds: number): TimedDepth => ({ stage, batch: BATCH, seconds });
  try {
    const input = { values: randomRows(part.network, BATCH, random), batch: BATCH };
    const isWhole = part.network.stages[0]!.id === stage; // nothing is frozen then
    const frozen = isWhole ? [] : [timed(await timeFrozenPass(part.run, input, clock))];
    const weights = startingWeights(part.suffix, part.weights);
    const step = { suffix: part.suffix, weights, batch: BATCH, random };
    const training = canTrain ? [timed(await timeTrainingStep(ops, step, clock))] : [];
    return { executor: part.executor, frozen, training };
  } finally {
    await part.close();
  }
}

/** At most DEPTHS of them, evenly spread, the first and the last one included. */
function spread(stages: readonly string[]): string[] {
  const count = Math.min(DEPTHS, stages.length);
  const picked = Array.from(
    { length: count },
    (_, at) => stages[Math.round((at * (stages.length - 1)) / Math.max(1, count - 1))]!,
  );
  return [...new Set(picked)];
}
