/**
 * Does thawing harm? hymenoptera, five seeds: later stages and everything against the softmax alone, on test photos.
 *
 * Everything takes about an hour a seed on two cores; THAW_BENCH_SEEDS and THAW_BENCH_REGIMES shorten it, and the
 * record says so.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandOutput } from '../../shared/contract/commands.ts';
import { thawJson } from '../fixtures/thaw-command.ts';
import { differenceInterval } from './difference-interval.ts';
import type { BenchRecord } from './record.ts';
import { findTestPictures } from './shared-data.ts';

const SEEDS = Number(process.env.THAW_BENCH_SEEDS ?? 5);
const REGIMES = (process.env.THAW_BENCH_REGIMES ?? 'later-stages,everything').split(',');
const MARGIN = 0.02; // a loss of up to 2 points counts as none

type Run = CommandOutput<'runs.train'>;

export async function benchThawing(): Promise<readonly BenchRecord[]> {
  const photos = findTestPictures('hymenoptera');
  if (photos === null) return [];
  const root = mkdtempSync(join(tmpdir(), 'thaw-bench-'));
  try {
    const at = ['--project', join(root, 'project')];
    await thawJson('import', photos, '--split-from-folders', ...at);
    const train = (regime: string, seed: number): Promise<Run> =>
      thawJson('train', '--regime', regime, '--seed', String(seed), ...at);
    const records: BenchRecord[] = [];
    const probes: Run[] = [];
    for (let seed = 0; seed < SEEDS; seed += 1) probes.push(await train('softmax', seed));
    for (const regime of REGIMES) {
      const comparisons: CommandOutput<'runs.compare'>[] = [];
      for (const [seed, probe] of probes.entries()) {
        const { runId } = await train(regime, seed);
        comparisons.push(await thawJson('compare', probe.runId, runId, '--split', 'test', ...at));
      }
      records.push(toRecord(regime, comparisons));
    }
    return records;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function toRecord(regime: string, comparisons: readonly CommandOutput<'runs.compare'>[]): BenchRecord {
  const total = comparisons[0]?.total ?? 0;
  const counts = (which: 0 | 1): number[] => comparisons.map(({ correct }) => correct[which]);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [low, high] = differenceInterval(comparisons, total);
  const points = (fraction: number): string => (100 * fraction).toFixed(1);
  return {
    name: `hymenoptera, ${regime}, right answers`,
    work: `${counts(1).join(', ')} of ${total} (${comparisons.length} seeds; softmax alone ${counts(0).join(', ')}); difference 95 %: ${points(low)} to ${points(high)} points over photos and seeds`,
    ours: mean(counts(1)),
    peer: mean(counts(0)),
    peerName: 'softmax alone, same seeds',
    ratio: mean(counts(1)) / mean(counts(0)),
    goal: `not worse by more than ${points(MARGIN)} points (paired bootstrap over 5 seeds and photos)`,
    met: comparisons.length >= 5 ? low >= -MARGIN : null,
  };
}
