/**
 * Import of many photos, small ones and camera-like ones, beside a Pillow script with two processes, in turn; the search for near
 * duplicates is timed apart. Judged only on a quiet machine: under load of 25 to 35 the same pair gave from 1.0 to 3.6 times the peer.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openClient } from '../../main/host/open-client.ts';
import { enlargePicture } from '../../main/imaging/testing-enlarge.ts';
import { findPeerPython, runPeer } from './peers/environment.ts';
import { copyPhotos } from './photo-copies.ts';
import type { BenchRecord } from './record.ts';
import { findTestPictures } from './shared-data.ts';

/** THAW_BENCH_SHORT: a fifth of the photos. */
export const photosOfBench = process.env.THAW_BENCH_SHORT ? 2000 : 10_000;
const LEAST_RATIO = 2;
const QUIET_LOAD = 4; // of the machine before; above it scheduling decides more than work
const LARGE = { photos: 60, pictures: 10, longSidePixels: 4000 };

/** Seconds from the first photo that is looked at to the last that is kept, and of all that follows: near duplicates, split. */
type Times = { readonly photosSeconds: number; readonly restSeconds: number };
type Measured = Times & {
  readonly photos: number;
  readonly peerSeconds: number;
  readonly load: string;
  readonly isQuiet: boolean;
};

export async function benchImport(): Promise<readonly BenchRecord[]> {
  const pictures = findTestPictures('cats-dogs');
  const python = pictures === null ? null : findPeerPython('requirements-images.txt');
  if (pictures === null || python === null) return [];
  const small = await inFolder(async (root) => await measure(root, { python, pictures, photos: photosOfBench }));
  const large = await inFolder(async (root) => {
    const enlarged = join(root, 'enlarged');
    await enlargeSome(join(pictures, 'cat'), enlarged);
    return await measure(root, { python, pictures: enlarged, photos: LARGE.photos });
  });
  return [...recordsOf(small), recordOfLarge(large)];
}

async function inFolder<T>(work: (root: string) => Promise<T>): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), 'thaw-bench-import-'));
  try {
    return await work(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function enlargeSome(from: string, to: string): Promise<void> {
  mkdirSync(to);
  const names = readdirSync(from).filter((name) => name.endsWith('.jpg'));
  for (const name of names.sort().slice(0, LARGE.pictures))
    await enlargePicture(join(from, name), join(to, name), { longSidePixels: LARGE.longSidePixels });
}

type Side = { readonly python: string; readonly pictures: string; readonly photos: number };

async function measure(root: string, { python, pictures, photos }: Side): Promise<Measured> {
  const copies = join(root, 'photos');
  copyPhotos(pictures, copies, photos);
  mkdirSync(join(root, 'thumbnails'));
  settleDisk(); // ours waits until its files last, which would include what the copying and the peer left behind
  const loadBefore = loadavg()[0] ?? 0;
  const peerSeconds = Number(runPeer(python, 'import.py', [copies, join(root, 'thumbnails')]));
  settleDisk();
  const times = await importInto(join(root, 'project'), { folder: copies, photos });
  const load = `load of the machine ${loadBefore.toFixed(1)} before, ${(loadavg()[0] ?? 0).toFixed(1)} after`;
  return { ...times, photos, peerSeconds, load, isQuiet: loadBefore <= QUIET_LOAD };
}

/** Waits until all that was written is on the disk; nothing where there is no such command. */
function settleDisk(): void {
  spawnSync('sync');
}

type Photos = { readonly folder: string; readonly photos: number };

async function importInto(project: string, { folder, photos }: Photos): Promise<Times> {
  const client = await openClient({ folder: project, create: true, onNote: () => undefined });
  const startMs = performance.now();
  let keptMs = startMs;
  try {
    const input = { paths: [folder], splitFromFolders: false };
    const result = await client.call('library.import', input, {
      onEvent: (event) => {
        if (event.kind !== 'progress' || event.progress.phase !== 'importing') return;
        if (event.progress.done === event.progress.total) keptMs = performance.now();
      },
    });
    const endMs = performance.now();
    if (!result.ok) throw new Error(result.failure.message);
    if (result.value.imported !== photos) throw new Error(`${result.value.imported} photos were imported.`);
    return { photosSeconds: (keptMs - startMs) / 1000, restSeconds: (endMs - keptMs) / 1000 };
  } finally {
    await client.close();
  }
}

const PEER = 'Pillow, 2 processes: hash, header, thumbnail';

function recordsOf({ photos, photosSeconds, restSeconds, peerSeconds, load, isQuiet }: Measured): BenchRecord[] {
  const ratio = peerSeconds / photosSeconds;
  const totalSeconds = photosSeconds + restSeconds;
  return [
    {
      name: 'import, photos a second',
      work: `${photos} JPEGs of about 330 px: hash, header, thumbnail, a durable copy and the database, ${photosSeconds.toFixed(1)} s; Pillow without copy or database ${peerSeconds.toFixed(1)} s; ${load}`,
      ours: photos / photosSeconds,
      peer: photos / peerSeconds,
      peerName: PEER,
      ratio,
      goal: `at least ${LEAST_RATIO} times the peer`,
      met: isQuiet ? ratio >= LEAST_RATIO : null,
    },
    {
      name: 'import with near duplicates and the split, photos a second',
      work: `the same and ${restSeconds.toFixed(1)} s to find near duplicates and to draw the split, which the peer does not do`,
      ours: photos / totalSeconds,
      peer: photos / peerSeconds,
      peerName: PEER,
      ratio: peerSeconds / totalSeconds,
      goal: 'printed beside it',
      met: null,
    },
  ];
}

function recordOfLarge({ photos, photosSeconds, peerSeconds, load }: Measured): BenchRecord {
  return {
    name: 'import of camera-like photos, photos a second',
    work: `${photos} JPEGs of ${LARGE.longSidePixels} px, enlarged, whole chroma, quality 95; the same work, start of our processes included: ${photosSeconds.toFixed(1)} s; Pillow, shrinking while it decodes, ${peerSeconds.toFixed(1)} s; ${load}`,
    ours: photos / photosSeconds,
    peer: photos / peerSeconds,
    peerName: PEER,
    ratio: peerSeconds / photosSeconds,
    goal: 'printed beside it',
    met: null,
  };
}
