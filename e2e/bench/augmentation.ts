/** JPEG on disk to augmented, normalised batches, beside torchvision and albumentations; and shrink-on-load of large photos. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DrawnView } from '../../main/engine/loading/decoder.ts';
import { openProducers, type Producers } from '../../main/engine/loading/producers.ts';
import { enlargePicture } from '../../main/imaging/testing-enlarge.ts';
import { AugmentationPolicy, augmentationPresets } from '../../shared/domain/augmentation.ts';
import { jobImageOf } from './featurise.ts';
import { findPeerPython, runPeer } from './peers/environment.ts';
import type { BenchRecord } from './record.ts';
import { findTestPictures } from './shared-data.ts';
import { benchShrinking } from './shrinking.ts';
import { median } from './warm-cache.ts';

const PHOTOS = 256;
const LONG_SIDE_PIXELS = 500;
const BATCH = 32;
const THREADS = 2;
const PASSES = 3; // of each side in a turn, the fastest counts
const TURNS = 3;
const preprocessing = {
  resizeShortSide: 256,
  cropSize: 224,
  interpolation: 'bicubic',
  mean: [0.485, 0.456, 0.406],
  standardDeviation: [0.229, 0.224, 0.225],
} as const;

type Chain = 'colour' | 'elastic';
type Peer = 'torchvision' | 'albumentations';
const policies: Readonly<Record<Chain, AugmentationPolicy>> = {
  colour: augmentationPresets.inception,
  elastic: AugmentationPolicy.parse({
    ...augmentationPresets.inception,
    warp: { probability: 1, kind: 'elastic', strength: 0.02, smoothness: 0.058 }, // sigma 13 of 224
  }),
};
type Comparison = { readonly chain: Chain; readonly peer: Peer; readonly leastRatio: number };
const comparisons: readonly Comparison[] = [
  { chain: 'colour', peer: 'torchvision', leastRatio: 1.5 },
  { chain: 'colour', peer: 'albumentations', leastRatio: 1 },
  { chain: 'elastic', peer: 'albumentations', leastRatio: 1.5 },
];

export async function benchAugmentation(): Promise<readonly BenchRecord[]> {
  const photos = findTestPictures('imagenet-sample');
  if (photos === null) return [];
  const root = mkdtempSync(join(tmpdir(), 'thaw-bench-'));
  try {
    const paths = await enlargedPhotos(photos, root);
    const python = findPeerPython('requirements-augmentation.txt');
    const records = python === null ? [] : await compareAll(paths, root, python);
    return [...records, ...(await benchShrinking(photos, root))];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function enlargedPhotos(photos: string, root: string): Promise<readonly string[]> {
  const folder = join(root, 'photos');
  mkdirSync(folder);
  const names = readdirSync(photos)
    .filter((name) => name.endsWith('.jpg'))
    .sort()
    .slice(0, PHOTOS);
  for (const name of names)
    await enlargePicture(join(photos, name), join(folder, name), { longSidePixels: LONG_SIDE_PIXELS });
  return names.map((name) => join(folder, name));
}

async function compareAll(paths: readonly string[], root: string, python: string): Promise<readonly BenchRecord[]> {
  const list = join(root, 'list.txt');
  writeFileSync(list, paths.join('\n'));
  for (const path of paths) readFileSync(path); // both sides find them in the system's cache
  const producers = openProducers<DrawnView>({ threads: THREADS, slots: 3, batchSize: BATCH, preprocessing });
  try {
    const records: BenchRecord[] = [];
    for (const comparison of comparisons) records.push(await compare(comparison, { producers, paths, list, python }));
    return records;
  } finally {
    await producers.close();
  }
}

type Sides = {
  readonly producers: Producers<DrawnView>;
  readonly paths: readonly string[];
  readonly list: string;
  readonly python: string;
};

/** Turns of both sides, who comes first changing from turn to turn. */
async function compare({ chain, peer, leastRatio }: Comparison, sides: Sides): Promise<BenchRecord> {
  const turns: { readonly ours: number; readonly peer: number }[] = [];
  const peerSeconds = (): number =>
    Number(runPeer(sides.python, 'augmentation.py', [sides.list, chain, peer, String(PASSES)]));
  for (let turn = 0; turn < TURNS; turn += 1) {
    if (turn % 2 === 0) turns.push({ ours: await ourSeconds(chain, sides), peer: peerSeconds() });
    else {
      const first = peerSeconds();
      turns.push({ ours: await ourSeconds(chain, sides), peer: first });
    }
  }
  const ratios = turns.map((turn) => turn.peer / turn.ours);
  const perSecond = (side: 'ours' | 'peer'): number => sides.paths.length / median(turns.map((turn) => turn[side]));
  const words = chain === 'colour' ? 'random crop, mirror, colour' : 'random crop, mirror, elastic warp, colour';
  return {
    name: `augmented photos a second, ${chain} chain beside ${peer}`,
    work: `${sides.paths.length} JPEGs of ${LONG_SIDE_PIXELS} px to batches of ${BATCH} at 224: ${words}; ${THREADS} threads or workers; ratios of ${TURNS} turns: ${ratios.map((ratio) => ratio.toFixed(2)).join(', ')}`,
    ours: perSecond('ours'),
    peer: perSecond('peer'),
    peerName: `${peer}, DataLoader of 2 workers`,
    ratio: median(ratios),
    goal: `at least ${leastRatio} times the peer`,
    met: median(ratios) >= leastRatio,
  };
}

/** The fastest of the passes after a first one, each an epoch of its own views. */
async function ourSeconds(chain: Chain, { producers, paths }: Sides): Promise<number> {
  const items = paths.map((path) => ({ sha256: jobImageOf(path).imageId, path }));
  let best = Number.POSITIVE_INFINITY;
  for (let epoch = 0; epoch <= PASSES; epoch += 1) {
    const view = { policy: policies[chain], seed: 1, view: epoch, epochsDone: epoch, colourAxes: null };
    const started = performance.now();
    let count = 0;
    for await (const { batch, items: inBatch, failures } of producers.pass({ items, views: [view] })) {
      if (failures[0] !== undefined) throw new Error(failures[0].failure.message);
      count += inBatch.length;
      batch.slice(); // as a training step takes it
    }
    if (count !== paths.length) throw new Error(`${count} photos came instead of ${paths.length}.`);
    if (epoch > 0) best = Math.min(best, (performance.now() - started) / 1000);
  }
  return best;
}
