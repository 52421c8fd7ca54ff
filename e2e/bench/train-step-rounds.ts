/** Rounds of training steps, ours and the peers', each side in a process of its own. */
import { spawnSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { engineEnvironment, findTensorFlowStamp } from '../../main/engine/protocol/tensorflow-stamp.ts';
import { runPeer } from './peers/environment.ts';
import { median } from './warm-cache.ts';

const BATCH = Number(process.env.THAW_BENCH_BATCH ?? 32);
const STEPS = Number(process.env.THAW_BENCH_STEPS ?? 3);
const ROUNDS = Number(process.env.THAW_BENCH_ROUNDS ?? 3); // at most; fewer where the time is up
const LIMIT_MS = Number(process.env.THAW_BENCH_MINUTES ?? 30) * 60_000;
const sideScript = fileURLToPath(new URL('train-step-side.ts', import.meta.url));

export type Side = 'ours' | 'ourRecompute' | 'pytorch' | 'keras';
type Measured = { readonly imagesPerSecond: number; readonly peakMb: number; readonly parameters: number };
export type Round = { readonly sides: Partial<Record<Side, Measured>>; readonly load: number }; // load: of the machine at its end
export type Job = { readonly network: string; readonly frozen: string; readonly sides: readonly Side[] };
export type Pythons = { readonly pytorch: string; readonly keras: string | null };

/** All jobs once a round, so that each pair of sides stands close together in time. */
export function measureRounds(jobs: readonly Job[], pythons: Pythons): ReadonlyMap<Job, readonly Round[]> {
  const startedMs = performance.now();
  const rounds = new Map<Job, Round[]>(jobs.map((job) => [job, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [job, found] of rounds) {
      if (round > 0 && performance.now() - startedMs > LIMIT_MS) continue;
      found.push(measureRound(job, pythons, round));
    }
  }
  return rounds;
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
    if (side === 'keras' && pythons.keras !== null)
      return runPeer(pythons.keras, 'train_step_keras.py', [network, ...counts]);
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

export function compare(
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

export function workOf(job: Job, rounds: readonly Round[], text: string): string {
  const what = `batch ${BATCH} at 224, ${requireSameWork(rounds)} trained parameters, SGD with momentum, 2 threads each`;
  const loads = rounds.map(({ load }) => load.toFixed(0)).join(', ');
  return `${what}; medians of ${STEPS} steps in ${rounds.length} rounds at loads of ${loads}${job.frozen === 'none' ? '' : `, frozen up to ${job.frozen}`}; ratios: ${text}`;
}
