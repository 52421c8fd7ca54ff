/**
 * Does thawing harm? hymenoptera, five seeds: later stages and everything against the softmax alone, on test photos.
 *
 * Everything takes about an hour a seed on two cores; THAW_BENCH_SEEDS and THAW_BENCH_REGIMES shorten it, and the
 * record says so.
 */
import type { BenchRecord } from './record.ts';
import { type Compared, compareOnSeeds, intervalText, meanOf } from './seed-comparisons.ts';

const SEEDS = Number(process.env.THAW_BENCH_SEEDS ?? 5);
const REGIMES = (process.env.THAW_BENCH_REGIMES ?? 'later-stages,everything').split(',');
const MARGIN = 0.02; // a loss of up to 2 points counts as none

const optionsOf = (regime: string): readonly string[] => ['--regime', regime];

export async function benchThawing(): Promise<readonly BenchRecord[]> {
  const ways = REGIMES.map((name) => ({ name, options: optionsOf(name) }));
  return (await compareOnSeeds(SEEDS, { baseline: optionsOf('softmax'), ways }))?.map(toRecord) ?? [];
}

function toRecord({ name, right, baseline, total, interval }: Compared): BenchRecord {
  return {
    name: `hymenoptera, ${name}, right answers`,
    work: `${right.join(', ')} of ${total} (${right.length} seeds; softmax alone ${baseline.join(', ')}); difference 95 %: ${intervalText(interval)}`,
    ours: meanOf(right),
    peer: meanOf(baseline),
    peerName: 'softmax alone, same seeds',
    ratio: meanOf(right) / meanOf(baseline),
    goal: `not worse by more than ${(100 * MARGIN).toFixed(1)} points (paired bootstrap over 5 seeds and photos)`,
    met: right.length >= 5 ? interval[0] >= -MARGIN : null,
  };
}
