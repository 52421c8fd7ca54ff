/** VGG-16, ResNet-50 and GoogLeNet at 224: forward in ONNX Runtime and full training steps, beside PyTorch in the same run. */
import { openOnnxSession } from '../../main/engine/onnx/runtime.ts';
import { writeOnnx } from '../../main/engine/onnx/writer.ts';
import { drawWeights } from '../../main/engine/weights/drawn-weights.ts';
import { seededRandom } from '../../shared/math/random.ts';
import { findNetwork } from '../../shared/networks/registry.ts';
import { mainOutputNode } from '../../shared/networks/split.ts';
import { findPeerPython, runPeer } from './peers/environment.ts';
import type { BenchRecord } from './record.ts';
import { compare, type Job, measureRounds, workOf } from './train-step-rounds.ts';
import { median } from './warm-cache.ts';

const names = (process.env.THAW_BENCH_NETWORKS ?? 'vgg16,resnet50,googlenet').split(',');
const parts = (process.env.THAW_BENCH_PARTS ?? 'forward,training').split(',');
const peerName = 'PyTorch eager, channels_last';
const goal = 'at least the peer';
const BATCH = Number(process.env.THAW_BENCH_BATCH ?? 32);
const STEPS = Number(process.env.THAW_BENCH_STEPS ?? 3);
const ROUNDS = Number(process.env.THAW_BENCH_ROUNDS ?? 3);
const THREADS = 2;

export async function benchClassics(): Promise<readonly BenchRecord[]> {
  const pytorch = findPeerPython();
  if (pytorch === null) return [];
  const forward: BenchRecord[] = [];
  for (const name of parts.includes('forward') ? names : []) forward.push(await forwardRecord(name, pytorch));
  if (!parts.includes('training')) return forward;
  const jobs = names.map((network): Job => ({ network, frozen: 'none', sides: ['ours', 'pytorch'] }));
  const rounds = measureRounds(jobs, { pytorch, keras: null });
  return [...forward, ...jobs.map((job) => trainingRecord(job, rounds.get(job) ?? []))];
}

async function forwardRecord(name: string, pytorch: string): Promise<BenchRecord> {
  const ours: number[] = [];
  const peer: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(BATCH / (await forwardSeconds(name)));
    const printed = JSON.parse(runPeer(pytorch, 'forward.py', [name, String(BATCH), String(STEPS)])) as {
      readonly seconds: readonly number[];
    };
    peer.push(BATCH / median(printed.seconds));
    console.log(
      `${name}, forward, round ${round + 1}: ours ${ours.at(-1)?.toFixed(2)}, PyTorch ${peer.at(-1)?.toFixed(2)}`,
    );
  }
  const ratios = ours.map((value, at) => value / peer[at]!);
  return {
    name: `${name}, forward, images a second`,
    work: `batch ${BATCH} at 224 in ONNX Runtime, ${THREADS} threads each; medians of ${STEPS} passes in ${ROUNDS} rounds; ratios: ${ratios.map((ratio) => ratio.toFixed(2)).join(', ')}`,
    ...{ ours: median(ours), peer: median(peer), peerName, ratio: median(ratios), goal, met: median(ratios) >= 1 },
  };
}

async function forwardSeconds(name: string): Promise<number> {
  const network = findNetwork(name);
  const options = { outputNode: mainOutputNode(network), preprocessing: 'none', batch: 'dynamic' } as const;
  const model = writeOnnx(network, drawWeights(network, seededRandom(1)), options);
  const session = await openOnnxSession({ model, threads: THREADS, provider: 'cpu' });
  const random = seededRandom(2);
  const photos = Float32Array.from({ length: BATCH * 3 * 224 * 224 }, () => 2 * random() - 1);
  const seconds: number[] = [];
  for (let step = 0; step <= STEPS; step += 1) {
    const startedMs = performance.now();
    await session.run(photos, BATCH);
    seconds.push((performance.now() - startedMs) / 1000);
  }
  await session.close();
  return median(seconds.slice(1)); // the first pass is not counted
}

function trainingRecord(job: Job, rounds: Parameters<typeof compare>[0]): BenchRecord {
  const { ours, peer, ratio, text } = compare(rounds, { ours: 'ours', peer: 'pytorch', figure: 'imagesPerSecond' });
  const name = `${job.network}, full training step, images a second`;
  return { name, work: workOf(job, rounds, text), ours, peer, peerName, ratio, goal, met: ratio >= 1 };
}
