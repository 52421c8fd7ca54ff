/**
 * Cats and dogs with few, some and many photos a class: what each freeze depth reaches, and whether the recommended
 * regime is as good as the best of them. Hours long; THAW_BENCH_SHORT=1 tries the smallest share of it, and
 * THAW_BENCH_PHOTOS=50 one number of photos a class.
 */
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openClient } from '../../main/host/open-client.ts';
import type { Client, CommandInput, CommandOutput } from '../../shared/contract/commands.ts';
import { Recipe } from '../../shared/domain/recipe.ts';
import type { Regime } from '../../shared/domain/regime.ts';
import { recipeOfRegime } from '../../shared/planning/recipe-of-regime.ts';
import type { BenchRecord } from './record.ts';
import { findTestPictures } from './shared-data.ts';

const isShort = process.env.THAW_BENCH_SHORT === '1';
const BACKBONE = 'tf_efficientnet_lite0';
const photosAsked = process.env.THAW_BENCH_PHOTOS;
const PHOTOS_PER_CLASS = photosAsked ? [Number(photosAsked)] : isShort ? [10] : [10, 50, 500];
const SEEDS = isShort ? [0] : [0, 1, 2];
const DEPTHS = isShort ? ['blocks.6', 'pooled'] : ['input', 'blocks.2', 'blocks.4', 'blocks.6', 'pooled'];
const TEST_EVERY = 5; // of each class by sorted name, as in the bench `accuracy`
const MOST_TEST_PHOTOS = isShort ? 25 : 1000; // of each class

/** Points that the recommended regime may lose against the best depth. */
const allowedLoss = (photosPerClass: number): number => (photosPerClass <= 10 ? 0.02 : 0.01);

export async function benchRegimes(): Promise<readonly BenchRecord[]> {
  const photos = findTestPictures('cats-dogs');
  if (photos === null) return [];
  const root = mkdtempSync(join(tmpdir(), 'thaw-bench-'));
  try {
    const records: BenchRecord[] = [];
    for (const count of PHOTOS_PER_CLASS) {
      const found = findMost(photos, count);
      if (found < count) {
        console.warn(`LEFT OUT: ${count} photos a class, there are ${found} beside the test photos.`);
        continue;
      }
      records.push(await compareDepths(photos, { root, count }));
    }
    return records;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** How many photos of each class are left for training. */
function findMost(photos: string, wanted: number): number {
  return Math.min(wanted, ...classesOf(photos).map((name) => partition(photos, name, wanted).train.length));
}

function classesOf(photos: string): string[] {
  return readdirSync(photos, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

function partition(photos: string, name: string, count: number) {
  const files = readdirSync(join(photos, name)).sort();
  const isTest = (_: string, index: number): boolean => index % TEST_EVERY === 0;
  return {
    test: files.filter(isTest).slice(0, MOST_TEST_PHOTOS),
    train: files.filter((file, index) => !isTest(file, index)).slice(0, count),
  };
}

type Place = { readonly root: string; readonly count: number };

async function compareDepths(photos: string, { root, count }: Place): Promise<BenchRecord> {
  const parted = join(root, `parted-${count}`);
  for (const name of classesOf(photos)) {
    for (const [side, files] of Object.entries(partition(photos, name, count)))
      for (const file of files) cpSync(join(photos, name, file), join(parted, side, name, file));
  }
  const client = await openClient({ folder: join(root, `project-${count}`), create: true, onNote: () => undefined });
  try {
    await call(client, 'library.import', { paths: [parted], splitFromFolders: true });
    const { advice } = await call(client, 'library.probe', { backbone: BACKBONE, seed: 0 });
    const reached = new Map<string, number>();
    for (const depth of DEPTHS) reached.set(depth, await meanAccuracy(client, { freeze: depth }));
    const ours = await meanAccuracy(client, { regime: advice.regime });
    return toRecord({ count, advice, reached, ours });
  } finally {
    await client.close();
  }
}

async function meanAccuracy(client: Client, how: { freeze: string } | { regime: Regime }): Promise<number> {
  const defaults = Recipe.parse({});
  let sum = 0;
  for (const seed of SEEDS) {
    const settled =
      'regime' in how
        ? { freeze: 'all', recipe: defaults, regime: how.regime }
        : { freeze: how.freeze, recipe: recipeOfRegime(regimeOfDepth(how.freeze), defaults) };
    const run = await call(client, 'runs.train', { backbone: BACKBONE, seed, ...settled });
    const report = await call(client, 'runs.evaluate', { runId: run.runId, split: 'test', views: 'centre' });
    sum += report.accuracy;
  }
  return sum / SEEDS.length;
}

/** Each depth learns by the recipe that is meant for it. */
function regimeOfDepth(depth: string): Regime {
  if (depth === 'pooled') return 'softmax';
  return depth === 'input' ? 'everything' : 'later-stages';
}

type Comparison = {
  readonly count: number;
  readonly advice: CommandOutput<'library.probe'>['advice'];
  readonly reached: ReadonlyMap<string, number>;
  readonly ours: number;
};

function toRecord({ count, advice, reached, ours }: Comparison): BenchRecord {
  const best = Math.max(...reached.values());
  const listed = [...reached].map(([depth, accuracy]) => `${depth} ${(100 * accuracy).toFixed(1)}`).join(', ');
  return {
    name: `cats-dogs, ${count} photos a class`,
    work: `mean of ${SEEDS.length} seeds; frozen through ${listed} %; advised: ${advice.regime} (${advice.frozenThrough})`,
    ours,
    peer: best,
    peerName: 'best depth',
    ratio: ours / best,
    goal: `advised regime loses at most ${100 * allowedLoss(count)} points`,
    met: isShort ? null : best - ours <= allowedLoss(count),
  };
}

async function call<N extends 'library.import' | 'library.probe' | 'runs.train' | 'runs.evaluate'>(
  client: Client,
  name: N,
  input: CommandInput<N>,
): Promise<CommandOutput<N>> {
  const result = await client.call(name, input);
  if (!result.ok) throw new Error(result.failure.message);
  return result.value;
}
