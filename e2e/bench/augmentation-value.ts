/** Does augmentation help? hymenoptera, softmax on K stored views of each photo against one, test photos, five seeds. */
import type { AugmentationPreset } from '../../shared/domain/augmentation.ts';
import type { BenchRecord } from './record.ts';
import { type Compared, compareOnSeeds, intervalText, meanOf } from './seed-comparisons.ts';

const SEEDS = 5;
const VIEWS = 4; // as the policies have it by default
const POLICIES: readonly AugmentationPreset[] = ['photo', 'light'];

export async function benchAugmentationValue(): Promise<readonly BenchRecord[]> {
  const ways = POLICIES.map((name) => ({ name, options: ['--augment', name, '--views', String(VIEWS)] }));
  const seeds = Array.from({ length: SEEDS }, (_, seed) => seed);
  const compared = await compareOnSeeds(seeds, { baseline: [], ways, tallyName: 'augmentation-value' });
  return compared?.map(toRecord) ?? [];
}

function toRecord({ name, right, baseline, total, interval }: Compared): BenchRecord {
  const [low, high] = interval;
  const [without, withIt] = [meanOf(baseline), meanOf(right)];
  const isGain = withIt > without;
  const verdict = low > 0 ? 'a gain' : high < 0 ? 'a loss' : 'neither a gain nor a loss can be told';
  return {
    name: `hymenoptera, softmax on ${VIEWS} stored views, policy ${name}, right answers`,
    work: `${right.join(', ')} of ${total} (${SEEDS} seeds; without ${baseline.join(', ')}); difference 95 %: ${intervalText(interval)}: ${verdict}`,
    ours: withIt,
    peer: without,
    peerName: 'without augmentation, same seeds',
    ratio: withIt / without,
    goal: 'more right answers than without, mean of 5 seeds; the interval is shown',
    met: isGain,
  };
}
