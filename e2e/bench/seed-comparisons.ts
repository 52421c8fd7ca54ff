/** Ways to train on hymenoptera beside a baseline, seed by seed, on its test photos. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { CommandOutput } from '../../shared/contract/commands.ts';
import type { Recipe } from '../../shared/domain/recipe.ts';
import { thawJson } from '../fixtures/thaw-command.ts';
import { differenceInterval } from './difference-interval.ts';
import { findTestPictures } from './shared-data.ts';
import { openTally } from './training-tally.ts';

export type Way = {
  readonly name: string;
  readonly options: readonly string[]; // of `thaw train`
  readonly recipe?: Recipe; // what these options come to: such a training is kept, and not repeated
};
export type Compared = {
  readonly name: string;
  readonly right: readonly number[]; // test photos, for each seed
  readonly baseline: readonly number[];
  readonly total: number; // test photos
  readonly interval: readonly [low: number, high: number]; // 95 %, of the difference of accuracy, over photos and seeds
};

type Comparing = { readonly baseline: readonly string[]; readonly ways: readonly Way[]; readonly tallyName: string };

const Outcome = z.strictObject({
  correct: z.tuple([z.int(), z.int()]), // baseline, way
  total: z.int(),
  fixed: z.array(z.string()),
  broken: z.array(z.string()),
});
type Outcome = z.infer<typeof Outcome>;

/** null without the shared pictures. */
export async function compareOnSeeds(
  seeds: readonly number[],
  { baseline, ways, tallyName }: Comparing,
): Promise<readonly Compared[] | null> {
  const photos = findTestPictures('hymenoptera');
  if (photos === null) return null;
  const root = mkdtempSync(join(tmpdir(), 'thaw-bench-'));
  try {
    const at = ['--project', join(root, 'project')];
    await thawJson('import', photos, '--split-from-folders', ...at);
    const train = (options: readonly string[], seed: number): Promise<CommandOutput<'runs.train'>> =>
      thawJson('train', ...options, '--seed', String(seed), ...at);
    const compare = async ({ options }: Way, seed: number): Promise<Outcome> => {
      const [probe, run] = [await train(baseline, seed), await train(options, seed)];
      const found = await thawJson<CommandOutput<'runs.compare'>>(
        'compare',
        probe.runId,
        run.runId,
        '--split',
        'test',
        ...at,
      );
      const { correct, total, fixed, broken } = found;
      return Outcome.parse({ correct, total, fixed, broken });
    };
    const tally = openTally(tallyName, Outcome);
    const compared: Compared[] = [];
    for (const way of ways) {
      const outcomes: Outcome[] = [];
      for (const seed of seeds) {
        const task = way.recipe && { work: way.name, seed, recipe: way.recipe };
        const outcome = (task && tally.find(task)) ?? (await compare(way, seed));
        if (task) await tally.add(task, outcome);
        outcomes.push(outcome);
      }
      compared.push(summarise(way.name, outcomes));
    }
    return compared;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function summarise(name: string, comparisons: readonly Outcome[]): Compared {
  const total = comparisons[0]?.total ?? 0;
  return {
    name,
    right: comparisons.map(({ correct }) => correct[1]),
    baseline: comparisons.map(({ correct }) => correct[0]),
    total,
    interval: differenceInterval(comparisons, total),
  };
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** '-1.8 to 0.9 points over photos and seeds'. */
export function intervalText([low, high]: Compared['interval']): string {
  const points = (fraction: number): string => (100 * fraction).toFixed(1);
  return `${points(low)} to ${points(high)} points over photos and seeds`;
}
