/** How much a split that ignores bursts and near duplicates flatters a classifier. */

import { Recipe } from '../../../shared/domain/recipe.ts';
import { stratifiedFolds } from '../../../shared/math/stratified-folds.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { linearHeldOutCurves } from '../training/linear-curves.ts';
import { rowsInMemory } from '../training/rows.ts';

/** Nothing is chosen, neither strength nor epoch: a choice made on the held-out rows would flatter both splits. */
const { weightDecay: _, ...comparisonRecipe } = Recipe.parse({ epochs: 20, labelSmoothing: 0, patience: null });
const WEIGHT_DECAY = 1;

export type SplitsRequest = {
  readonly rows: Float32Array; // [N, width]
  readonly width: number;
  readonly labels: Int32Array; // [N]
  readonly groups: Int32Array; // [N]: photos of one group belong together
  readonly classCount: number;
  readonly folds: number;
  readonly seed: number;
  readonly shouldStop: () => boolean;
  readonly onEpoch: (done: number, total: number) => void;
};
export type SplitOutcomes = { readonly honest: boolean[]; readonly random: boolean[] }; // [N], right when held out

/**
 * Every row is held out once with its group and once alone; all 2 x folds softmaxes are trained together, on the same
 * mini-batches. Throws CANCELLED, and DATASET_UNFIT where there are fewer groups than folds.
 */
export async function compareSplits(ops: TensorOps, request: SplitsRequest): Promise<SplitOutcomes> {
  const { rows, width, labels, groups, classCount, folds, seed, shouldStop, onEpoch } = request;
  const alone = Int32Array.from(labels.keys());
  const members = [groups, alone].flatMap((own) => {
    const foldOf = stratifiedFolds({ labels, groups: own, folds, seed });
    return Array.from({ length: folds }, (_, fold) => ({
      weightDecay: WEIGHT_DECAY,
      isHeldOut: Uint8Array.from(foldOf, (of) => (of === fold ? 1 : 0)),
    }));
  });
  const outcomes: SplitOutcomes = {
    honest: new Array<boolean>(labels.length).fill(false),
    random: new Array<boolean>(labels.length).fill(false),
  };
  await linearHeldOutCurves(ops, {
    data: rowsInMemory({ features: rows, featureShape: [width], labels, groups }),
    recipe: comparisonRecipe,
    onJudged: ({ member, row, epoch, isRight }) => {
      if (epoch === comparisonRecipe.epochs - 1) outcomes[member < folds ? 'honest' : 'random'][row] = isRight;
    },
    ...{ classCount, members, seed, shouldStop, onEpoch },
  });
  return outcomes;
}
