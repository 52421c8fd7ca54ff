/** The bill of every freeze depth of a network: what trains, what is computed once and per epoch, disk and memory. */
import type { Recipe } from '../domain/recipe.ts';
import type { Network } from '../networks/network.ts';
import { countParameters, listParameters } from '../networks/parameters.ts';
import { inferShapes } from '../networks/shapes.ts';
import { split } from '../networks/split.ts';
import { FLOAT_BYTES, statesPerParameter, trainingBytes } from './memory.ts';
import { elements, forwardWork, multiplicationsOf, type StepWork, trainingWork } from './work.ts';

const ROW_LABEL_BYTES = 68; // the photo's hash in the header of a shard

export type PlanSetting = {
  readonly photos: number; // those that pass the frozen part and are cached: train and validation
  readonly views: number; // cached views of each photo, 1 or more
  readonly recipe: Recipe;
};

export type StageCost = {
  readonly stage: string;
  readonly title: string;
  readonly trainableParameters: number;
  readonly frozenMultiplications: number; // of one photo, once
  readonly trainedMultiplications: number; // of one photo, every epoch: forward and backward
  readonly frozenWork: StepWork;
  readonly trainingWork: StepWork;
  readonly cacheBytes: number;
  readonly peakMemoryBytes: number;
  readonly recomputing: { readonly memoryBytes: number; readonly work: number }; // with activations computed twice; work: times the multiplications of a step
  readonly leastMemoryBytes: number; // the same with a batch of one: what halving can reach
};

/** One row for each stage, from training everything to training the softmax alone. `network` has its class count. */
export function stageCosts(network: Network, setting: PlanSetting): StageCost[] {
  return network.stages.map(({ id }) => stageCost(network, id, setting));
}

/** The bill of one freeze depth. Throws NOT_FOUND for an unknown stage. */
export function stageCost(network: Network, stageId: string, setting: PlanSetting): StageCost {
  const { prefix, suffix } = split(network, stageId);
  const stage = suffix.stages[0]!;
  const frozenWork = forwardWork(prefix);
  const work = trainingWork(suffix);
  const rowBytes = cutBytes(suffix);
  const backboneBytes = listParameters(network).reduce((sum, { shape }) => sum + elements(shape) * FLOAT_BYTES, 0);
  const memory = {
    states: statesPerParameter(setting.recipe),
    rows: { count: setting.photos * setting.views, bytes: rowBytes },
    backboneBytes,
  };
  return {
    stage: stage.id,
    title: stage.title,
    trainableParameters: countParameters(suffix),
    frozenMultiplications: multiplicationsOf(frozenWork),
    trainedMultiplications: multiplicationsOf(work),
    frozenWork,
    trainingWork: work,
    cacheBytes: setting.photos * setting.views * (rowBytes + ROW_LABEL_BYTES),
    peakMemoryBytes: trainingBytes(suffix, { ...memory, batchSize: setting.recipe.batchSize }),
    recomputing: {
      memoryBytes: trainingBytes(suffix, { ...memory, batchSize: setting.recipe.batchSize, recomputes: true }),
      work: 1 + multiplicationsOf(forwardWork(suffix)) / Math.max(1, multiplicationsOf(work)),
    },
    leastMemoryBytes: trainingBytes(suffix, { ...memory, batchSize: 1 }),
  };
}

/** Bytes of one cached row: what crosses the cut, float32. */
function cutBytes(suffix: Network): number {
  return elements(inferShapes(suffix).get('input')!) * FLOAT_BYTES;
}
