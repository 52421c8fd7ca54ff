/** Images a second of training steps and their peak memory, beside PyTorch and Keras; in turn, medians of rounds. */
import { spawnSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { engineEnvironment, findTensorFlowStamp } from '../../main/engine/protocol/tensorflow-stamp.ts';
import { findPeerPython, runPeer } from './peers/environment.ts';
import type { BenchRecord } from './record.ts';
import { median } from './warm-cache.ts';

const BATCH = 32;
const STEPS = Number(process.env.THAW_BENCH_STEPS ?? 3);
const ROUNDS = 3; // at most; fewer where the time is up
const LIMIT_MS = Number(process.env.THAW_BENCH_MINUTES ?? 30) * 60_000;
const HALF = 'blocks.3'; // of EfficientNet-Lite0: the middle of its stages
const LEAST = { pytorch: 1.1, keras: 1, cached: 5 };
const sideScript = fileURLToPath(new URL('train-step-side.ts', import.meta.url));

type Side = 'ours' | 'ourRecompute' | 'pytorch' | 'keras';
type Measured = { readonly imagesPerSecond: number; readonly peakMb: number; readonly parameters: number };
type Round = { readonly sides: Partial<Record<Side, Measured>>; readonly load: number }; // load: of the machine at its end
type Job = { readonly network: string; readonly frozen: string; readonly sides: readonly Side[] };
type Pythons = { readonly pytorch: string; readonly keras: string };

const jobs: readonly Job[] = [
  { network: 'tf_efficientnet_lite0', frozen: 'none', sides: ['ours', 'pytorch', 'keras', 'ourRecompute'] },
  { network: 'tf_efficientnet_lite0', frozen: HALF, sides: ['ours', 'pytorch'] },
  { network: 'resnet50', frozen: 'none', sides: ['ours', 'keras', 'pytorch'] },
];

export async function benchTrainStep(): Promise<readonly BenchRecord[]> {
  const pytorch = findPeerPython();
  const keras = findPeerPython('requirements-keras.txt');
  if (pytorch === null || keras === null) return [];
  const startedMs = performance.now();
  const rounds = new Map<Job, Round[]>(jobs.map((job) => [job, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [job, found] of rounds) {
      if (round > 0 && performance.now() - startedMs > LIMIT_MS) continue;
      found.push(measureRound(job, { pytorch, keras }, round));
    }
  }
  return jobs.flatMap((job) => {
    const found = rounds.get(job) ?? [];
    return job.frozen === 'none' ? wholeRecords(job, found) : [cachedRecord(job, found)];
  });
}

/** Every side once, each in a process of its own; the order turns around from round to round. */
function measureRound(job: Job, pythons: Pythons, round: number): Round {
  const order = round % 2 === 0 ? job.sides : job.sides.toReversed();
  const found = Object.fromEntries(order.map((side) => [side, measure(job, side, pythons)])) as Round['sides'];
  const load = loadavg()[0] ?? Number.NaN;
  const speeds = order.map((side) => `${side} ${found[side]?.imagesPerSecond.toFixed(2)}`).join(', ');
  console.log(`${job.network}, frozen: ${job.frozen}, round ${round + 1}: ${speeds}; load ${load.toFixed(1)}`);
  return { sides: found, load };
}

function measure({ network, frozen }: Job, side: Side, pythons: Pythons): Measured {
  const counts = [String(BATCH), String(STEPS)];
  const printed = (): string => {
    if (side === 'pytorch') return runPeer(pythons.pytorch, 'train_step.py', [network, frozen, ...counts]);
    if (side === 'keras') return runPeer(pythons.keras, 'train_step_keras.py', [network, ...counts]);
    return runOurs([network, frozen, ...counts, side === 'ourRecompute' ? 'stages' : 'none']);
  };
  const { seconds, peakMb, parameters } = JSON.parse(printed()) as {
    readonly seconds: readonly number[];
    readonly peakMb: number;
    readonly parameters: number;
  };
  return { imagesPerSecond: BATCH / median(seconds), peakMb, parameters };
}

/** With the environment that the engine is started in. */
function runOurs(args: readonly string[]): string {
  const env = engineEnvironment(process.env, findTensorFlowStamp());
  const done = spawnSync(process.execPath, [sideScript, ...args], { encoding: 'utf8', env });
  if (done.status !== 0) throw new Error(`Our side failed: ${done.stderr.trim().slice(-1000)}`);
  return done.stdout;
}

type Figure = 'imagesPerSecond' | 'peakMb';

function compare(
  rounds: readonly Round[],
  pair: { readonly ours: Side; readonly peer: Side; readonly figure: Figure },
) {
  const of = (side: Side): number[] => rounds.map((round) => round.sides[side]?.[pair.figure] ?? Number.NaN);
  const [ours, peer] = [of(pair.ours), of(pair.peer)];
  const ratios = ours.map((value, at) => value / (peer[at] ?? Number.NaN));
  const text = ratios.map((ratio) => ratio.toFixed(2)).join(', ');
  return { ours: median(ours), peer: median(peer), ratio: median(ratios), text };
}

/** That all sides trained the same number of parameters. */
function requireSameWork(rounds: readonly Round[]): number {
  const counts = new Set(rounds.flatMap((round) => Object.values(round.sides).map(({ parameters }) => parameters)));
  const [count, ...others] = counts;
  if (count === undefined || others.length > 0) throw new Error(`The sides trained ${[...counts]} parameters.`);
  return count;
}

function workOf(job: Job, rounds: readonly Round[], text: string): string {
  const what = `batch ${BATCH} at 224, ${requireSameWork(rounds)} trained parameters, SGD with momentum, 2 threads each`;
  const loads = rounds.map(({ load }) => load.toFixed(0)).join(', ');
  return `${what}; medians of ${STEPS} steps in ${rounds.length} rounds at loads of ${loads}${job.frozen === 'none' ? '' : `, frozen up to ${job.frozen}`}; ratios: ${text}`;
}

function wholeRecords(job: Job, rounds: readonly Round[]): BenchRecord[] {
  const speed = (peer: 'pytorch' | 'keras'): BenchRecord => {
    const found = compare(rounds, { ours: 'ours', peer, figure: 'imagesPerSecond' });
    return {
      name: `${job.network}, full training step, images a second`,
      work: workOf(job, rounds, found.text),
      ours: found.ours,
      peer: found.peer,
      peerName: peer === 'pytorch' ? 'PyTorch eager, channels_last' : 'Keras, graph mode, oneDNN on',
      ratio: found.ratio,
      goal: `at least ${LEAST[peer]} times the peer`,
      met: found.ratio >= LEAST[peer],
    };
  };
  const records = [speed('pytorch'), speed('keras'), memoryRecord(job, rounds)];
  return job.sides.includes('ourRecompute') ? [...records, recomputeRecord(job, rounds)] : records;
}

function memoryRecord(job: Job, rounds: readonly Round[]): BenchRecord {
  const found = compare(rounds, { ours: 'ours', peer: 'pytorch', figure: 'peakMb' });
  const isAsked = job.network === 'tf_efficientnet_lite0';
  return {
    name: `${job.network}, full training, peak memory, MB`,
    work: workOf(job, rounds, found.text),
    ours: found.ours,
    peer: found.peer,
    peerName: 'PyTorch eager, channels_last',
    ratio: found.ratio,
    goal: isAsked ? 'not above the peer' : 'printed beside it',
    met: isAsked ? found.ratio <= 1 : null,
  };
}

/** What recomputation between the stages saves and costs. */
function recomputeRecord(job: Job, rounds: readonly Round[]): BenchRecord {
  const memory = compare(rounds, { ours: 'ourRecompute', peer: 'ours', figure: 'peakMb' });
  const speed = compare(rounds, { ours: 'ourRecompute', peer: 'ours', figure: 'imagesPerSecond' });
  return {
    name: `${job.network}, recomputing between stages, peak memory, MB`,
    work: `${workOf(job, rounds, memory.text)}; at ${speed.ratio.toFixed(2)} of the images a second`,
    ours: memory.ours,
    peer: memory.peer,
    peerName: 'ours without recomputation',
    ratio: memory.ratio,
    goal: 'printed beside it',
    met: null,
  };
}

function cachedRecord(job: Job, rounds: readonly Round[]): BenchRecord {
  const found = compare(rounds, { ours: 'ours', peer: 'pytorch', figure: 'imagesPerSecond' });
  return {
    name: `${job.network}, half frozen, cached features, images a second`,
    work: `${workOf(job, rounds, found.text)}; our features are gathered from memory`,
    ours: found.ours,
    peer: found.peer,
    peerName: 'PyTorch with the same layers frozen, no cache',
    ratio: found.ratio,
    goal: `at least ${LEAST.cached} times the peer`,
    met: found.ratio >= LEAST.cached,
  };
}
