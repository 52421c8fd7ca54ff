/**
 * Cats and dogs with few, some and many photos a class: what each freeze depth reaches, and whether the recommended
 * regime is as good as the best of them. Hours long: each training is kept as soon as it is done, and one that was done
 * with the same recipe is not repeated. THAW_BENCH_PHOTOS, THAW_BENCH_SEEDS and THAW_BENCH_DEPTHS choose a part of it,
 * THAW_BENCH_SHORT=1 tries the smallest share.
 */
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { openClient } from '../../main/host/open-client.ts';
import { callerOf } from '../../shared/contract/caller.ts';
import type { Client, CommandOutput } from '../../shared/contract/commands.ts';
import { Recipe } from '../../shared/domain/recipe.ts';
import type { Regime } from '../../shared/domain/regime.ts';
import { recipeOfRegime } from '../../shared/planning/recipe-of-regime.ts';
import { type BenchRecord, publishPart } from './record.ts';
import { findTestPictures } from './shared-data.ts';
import { openTally, type Tally, type Task } from './training-tally.ts';

const isShort = process.env.THAW_BENCH_SHORT === '1';
const BACKBONE = 'tf_efficientnet_lite0';
const photosAsked = process.env.THAW_BENCH_PHOTOS;
const PHOTOS_PER_CLASS = photosAsked ? [Number(photosAsked)] : isShort ? [10] : [10, 50, 500];
const SEEDS = Number(process.env.THAW_BENCH_SEEDS ?? (isShort ? 1 : 3));
const DEPTHS = isShort ? ['blocks.6', 'pooled'] : ['pooled', 'blocks.6', 'blocks.4', 'blocks.2', 'input'];
const DEPTHS_NOW = process.env.THAW_BENCH_DEPTHS?.split(',') ?? DEPTHS;
const TEST_EVERY = 5; // of each class by sorted name, as in the bench `accuracy`
const VALIDATION_EVERY = 5; // of those that are left, where they are many: cross-validation would train six times
const MANY = 200; // photos a class
const MOST_TEST_PHOTOS = isShort ? 25 : 1000; // of each class

const Outcome = z.strictObject({ selection: z.string(), correct: z.int(), total: z.int() }); // of the test photos
type Outcome = z.infer<typeof Outcome>;

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
      const record = await compareDepths(photos, { root, count });
      if (record !== null) records.push(record);
    }
    return records;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** How many photos of each class are left for training. */
function findMost(photos: string, wanted: number): number {
  return Math.min(wanted, ...classesOf(photos).map((name) => countLearnt(photos, name, wanted)));
}

function countLearnt(photos: string, name: string, wanted: number): number {
  const { train, val } = partition(photos, name, wanted);
  return train.length + val.length;
}

