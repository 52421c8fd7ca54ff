/** What a photo costs in each registered network on this machine, forward in ONNX Runtime; the README's table is made of it. */
import { cpus } from 'node:os';
import { openOnnxSession } from '../../main/engine/onnx/runtime.ts';
import { writeOnnx } from '../../main/engine/onnx/writer.ts';
import { drawWeights } from '../../main/engine/weights/drawn-weights.ts';
import { seededRandom } from '../../shared/math/random.ts';
import type { Network } from '../../shared/networks/network.ts';
import { networks } from '../../shared/networks/registry.ts';
import { mainOutputNode } from '../../shared/networks/split.ts';
import type { BenchRecord } from './record.ts';

const PHOTOS = 4;

export async function benchNetworkSpeeds(): Promise<readonly BenchRecord[]> {
  const records: BenchRecord[] = [];
  const wanted = process.env.THAW_BENCH_NETWORKS?.split(',');
  for (const [id, make] of Object.entries(networks)) {
    if (wanted !== undefined && !wanted.includes(id)) continue;
    const milliseconds = await costOf(make());
    console.log(`${id}: ${milliseconds.toFixed(1)} ms`);
    records.push({
      name: id,
      work: `CPU time of one thread for a photo, forward in ONNX Runtime, batch 1, least of ${PHOTOS}; ${cpus()[0]?.model ?? 'unknown'}`,
      ours: milliseconds,
      ...{ peer: null, peerName: null, ratio: null, goal: 'printed in the README', met: null },
    });
  }
  return records;
}

/** CPU time and not wall time: other programs on the machine then count little. */
async function costOf(network: Network): Promise<number> {
  const options = { outputNode: mainOutputNode(network), preprocessing: 'none', batch: 'dynamic' } as const;
  const model = writeOnnx(network, drawWeights(network, seededRandom(1)), options);
  const session = await openOnnxSession({ model, threads: 1, provider: 'cpu' });
  const random = seededRandom(2);
  const length = network.inputShape.reduce((product, extent) => product * extent, 1);
  const photo = Float32Array.from({ length }, () => 2 * random() - 1);
  await session.run(photo, 1);
  let least = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < PHOTOS; repeat += 1) {
    const before = process.cpuUsage();
    await session.run(photo, 1);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  await session.close();
  return least;
}
