/** Settings chosen inside the training rows, where no validation side is to be had. */
import { AppError } from '../../../shared/contract/errors.ts';
import type { Recipe } from '../../../shared/domain/recipe.ts';
import { seededRandom, shuffledIndices } from '../../../shared/math/random.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { type TrainingRows, takeRows } from './rows.ts';
import { type TrainRequest, trainClassifier } from './train.ts';

/** Strengths that are tried, in the optimizer's own unit (see Recipe). */
export const DECAY_GRID: Readonly<Record<Recipe['optimizer'], readonly number[]>> = {
  sgd: [0, 0.001, 0.01, 0.1],
  adamw: [0, 1, 10, 30],
};

export type CrossValidationRequest = Omit<TrainRequest, 'validation' | 'recipe' | 'stopAfterEpochs' | 'onEpoch'> & {
  readonly recipe: Recipe;
  readonly groups: Int32Array; // [N]: rows of one group are never on both sides
  readonly folds: number;
  readonly onFold?: (done: number, total: number) => void;
};
export type CrossValidationResult = {
  readonly weightDecay: number;
  readonly epochs: number; // how many to run of recipe.epochs
  readonly loss: number; // mean over the rows, nats, held out; optimistic, since it was chosen as the least
  readonly accuracy: number; // at the same place
};

/**
 * The weight decay (where the recipe says 'auto') and the number of epochs with the least held-out loss.
 *
 * Every row is held out once for every strength. Refit with trainClassifier on all rows, `stopAfterEpochs` = epochs.
 * Throws DATASET_UNFIT where there are fewer groups than folds, else as trainClassifier.
 */
export async function crossValidate(ops: TensorOps, request: CrossValidationRequest): Promise<CrossValidationResult> {
  const { recipe, data, seed, folds, groups } = request;
  const strengths = recipe.weightDecay === 'auto' ? DECAY_GRID[recipe.optimizer] : [recipe.weightDecay];
  const foldOf = stratifiedFolds({ labels: data.labels, groups, folds, seed });
  let best: CrossValidationResult | null = null;
  let done = 0;
  for (const weightDecay of strengths) {
    const losses = new Float64Array(recipe.epochs);
    const hits = new Float64Array(recipe.epochs);
    for (let fold = 0; fold < folds; fold += 1) {
      const sides = sidesOf(data, foldOf, fold);
      const settled = { ...recipe, weightDecay, patience: null };
      const { epochs } = await trainClassifier(ops, { ...request, ...sides, recipe: settled });
      for (const { epoch, valLoss, valAccuracy } of epochs) {
        losses[epoch]! += valLoss! * sides.validation.labels.length;
        hits[epoch]! += valAccuracy! * sides.validation.labels.length;
      }
      done += 1;
      request.onFold?.(done, strengths.length * folds);
    }
    const epoch = losses.indexOf(Math.min(...losses));
    const [loss, accuracy] = [losses[epoch]! / foldOf.length, hits[epoch]! / foldOf.length];
    if (best === null || loss < best.loss) best = { weightDecay, epochs: epoch + 1, loss, accuracy };
  }
  return best!;
}

function sidesOf(data: TrainingRows, foldOf: Int32Array, fold: number) {
  const rows = Int32Array.from(foldOf.keys());
  return {
    data: takeRows(
      data,
      rows.filter((row) => foldOf[row] !== fold),
    ),
    validation: takeRows(
      data,
      rows.filter((row) => foldOf[row] === fold),
    ),
  };
}

type FoldRequest = {
  readonly labels: Int32Array;
  readonly groups: Int32Array;
  readonly folds: number;
  readonly seed: number;
};

/**
 * The fold of every row: groups stay whole, each goes where its class (that of its first row) has fewest rows.
 *
 * Throws DATASET_UNFIT where there are fewer groups than folds.
 */
export function stratifiedFolds({ labels, groups, folds, seed }: FoldRequest): Int32Array {
  const members = new Map<number, number[]>();
  groups.forEach((group, row) => {
    members.set(group, [...(members.get(group) ?? []), row]);
  });
  if (members.size < folds) {
    const message = `${members.size} distinct photos cannot be parted into ${folds} folds. Add photos.`;
    throw new AppError('DATASET_UNFIT', message);
  }
  const clusters = [...members.values()];
  const order = [...shuffledIndices(clusters.length, seededRandom(seed))].map((at) => clusters[at]!);
  order.sort((a, b) => b.length - a.length); // stable: large ones first, the small ones even it out
  const foldOf = new Int32Array(labels.length);
  const ofClass = new Map<number, Int32Array>();
  const inFold = new Int32Array(folds);
  for (const rows of order) {
    const label = labels[rows[0]!]!;
    const own = ofClass.get(label) ?? new Int32Array(folds);
    ofClass.set(label, own);
    let chosen = 0;
    for (let fold = 1; fold < folds; fold += 1) {
      if (own[fold]! < own[chosen]! || (own[fold] === own[chosen] && inFold[fold]! < inFold[chosen]!)) chosen = fold;
    }
    own[chosen]! += rows.length;
    inFold[chosen]! += rows.length;
    for (const row of rows) foldOf[row] = chosen;
  }
  return foldOf;
}
