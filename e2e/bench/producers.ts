/** Full training while threads decode and distort the photos, against the same training on mini-batches in memory. */
import { spawnSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { engineEnvironment, findTensorFlowStamp } from '../../main/engine/protocol/tensorflow-stamp.ts';
import type { BenchRecord } from './record.ts';
import { findTestPictures } from './shared-data.ts';
import { median } from './warm-cache.ts';

const STEPS = process.env.THAW_BENCH_STEPS ?? '8';
const ROUNDS = '4';
const THREADS = '2';
const LEAST_RATIO = 0.95;
const sideScript = fileURLToPath(new URL('producers-side.ts', import.meta.url));

type Side = {
  readonly memory: readonly number[]; // images a second, by round
  readonly producers: readonly number[];
  readonly waits: { readonly training: number; readonly data: number };
};

export async function benchProducers(): Promise<readonly BenchRecord[]> {
  const photos = findTestPictures('imagenet-sample');
  if (photos === null) return [];
  const env = engineEnvironment(process.env, findTensorFlowStamp());
  const done = spawnSync(process.execPath, [sideScript, photos, STEPS, ROUNDS, THREADS], { encoding: 'utf8', env });
  if (done.status !== 0) throw new Error(`Our side failed: ${done.stderr.trim().slice(-1000)}`);
  const { memory, producers, waits } = JSON.parse(done.stdout) as Side;
  const ratios = memory.map((value, round) => (producers[round] ?? Number.NaN) / value);
  const ratio = median(ratios);
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  return [
    {
      name: 'tf_efficientnet_lite0, full training fed by producers, images a second',
      work: `batch 32, policy photo, JPEG files of about 500 pixels, 2 threads each side of a 2-core machine at load ${loadavg()[0]?.toFixed(0)}; epochs of ${STEPS} steps in turn, ratios ${ratios.map((each) => each.toFixed(2)).join(', ')}; training waited ${percent(waits.training)} of the time, threads ${percent(waits.data)}`,
      ours: median(producers),
      peer: median(memory),
      peerName: 'ours on mini-batches in memory',
      ratio,
      goal: `at least ${LEAST_RATIO} times the speed on mini-batches in memory`,
      met: ratio >= LEAST_RATIO,
    },
  ];
}
