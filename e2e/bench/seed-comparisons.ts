/** Ways to train on hymenoptera beside a baseline, seed by seed, on its test photos. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandOutput } from '../../shared/contract/commands.ts';
import { thawJson } from '../fixtures/thaw-command.ts';
import { differenceInterval } from './difference-interval.ts';
import { findTestPictures } from './shared-data.ts';

export type Way = { readonly name: string; readonly options: readonly string[] }; // of `thaw train`
export type Compared = {
  readonly name: string;
  readonly right: readonly number[]; // test photos, for each seed
  readonly baseline: readonly number[];
  readonly total: number; // test photos
  readonly interval: readonly [low: number, high: number]; // 95 %, of the difference of accuracy, over photos and seeds
};

/** null without the shared pictures. */
export async function compareOnSeeds(
  seeds: number,
  { baseline, ways }: { readonly baseline: readonly string[]; readonly ways: readonly Way[] },
): Promise<readonly Compared[] | null> {
  const photos = findTestPictures('hymenoptera');
  if (photos === null) return null;
  const root = mkdtempSync(join(tmpdir(), 'thaw-bench-'));
  try {
    const at = ['--project', join(root, 'project')];
    await thawJson('import', photos, '--split-from-folders', ...at);
    const train = (options: readonly string[], seed: number): Promise<CommandOutput<'runs.train'>> =>
      thawJson('train', ...options, '--seed', String(seed), ...at);
    const probes: CommandOutput<'runs.train'>[] = [];
    for (let seed = 0; seed < seeds; seed += 1) probes.push(await train(baseline, seed));
    const compared: Compared[] = [];
    for (const { name, options } of ways) {
      const comparisons: CommandOutput<'runs.compare'>[] = [];
      for (const [seed, probe] of probes.entries()) {
        const { runId } = await train(options, seed);
        comparisons.push(await thawJson('compare', probe.runId, runId, '--split', 'test', ...at));
      }
      compared.push(summarise(name, comparisons));
    }
    return compared;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function summarise(name: string, comparisons: readonly CommandOutput<'runs.compare'>[]): Compared {
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
