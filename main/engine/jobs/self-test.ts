/** Known photos through a backbone with its own classifier, prepared in several ways: whether weights and preprocessing fit. */
import { AppError } from '../../../shared/contract/errors.ts';
import type { SelfTest, TriedPreprocessing } from '../../../shared/contract/weights.ts';
import { exactMcNemar, wilsonInterval } from '../../../shared/math/statistics.ts';
import type { Network, Preprocessing } from '../../../shared/networks/network.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { mainOutputNode } from '../../../shared/networks/split.ts';
import { pinnedThreads } from '../../kernel/pinned-threads.ts';
import { createLoader } from '../loading/loader.ts';
import { type OnnxSession, openOnnxSession } from '../onnx/runtime.ts';
import { writeOnnx } from '../onnx/writer.ts';
import type { JobContext } from '../protocol/control.ts';
import type { SelfTestJob, SelfTestResult } from '../protocol/messages.ts';
import { loadChosenWeights } from '../weights/chosen-weights.ts';
import { classifierTensors } from '../weights/names/fit.ts';
import { phaseReporter } from './progress.ts';

const BATCH_PHOTOS = 8;
const LOADER_SLOTS = 2;
const SIGNIFICANT = 0.05;
const LOST_SHARE = 0.05; // of 1000 classes guessing gives 0.001

type Triple = readonly [number, number, number];
/** How the colours of a pixel, 0 to 1, become the network's input. */
type Way = {
  readonly id: TriedPreprocessing['preprocessing'];
  readonly mean: Triple;
  readonly deviation: Triple;
  readonly isBlueFirst: boolean;
};

const caffeMean: Triple = [123.68 / 255, 116.779 / 255, 103.939 / 255];
const all = (value: number): Triple => [value, value, value];
const knownWays: readonly Way[] = [
  { id: 'imagenet', mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225], isBlueFirst: false },
  { id: 'minus-one-to-one', mean: all(0.5), deviation: all(0.5), isBlueFirst: false },
  { id: 'zero-to-one', mean: all(0), deviation: all(1), isBlueFirst: false },
  { id: 'zero-to-255', mean: all(0), deviation: all(1 / 255), isBlueFirst: false },
  { id: 'caffe', mean: caffeMean, deviation: all(1 / 255), isBlueFirst: true },
];

/** The network's own way first, then those that differ from it. */
export function waysBeside({ mean, standardDeviation: deviation }: Preprocessing): readonly Way[] {
  const own: Way = { id: 'own', mean, deviation, isBlueFirst: false };
  const text = (way: Way): string => JSON.stringify([way.mean, way.deviation, way.isBlueFirst]);
  return [
    own,
    ...knownWays.filter((way) => text(way) !== text(own)),
    { ...own, id: 'own-blue-first', isBlueFirst: true },
  ];
}

/** Throws WEIGHTS_MISMATCH without a classifier of ImageNet, NOT_FOUND, WEIGHTS_INVALID, CANCELLED. */
export async function runSelfTest(job: SelfTestJob, context: JobContext): Promise<SelfTestResult> {
  const network = findNetwork(job.backbone);
  const { weights } = await loadChosenWeights(job.backbonesFolder, job.backbone, job.weightsFolder);
  if (network.inputShape[0] !== 3 || !classifierTensors(network).every((name) => weights.has(name)))
    throw new AppError(
      'WEIGHTS_MISMATCH',
      `${job.backbone}: a self-test needs a classifier of ImageNet's 1000 classes, and these weights came without. Train on your own photos instead.`,
    );
  const outputNode = mainOutputNode(network);
  const model = writeOnnx(network, weights, { outputNode, preprocessing: 'none', batch: 'dynamic' });
  const session = await openOnnxSession({ model, threads: pinnedThreads(), provider: 'cpu' });
  try {
    const ways = waysBeside(network.preprocessing);
    const { right, skipped } = await askAll({ job, network, session, ways }, context);
    return { kind: 'self-test', test: judge(job.backbone, ways, { right, skipped }) };
  } finally {
    await session.close();
  }
}

