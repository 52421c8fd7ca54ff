/** Peak memory of the engine process while it featurises 1,000 and 10,000 photos, each in a project of its own. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openClient } from '../../main/host/open-client.ts';
import type { Client } from '../../shared/contract/commands.ts';
import type { Result } from '../../shared/contract/errors.ts';
import { Recipe } from '../../shared/domain/recipe.ts';
import { copyPhotos } from './photo-copies.ts';
import type { BenchRecord } from './record.ts';
import { findTestPictures } from './shared-data.ts';

const IMAGE_COUNTS = [1000, 10_000] as const;
const ALLOWED_GROWTH = 0.1;

/** Resident bytes at most so far, in MB: with all photos featurised, and once their features were read for training. */
type Peaks = { readonly featurisedMb: number; readonly rowsReadMb: number };

export async function benchMemory(): Promise<readonly BenchRecord[]> {
  const photos = findTestPictures('imagenet-sample');
  if (photos === null) return [];
  if (process.platform !== 'linux') {
    console.warn('LEFT OUT: the memory of the engine is read from /proc, which this system does not have.');
    return [];
  }
  const peaks: Peaks[] = [];
  for (const count of IMAGE_COUNTS) peaks.push(await measureInTemporaryFolder(photos, count));
  const [few, many] = peaks;
  if (few === undefined || many === undefined) throw new Error('Both sizes must have been measured.');
  const ratio = many.featurisedMb / few.featurisedMb;
  const shared = { peer: null, peerName: null };
  return [
    {
      name: 'memory of the engine, featurising, MB',
      work: `peak resident set after ${IMAGE_COUNTS.join(' and ')} photos: ${few.featurisedMb.toFixed(0)} and ${many.featurisedMb.toFixed(0)} MB`,
      ours: many.featurisedMb,
      ...shared,
      ratio,
      goal: 'ratio of the two within 10 % of 1',
      met: ratio <= 1 + ALLOWED_GROWTH,
    },
    {
      name: 'memory of the engine, features read for training, MB',
      work: `the same with all rows in memory: ${few.rowsReadMb.toFixed(0)} and ${many.rowsReadMb.toFixed(0)} MB (10,000 rows are 51 MB)`,
      ours: many.rowsReadMb,
      ...shared,
      ratio: many.rowsReadMb / few.rowsReadMb,
      goal: 'printed beside it',
      met: null,
    },
  ];
}

async function measureInTemporaryFolder(photos: string, count: number): Promise<Peaks> {
  const root = mkdtempSync(join(tmpdir(), 'thaw-bench-memory-'));
  try {
    copyPhotos(photos, join(root, 'photos'), count);
    const client = await openClient({ folder: join(root, 'project'), create: true, onNote: () => undefined });
    try {
      const input = { paths: [join(root, 'photos')], splitFromFolders: false };
      const { imported } = unwrap(await client.call('library.import', input));
      if (imported !== count) throw new Error(`${imported} photos were imported instead of ${count}.`);
      return await featurise(client);
    } finally {
      await client.close();
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Trains until the first progress behind featurising, and stops there. */
async function featurise(client: Client): Promise<Peaks> {
  const abort = new AbortController();
  let featurisedMb = 0;
  let rowsReadMb = 0;
  const recipe = Recipe.parse({});
  const input = { backbone: 'tf_efficientnet_lite0', freeze: 'all', seed: 0, recipe };
  const result = await client.call('runs.train', input, {
    signal: abort.signal,
    onEvent: (event) => {
      if (abort.signal.aborted) return;
      if (event.kind === 'progress' && event.progress.phase === 'featurising') featurisedMb = enginePeakMb();
      else if (event.kind !== 'note') {
        rowsReadMb = enginePeakMb();
        abort.abort();
      }
    },
  });
  if (!result.ok && result.failure.code !== 'CANCELLED') throw new Error(result.failure.message);
  if (featurisedMb === 0 || rowsReadMb === 0) throw new Error('The engine reported no progress to measure at.');
  return { featurisedMb, rowsReadMb };
}

function enginePeakMb(): number {
  const pid = childrenOf(process.pid).find((child) =>
    readFileSync(`/proc/${child}/cmdline`, 'utf8').includes(join('engine', 'entry.ts')),
  );
  if (pid === undefined) throw new Error('The engine process was not found below this one.');
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.failure.code}: ${result.failure.message}`);
}
