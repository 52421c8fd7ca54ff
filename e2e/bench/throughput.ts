/** Photos a second from JPEG on disk to stored feature, beside a plain PyTorch script; pairs in turn, medians. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backbonesFolder } from '../../main/kernel/resources.ts';
import { jobImageOf, readFloats, runFeaturisePass } from './featurise.ts';
import { findPeerPython, runPeer } from './peers/environment.ts';
import type { BenchRecord } from './record.ts';
import { findTestPictures } from './shared-data.ts';
import { median } from './warm-cache.ts';

const IMAGES = 480;
const PAIRS = 5;
const LEAST_RATIO = 1.6;
const weights = join(backbonesFolder, 'tf_efficientnet_lite0', 'model.safetensors');

export async function benchThroughput(): Promise<readonly BenchRecord[]> {
  const photos = findTestPictures('imagenet-sample');
  const python = photos === null ? null : findPeerPython();
  if (photos === null || python === null) return [];
  const root = mkdtempSync(join(tmpdir(), 'thaw-bench-'));
  try {
    writeLists(photos, root);
    const pairs = Array.from({ length: PAIRS }, (_, pair) => measurePair(root, python, pair));
    const perSecond = (side: 'ours' | 'peer'): number => IMAGES / median(pairs.map((pair) => pair[side]));
    const ratio = median(pairs.map(({ ours, peer }) => peer / ours));
    const range = pairs.map(({ ours, peer }) => (peer / ours).toFixed(2)).join(', ');
    return [
      {
        name: 'frozen prefix, photos a second',
        work: `${IMAGES} JPEGs of 256 px to stored features, start-up and choice of the executor not counted; ratios of ${PAIRS} pairs: ${range}; features differ by ${differenceOf(root).toFixed(3)} of their norm`,
        ours: perSecond('ours'),
        peer: perSecond('peer'),
        peerName: 'PyTorch, torchvision, 2 workers',
        ratio,
        goal: `at least ${LEAST_RATIO} times the peer`,
        met: ratio >= LEAST_RATIO,
      },
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function writeLists(photos: string, root: string): void {
  const paths = readdirSync(photos)
    .filter((name) => name.endsWith('.jpg'))
    .sort()
    .slice(0, IMAGES)
    .map((name) => join(photos, name));
  writeFileSync(join(root, 'list.txt'), paths.join('\n'));
  writeFileSync(join(root, 'list.json'), JSON.stringify(paths.map((path) => jobImageOf(path))));
}

/** Seconds of one pass of each; who comes first changes from pair to pair. */
function measurePair(root: string, python: string, pair: number): { readonly ours: number; readonly peer: number } {
  const ours = (): number => {
    const cache = join(root, `features-${pair}`); // a new one: nothing is cached
    const { seconds, computed } = runFeaturisePass(join(root, 'list.json'), cache, join(root, 'ours.f32'));
    if (computed !== IMAGES) throw new Error(`${computed} photos were computed instead of ${IMAGES}.`);
    return seconds;
  };
  const peer = (): number =>
    Number(runPeer(python, 'throughput.py', [weights, join(root, 'list.txt'), join(root, 'peer.f32')]));
  if (pair % 2 === 0) return { ours: ours(), peer: peer() };
  const peerSeconds = peer();
  return { ours: ours(), peer: peerSeconds };
}

/** That both did the same work: norm of the difference of all features over the norm of the peer's. */
function differenceOf(root: string): number {
  const ours = readFloats(join(root, 'ours.f32'));
  const peer = readFloats(join(root, 'peer.f32'));
  if (ours.length !== peer.length) throw new Error(`${ours.length} values beside ${peer.length} of the peer.`);
  const difference = ours.reduce((sum, value, index) => sum + (value - (peer[index] ?? 0)) ** 2, 0);
  return Math.sqrt(difference / peer.reduce((sum, value) => sum + value ** 2, 0));
}
