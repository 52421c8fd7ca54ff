/** Does augmentation help? hymenoptera, softmax on K stored views of each photo against one, test photos, five seeds. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandOutput } from '../../shared/contract/commands.ts';
import type { AugmentationPreset } from '../../shared/domain/augmentation.ts';
import { thawJson } from '../fixtures/thaw-command.ts';
import { differenceInterval } from './difference-interval.ts';
import type { BenchRecord } from './record.ts';
import { findTestPictures } from './shared-data.ts';

const SEEDS = 5;
const VIEWS = 4; // as the policies have it by default
const POLICIES: readonly AugmentationPreset[] = ['photo', 'light'];

type Run = CommandOutput<'runs.train'>;

export async function benchAugmentationValue(): Promise<readonly BenchRecord[]> {
  const photos = findTestPictures('hymenoptera');
  if (photos === null) return [];
  const root = mkdtempSync(join(tmpdir(), 'thaw-bench-'));
  try {
    const at = ['--project', join(root, 'project')];
    await thawJson('import', photos, '--split-from-folders', ...at);
    const train = (seed: number, ...how: string[]): Promise<Run> =>
      thawJson('train', '--seed', String(seed), ...how, ...at);
    const plain: Run[] = [];
    for (let seed = 0; seed < SEEDS; seed += 1) plain.push(await train(seed));
    const records: BenchRecord[] = [];
    for (const policy of POLICIES) {
      const comparisons: CommandOutput<'runs.compare'>[] = [];
      for (const [seed, { runId }] of plain.entries()) {
        const augmented = await train(seed, '--augment', policy, '--views', String(VIEWS));
        comparisons.push(await thawJson('compare', runId, augmented.runId, '--split', 'test', ...at));
      }
      records.push(toRecord(policy, comparisons));
    }
    return records;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function toRecord(policy: AugmentationPreset, comparisons: readonly CommandOutput<'runs.compare'>[]): BenchRecord {
  const total = comparisons[0]?.total ?? 0;
  const counts = (which: 0 | 1): number[] => comparisons.map(({ correct }) => correct[which]);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [low, high] = differenceInterval(comparisons, total);
  const points = (fraction: number): string => (100 * fraction).toFixed(1);
  const [without, withIt] = [mean(counts(0)), mean(counts(1))];
  const isGain = withIt > without;
  const verdict = low > 0 ? 'a gain' : high < 0 ? 'a loss' : 'neither a gain nor a loss can be told';
  return {
    name: `hymenoptera, softmax on ${VIEWS} stored views, policy ${policy}, right answers`,
    work: `${counts(1).join(', ')} of ${total} (${SEEDS} seeds; without ${counts(0).join(', ')}); difference 95 %: ${points(low)} to ${points(high)} points over photos and seeds: ${verdict}`,
    ours: withIt,
    peer: without,
    peerName: 'without augmentation, same seeds',
    ratio: withIt / without,
    goal: 'more right answers than without, mean of 5 seeds; the interval is shown',
    met: isGain,
  };
}