type Asking = {
  readonly job: SelfTestJob;
  readonly network: Network;
  readonly session: OnnxSession;
  readonly ways: readonly Way[];
};
type Rank = number; // of the true class: 0 is the answer
type Asked = { readonly right: readonly (readonly Rank[])[]; readonly skipped: number }; // a list for each way

async function askAll({ job, network, session, ways }: Asking, context: JobContext): Promise<Asked> {
  const report = phaseReporter(context, 'evaluating', () => performance.now());
  const labels = new Map(job.photos.map(({ sha256, label }) => [sha256 as string, label]));
  const ranks = ways.map((): Rank[] => []);
  const plane = network.preprocessing.cropSize ** 2;
  let [done, skipped] = [0, 0];
  const loader = createLoader({
    ...{ threads: pinnedThreads(), slots: LOADER_SLOTS, batchSize: BATCH_PHOTOS, views: ['centre' as const] },
    preprocessing: { ...network.preprocessing, mean: all(0), standardDeviation: all(1) },
    items: job.photos,
  });
  for await (const { batch, items, failures } of loader) {
    skipped += failures.length;
    for (const [index, way] of ways.entries()) {
      context.breathe();
      const logits = await session.run(prepared(batch, plane, way), items.length);
      for (const [row, { sha256 }] of items.entries()) ranks[index]!.push(rankOf(logits, row, labels.get(sha256)!));
    }
    done += items.length + failures.length;
    report(done, job.photos.length);
  }
  return { right: ranks, skipped };
}

/** [B, 3, H, W] of colours from 0 to 1, as the way wants them; planes of one image lie one behind the other. */
export function prepared(batch: Float32Array, plane: number, { mean, deviation, isBlueFirst }: Way): Float32Array {
  const values = new Float32Array(batch.length);
  for (let at = 0; at < batch.length; at += 1) {
    const channel = Math.floor(at / plane) % 3; // of the network's input
    const colour = isBlueFirst ? 2 - channel : channel;
    values[at] = (batch[at + (colour - channel) * plane]! - mean[colour]!) / deviation[colour]!;
  }
  return values;
}

function rankOf(logits: Float32Array, row: number, label: number): Rank {
  const own = logits.subarray(row * 1000, (row + 1) * 1000);
  const truth = own[label]!;
  return own.reduce((above, value) => above + (value > truth ? 1 : 0), 0);
}

function judge(backbone: string, ways: readonly Way[], { right, skipped }: Asked): SelfTest {
  const count = (ranks: readonly Rank[], places: number): number => ranks.filter((rank) => rank < places).length;
  const tried = ways.map(({ id }, index) => ({
    ...{ preprocessing: id, top1: count(right[index]!, 1), top5: count(right[index]!, 5) },
  }));
  const photos = right[0]!.length;
  const own = right[0]!;
  const better = tried
    .map((each, index) => ({ ...each, ranks: right[index]! }))
    .filter(({ ranks }) => isBetter(ranks, own))
    .sort((a, b) => b.top1 - a.top1)[0];
  const best = Math.max(...tried.map(({ top1 }) => top1));
  const verdict = best < LOST_SHARE * photos ? 'lost' : better === undefined ? 'fits' : 'other';
  const interval = wilsonInterval(tried[0]!.top1, photos);
  const found = verdict === 'other' ? (better?.preprocessing ?? null) : null;
  return { backbone, verdict, better: found, photos, skipped, tried, interval };
}

/** By more than chance on the same photos. */
function isBetter(ranks: readonly Rank[], own: readonly Rank[]): boolean {
  const fixed = ranks.filter((rank, at) => rank === 0 && own[at] !== 0).length;
  const broken = ranks.filter((rank, at) => rank !== 0 && own[at] === 0).length;
  return fixed > broken && exactMcNemar(fixed, broken) < SIGNIFICANT;
}
