/**
 * Does thawing harm? hymenoptera, five seeds: later stages and everything against the softmax alone, on test photos.
 *
 * Everything takes about an hour a seed on two busy cores; THAW_BENCH_SEEDS (0,1,2) and THAW_BENCH_REGIMES shorten it, and
 * the record says so. What was trained with the same recipe is not trained again.
 */
import { Recipe } from '../../shared/domain/recipe.ts';
import { Regime } from '../../shared/domain/regime.ts';
import { recipeOfRegime } from '../../shared/planning/recipe-of-regime.ts';
import type { BenchRecord } from './record.ts';
import { type Compared, compareOnSeeds, intervalText, meanOf } from './seed-comparisons.ts';

const SEEDS = (process.env.THAW_BENCH_SEEDS ?? '0,1,2,3,4').split(',').map(Number);
const REGIMES = (process.env.THAW_BENCH_REGIMES ?? 'later-stages,everything').split(',');
const MARGIN = 0.02; // a loss of up to 2 points counts as none

const optionsOf = (regime: string): readonly string[] => ['--regime', regime];

export async function benchThawing(): Promise<readonly BenchRecord[]> {
  const recipeOf = (regime: string): Recipe => recipeOfRegime(Regime.parse(regime), Recipe.parse({}));
  const ways = REGIMES.map((name) => ({ name, options: optionsOf(name), recipe: recipeOf(name) }));
  const compared = await compareOnSeeds(SEEDS, { baseline: optionsOf('softmax'), ways, tallyName: 'thawing' });
  return compared?.map(toRecord) ?? [];
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
