/** From a corrected label to the new matrix: the softmax trained anew on 2,000 photos whose features are in the cache. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openClient } from '../../main/host/open-client.ts';
import { callerOf } from '../../shared/contract/caller.ts';
import { ClassName } from '../../shared/domain/ids.ts';
import { Recipe } from '../../shared/domain/recipe.ts';
import type { BenchRecord } from './record.ts';
import { findTestPictures } from './shared-data.ts';
import { median } from './warm-cache.ts';

const PHOTOS = 2000;
const ROUNDS = 5;
const MOST_MS = 3000;
const MOST_PHOTOS_A_PAGE = 2000;

export async function benchRetrain(): Promise<readonly BenchRecord[]> {
  const sets = [findTestPictures('cats-dogs'), findTestPictures('hymenoptera'), findTestPictures('imagenet-sample')];
  const [cats, insects, others] = sets;
  if (cats == null || insects == null || others == null) return [];
  const root = mkdtempSync(join(tmpdir(), 'thaw-bench-'));
  try {
    const photos = join(root, 'photos');
    for (const name of ['cat', 'dog']) cpSync(join(cats, name), join(photos, name), { recursive: true });
    const fill = (from: string): void => {
      mkdirSync(join(photos, 'neither'), { recursive: true });
      for (const name of readdirSync(from).sort()) {
        if (countFiles(photos) >= PHOTOS) return;
        if (name.endsWith('.jpg')) cpSync(join(from, name), join(photos, 'neither', name));
      }
    };
    for (const side of ['train', 'val']) for (const name of ['ants', 'bees']) fill(join(insects, side, name));
    fill(others);
    return [await measure(photos, join(root, 'project'))];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function countFiles(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jpg')).length;
}

/** One process, one engine, kept up, as in the app; each round changes another label. */
async function measure(photos: string, project: string): Promise<BenchRecord> {
  const client = await openClient({ folder: project, create: true, onNote: () => undefined });
  const call = callerOf(() => client);
  try {
    await call('library.import', { paths: [photos], splitFromFolders: false });
    const recipe = Recipe.parse({});
    const settings = { backbone: 'tf_efficientnet_lite0', freeze: 'all', seed: 0, recipe };
    const { runId } = await call('runs.train', settings);
    const list = await call('library.photos', { offset: 0, limit: MOST_PHOTOS_A_PAGE });
    const cats = list.photos.filter(({ className, side }) => className === 'cat' && side === 'train');
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const imageIds = [cats[round]!.imageId];
      await call('library.label', { imageIds, className: ClassName.parse('dog') });
      const { elapsedMs, run } = await call('runs.retrain', { runId });
      if (run.featurised !== 0) throw new Error(`${run.featurised} photos were not in the cache.`);
      times.push(elapsedMs);
    }
    const shown = times.map((time) => time.toFixed(0)).join(', ');
    return {
      name: 'from a changed label to the new matrix, ms',
      work: `median of ${ROUNDS} (${shown}); ${list.total} photos, EfficientNet-Lite0, 30 epochs, features cached; load ${loadavg()[0]!.toFixed(0)} on ${cpus().length} cores at the end`,
      ours: median(times),
      peer: null,
      peerName: null,
      ratio: null,
      goal: `under ${MOST_MS} ms once the process is up`,
      met: median(times) < MOST_MS,
    };
  } finally {
    await client.close();
  }
}
