/** Import of many photos beside a Pillow script with two processes, in turn; the search for near duplicates is timed apart. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openClient } from '../../main/host/open-client.ts';
import { findPeerPython, runPeer } from './peers/environment.ts';
import { copyPhotos } from './photo-copies.ts';
import type { BenchRecord } from './record.ts';
import { findTestPictures } from './shared-data.ts';

/** THAW_BENCH_SHORT: a fifth of the photos. */
export const photosOfBench = process.env.THAW_BENCH_SHORT ? 2000 : 10_000;
const LEAST_RATIO = 2;

/** Seconds from the first photo that is looked at to the last that is kept, and of all that follows: near duplicates, split. */
type Times = { readonly photosSeconds: number; readonly restSeconds: number };

export async function benchImport(): Promise<readonly BenchRecord[]> {
  const photos = findTestPictures('cats-dogs');
  const python = photos === null ? null : findPeerPython();
  if (photos === null || python === null) return [];
  const root = mkdtempSync(join(tmpdir(), 'thaw-bench-import-'));
  try {
    const copies = join(root, 'photos');
    copyPhotos(photos, copies, photosOfBench);
    mkdirSync(join(root, 'thumbnails'));
    const loadBefore = loadavg()[0] ?? 0;
    const peerSeconds = Number(runPeer(python, 'import.py', [copies, join(root, 'thumbnails')]));
    const ours = await importInto(join(root, 'project'), copies);
    const load = `load of the machine ${loadBefore.toFixed(1)} before, ${(loadavg()[0] ?? 0).toFixed(1)} after`;
    return recordsOf(ours, peerSeconds, load);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function importInto(project: string, photos: string): Promise<Times> {
  const client = await openClient({ folder: project, create: true, onNote: () => undefined });
  const startMs = performance.now();
  let keptMs = startMs;
  try {
    const input = { paths: [photos], splitFromFolders: false };
    const result = await client.call('library.import', input, {
      onEvent: (event) => {
        if (event.kind !== 'progress' || event.progress.phase !== 'importing') return;
        if (event.progress.done === event.progress.total) keptMs = performance.now();
      },
    });
    const endMs = performance.now();
    if (!result.ok) throw new Error(result.failure.message);
    if (result.value.imported !== photosOfBench) throw new Error(`${result.value.imported} photos were imported.`);
    return { photosSeconds: (keptMs - startMs) / 1000, restSeconds: (endMs - keptMs) / 1000 };
  } finally {
    await client.close();
  }
}

function recordsOf({ photosSeconds, restSeconds }: Times, peerSeconds: number, load: string): BenchRecord[] {
  const ratio = peerSeconds / photosSeconds;
  const totalSeconds = photosSeconds + restSeconds;
  const peerName = 'Pillow, 2 processes: hash, header, thumbnail';
  return [
    {
      name: 'import, photos a second',
      work: `${photosOfBench} JPEGs of about 330 px: hash, header, thumbnail, a durable copy and the database, ${photosSeconds.toFixed(1)} s; Pillow without copy or database ${peerSeconds.toFixed(1)} s; ${load}`,
      ours: photosOfBench / photosSeconds,
      peer: photosOfBench / peerSeconds,
      peerName,
      ratio,
      goal: `at least ${LEAST_RATIO} times the peer`,
      met: ratio >= LEAST_RATIO,
    },
    {
      name: 'import with near duplicates and the split, photos a second',
      work: `the same and ${restSeconds.toFixed(1)} s to find near duplicates and to draw the split, which the peer does not do`,
      ours: photosOfBench / totalSeconds,
      peer: photosOfBench / peerSeconds,
      peerName,
      ratio: peerSeconds / totalSeconds,
      goal: 'printed beside it',
      met: null,
    },
  ];
}
