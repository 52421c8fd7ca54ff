/**
 * Training steps at every cut of EfficientNet-Lite0 on cached features, beside PyTorch with the same layers frozen, which
 * runs them in every step: from which depth on the cache pays how much.
 */

import { Recipe } from '../../shared/domain/recipe.ts';
import { findNetwork } from '../../shared/networks/registry.ts';
import { stageCosts } from '../../shared/planning/stage-costs.ts';
import { findPeerPython } from './peers/environment.ts';
import type { BenchRecord } from './record.ts';
import { compare, type Job, measureRounds, type Round, workOf } from './train-step-rounds.ts';

const NETWORK = 'tf_efficientnet_lite0';
const HALF = 'blocks.3'; // the middle of its stages
const LEAST = 5;
const CUTS = ['blocks.2', HALF, 'blocks.4', 'blocks.5', 'blocks.6', 'pooled'];
const jobs: readonly Job[] = CUTS.map((frozen) => ({ network: NETWORK, frozen, sides: ['ours', 'pytorch'] }));

export async function benchTrainStepFrozen(): Promise<readonly BenchRecord[]> {
  const pytorch = findPeerPython();
  if (pytorch === null) return [];
  const rounds = measureRounds(jobs, { pytorch, keras: null });
  return jobs.map((job) => cachedRecord(job, rounds.get(job) ?? []));
}

function cachedRecord(job: Job, rounds: readonly Round[]): BenchRecord {
  const found = compare(rounds, { ours: 'ours', peer: 'pytorch', figure: 'imagesPerSecond' });
  const isAsked = job.frozen === HALF;
  return {
    name: `${job.network}, frozen through ${job.frozen}, cached features, images a second`,
    work: `${workOf(job, rounds, found.text)}; our features are gathered from memory; ${sharesOf(job.frozen)}`,
    ours: found.ours,
    peer: found.peer,
    peerName: 'PyTorch with the same layers frozen, no cache',
    ratio: found.ratio,
    goal: isAsked ? `at least ${LEAST} times the peer` : 'printed beside it',
    met: isAsked ? found.ratio >= LEAST : null,
  };
}

/** What is frozen there, and the most that leaving it out could gain where all multiplications took the same time. */
function sharesOf(stage: string): string {
  const costs = stageCosts(findNetwork(NETWORK), { photos: 1, views: 1, recipe: Recipe.parse({}) });
  const whole = costs[0]!;
  const at = costs.findIndex((cost) => cost.stage === stage);
  const { trainableParameters, frozenMultiplications, trainedMultiplications } = costs[at]!;
  const forward = costs.at(-1)!.frozenMultiplications;
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
  const bound = (frozenMultiplications + trainedMultiplications) / trainedMultiplications;
  return [
    `frozen: ${at} of ${costs.length - 1} stages`,
    `${percent(1 - trainableParameters / whole.trainableParameters)} of the parameters`,
    `${percent(frozenMultiplications / forward)} of the forward multiplications`,
    `by multiplications the cache gains ${bound.toFixed(1)} times`,
  ].join(', ');
}
