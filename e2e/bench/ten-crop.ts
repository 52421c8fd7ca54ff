/** 10-crop from JPEG on disk to the features of ten views, beside the same in PyTorch; pairs in turn, medians of all kept ones. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { backbonesFolder } from '../../main/kernel/resources.ts';
import { jobImageOf, readFloats } from './featurise.ts';
import { findPeerPython, runPeer } from './peers/environment.ts';
import { type BenchRecord, resultsFolder } from './record.ts';
import { findTestPictures } from './shared-data.ts';
import { median } from './warm-cache.ts';

const IMAGES = Number(process.env.THAW_BENCH_PHOTOS ?? 1000);
const PAIRS = Number(process.env.THAW_BENCH_PAIRS ?? 3);
const MOST_KEPT = 5; // pairs: the latest ones
const LEAST_RATIO = 1.2;
const MOST_PHOTOS = 1000;
const LEAST_PAIRS = 3;
const script = fileURLToPath(new URL('ten-crop-pass.ts', import.meta.url));
const weights = join(backbonesFolder, 'tf_efficientnet_lite0', 'model.safetensors');

export async function benchTenCrop(): Promise<readonly BenchRecord[]> {
  const photos = findTestPictures('imagenet-sample');
  const python = photos === null ? null : findPeerPython();
  if (photos === null || python === null) return [];
  const root = mkdtempSync(join(tmpdir(), 'thaw-bench-'));
  try {
    const paths = readdirSync(photos)
      .filter((name) => name.endsWith('.jpg'))
      .sort()
      .slice(0, Math.min(IMAGES, MOST_PHOTOS))
      .map((name) => join(photos, name));
    writeFileSync(join(root, 'list.txt'), paths.join('\n'));
    writeFileSync(join(root, 'list.json'), JSON.stringify(paths.map((path) => jobImageOf(path))));
    const ours = (): number => ourPass(root);
    const peer = (): number =>
      Number(runPeer(python, 'throughput.py', [weights, join(root, 'list.txt'), join(root, 'peer.f32'), 'ten-crop']));
    const isWhole = paths.length === MOST_PHOTOS;
    const known = isWhole ? readPairs() : [];
    for (let made = 0; made < PAIRS; made += 1) {
      const oursFirst = known.length % 2 === 0 ? ours() : null;
      const peerSeconds = peer();
      const load = Math.round(loadavg()[0]!);
      known.push({
        ours: oursFirst ?? ours(),
        peer: peerSeconds,
        difference: differenceOf(root),
        load,
      });
      if (isWhole) keepPairs(known);
    }
    return [recordOf(known.slice(-MOST_KEPT), paths.length)];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

type Pair = {
  readonly ours: number; // seconds, as is the peer's
  readonly peer: number;
  readonly difference: number; // of the features, in norms of the peer's
  readonly load: number; // of the machine, in processes
};

const pairsFile = join(resultsFolder, 'ten-crop-pairs.json');

/** A pair takes minutes: each is kept, so that they can be made one at a time on a machine with other work. */
function readPairs(): Pair[] {
  return existsSync(pairsFile) ? JSON.parse(readFileSync(pairsFile, 'utf8')) : [];
}

function keepPairs(pairs: readonly Pair[]): void {
  mkdirSync(resultsFolder, { recursive: true });
  writeFileSync(pairsFile, `${JSON.stringify(pairs.slice(-MOST_KEPT), null, 2)}\n`);
}

function recordOf(pairs: readonly Pair[], photos: number): BenchRecord {
  const ratios = pairs.map(({ ours, peer }) => peer / ours);
  const shown = ratios.map((ratio) => ratio.toFixed(2)).join(', ');
  const difference = Math.max(...pairs.map((pair) => pair.difference));
  const ratio = median(ratios);
  return {
    name: '10-crop, photos a second',
    work: `${photos} JPEGs of 256 px, ten views each, to their features; ratios of ${pairs.length} pairs: ${shown}; load ${pairs.map(({ load }) => load).join(', ')}; features differ by ${difference.toFixed(3)} of their norm`,
    ours: photos / median(pairs.map(({ ours }) => ours)),
    peer: photos / median(pairs.map(({ peer }) => peer)),
    peerName: 'PyTorch, torchvision, 2 workers',
    ratio,
    goal: `at least ${LEAST_RATIO} times the peer`,
    met: photos < MOST_PHOTOS || pairs.length < LEAST_PAIRS ? null : ratio >= LEAST_RATIO,
  };
}

function ourPass(root: string): number {
  const args = [script, join(root, 'list.json'), join(root, 'features'), join(root, 'ours.f32')];
  const done = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`The engine's pass failed: ${done.stderr.slice(-1000)}`);
  return (JSON.parse(done.stdout) as { seconds: number }).seconds;
}

/** The mean over the views, whose order differs, of each photo: norm of the difference over the norm of the peer's. */
function differenceOf(root: string): number {
  const [ours, peer] = [
    meanOverViews(readFloats(join(root, 'ours.f32'))),
    meanOverViews(readFloats(join(root, 'peer.f32'))),
  ];
  if (ours.length !== peer.length) throw new Error(`${ours.length} values beside ${peer.length} of the peer.`);
  const difference = ours.reduce((sum, value, index) => sum + (value - (peer[index] ?? 0)) ** 2, 0);
  return Math.sqrt(difference / peer.reduce((sum, value) => sum + value ** 2, 0));
}

function meanOverViews(values: Float32Array): Float32Array {
  const [views, width] = [10, 1280];
  const mean = new Float32Array(values.length / views);
  for (let at = 0; at < values.length; at += 1) {
    const row = Math.floor(at / (views * width));
    mean[row * width + (at % width)]! += values[at]! / views;
  }
  return mean;
}