function classesOf(photos: string): string[] {
  return readdirSync(photos, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

function partition(photos: string, name: string, count: number) {
  const files = readdirSync(join(photos, name)).sort();
  const isTest = (_: string, index: number): boolean => index % TEST_EVERY === 0;
  const learnt = files.filter((file, index) => !isTest(file, index)).slice(0, count);
  const isValidation = (index: number): boolean => count >= MANY && index % VALIDATION_EVERY === 0;
  return {
    test: files.filter(isTest).slice(0, MOST_TEST_PHOTOS),
    train: learnt.filter((_, index) => !isValidation(index)),
    val: learnt.filter((_, index) => isValidation(index)),
  };
}

type Place = { readonly root: string; readonly count: number };

async function compareDepths(photos: string, { root, count }: Place): Promise<BenchRecord | null> {
  const parted = join(root, `parted-${count}`);
  for (const name of classesOf(photos)) {
    for (const [side, files] of Object.entries(partition(photos, name, count)))
      for (const file of files) cpSync(join(photos, name, file), join(parted, side, name, file));
  }
  const client = await openClient({ folder: join(root, `project-${count}`), create: true, onNote: () => undefined });
  const call = callerOf(() => client);
  try {
    await call('library.import', { paths: [parted], splitFromFolders: true });
    const { advice } = await call('library.probe', { backbone: BACKBONE, seed: 0 });
    const depths = [...new Set([...DEPTHS, advice.frozenThrough])];
    const tally = openTally(isShort ? 'regimes-short' : 'regimes', Outcome);
    const record = (): BenchRecord | null => toRecord({ count, advice, trainings: currentOnes(tally, count, depths) });
    for (let seed = 0; seed < SEEDS; seed += 1) {
      for (const depth of new Set([...DEPTHS_NOW, advice.frozenThrough])) {
        await trainAt(client, tally, { depth, task: taskOf(count, depth, seed) });
        const soFar = record();
        if (soFar !== null) publishPart('regimes', [soFar]);
      }
    }
    return record();
  } finally {
    await client.close();
  }
}

const taskOf = (photosPerClass: number, depth: string, seed: number): Task => ({
  work: `${photosPerClass} photos a class, frozen through ${depth}`,
  seed,
  recipe: recipeOfRegime(regimeOfDepth(depth), Recipe.parse({})),
});

async function trainAt(client: Client, tally: Tally<Outcome>, { depth, task }: { depth: string; task: Task }) {
  const call = callerOf(() => client);
  if (tally.find(task) !== null) return;
  const wish = { backbone: BACKBONE, seed: task.seed, freeze: depth, recipe: task.recipe };
  const { runId, config } = await call('runs.train', wish);
  const { correct, total } = await call('runs.evaluate', { runId, split: 'test', views: 'centre' });
  await tally.add(task, { selection: config.selection.kind, correct, total });
}

/** Each depth learns by the recipe that is meant for it. */
function regimeOfDepth(depth: string): Regime {
  if (depth === 'pooled') return 'softmax';
  return depth === 'input' ? 'everything' : 'later-stages';
}

/** With the recipes of today. */
function currentOnes(tally: Tally<Outcome>, photosPerClass: number, depths: readonly string[]) {
  const found = depths.map((depth) => {
    const tasks = Array.from({ length: 3 }, (_, seed) => taskOf(photosPerClass, depth, seed));
    return [depth, tasks.flatMap((task) => tally.find(task) ?? [])] as const;
  });
  return new Map(found.filter(([, own]) => own.length > 0));
}

type Comparison = {
  readonly count: number;
  readonly advice: CommandOutput<'library.probe'>['advice'];
  readonly trainings: ReadonlyMap<string, readonly Outcome[]>;
};

const accuracyOf = (own: readonly Outcome[]): number =>
  own.reduce((sum, { correct, total }) => sum + correct / total, 0) / own.length;

/** null where nothing is known of the advised depth. */
function toRecord({ count, advice, trainings }: Comparison): BenchRecord | null {
  const advised = trainings.get(advice.frozenThrough);
  if (advised === undefined) return null;
  const ours = accuracyOf(advised);
  const best = Math.max(...[...trainings.values()].map(accuracyOf));
  const listed = [...trainings].map(
    ([depth, own]) => `${depth} ${(100 * accuracyOf(own)).toFixed(1)} % (${own.length} of 3 seeds)`,
  );
  const missing = DEPTHS.filter((depth) => !trainings.has(depth));
  const isWhole = !isShort && missing.length === 0 && [...trainings.values()].every((own) => own.length >= 3);
  return {
    name: `cats-dogs, ${count} photos a class`,
    work: `mean of seeds; frozen through ${listed.join(', ')}${missing.length > 0 ? `; not measured: ${missing.join(', ')}` : ''}; chosen by ${advised[0]!.selection}; advised: ${advice.regime} (${advice.frozenThrough})`,
    ours,
    peer: best,
    peerName: 'best depth',
    ratio: ours / best,
    goal: `advised regime loses at most ${100 * allowedLoss(count)} points`,
    met: isWhole ? best - ours <= allowedLoss(count) : null,
  };
}
