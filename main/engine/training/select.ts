/** How a run's weight decay and number of epochs are settled, and the figure it is judged by. */
import type { Recipe } from '../../../shared/domain/recipe.ts';
import type { EpochReport, Selection } from '../../../shared/domain/run.ts';
import type { Network, Weights } from '../../../shared/networks/network.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { crossValidate, DECAY_GRID } from './cross-validate.ts';
import type { TrainingRows } from './rows.ts';
import { type TrainRequest, type TrainResult, trainClassifier } from './train.ts';

export type SelectionRequest = {
  readonly network: Network; // the trainable suffix
  readonly weights: Weights;
  readonly training: TrainingRows;
  readonly trainingGroups: Int32Array; // [N]
  readonly validation: TrainingRows | null; // needed where selection says so
  readonly recipe: Recipe;
  readonly selection: Selection;
  readonly seed: number;
  readonly onCandidate: (done: number, total: number) => void;
  readonly onEpoch: (report: EpochReport) => void; // of the training that is kept
  readonly shouldStop: () => boolean;
};
export type Selected = TrainResult & {
  readonly weightDecay: number;
  readonly selectionCorrect: number;
  readonly selectionTotal: number;
};

/**
 * Trains with the settings that do best on held-out photos; test photos are never part of it.
 *
 * On a validation side: each strength is trained, the least validation loss wins with its best epoch. By
 * cross-validation: strength and number of epochs are chosen inside the training rows, then all of them are refit.
 */
export async function trainSelected(ops: TensorOps, request: SelectionRequest): Promise<Selected> {
  const { selection, validation } = request;
  if (selection.kind === 'validation' && validation !== null) return selectOnValidation(ops, request, validation);
  const { network, weights, training: data, trainingGroups: groups, recipe, seed, shouldStop } = request;
  const base = { network, weights, data, seed, shouldStop };
  const folds = selection.kind === 'cross-validation' ? selection.folds : 2;
  const chosen = await crossValidate(ops, { ...base, recipe, groups, folds, onFold: request.onCandidate });
  const { weightDecay, epochs: stopAfterEpochs, accuracy } = chosen;
  const refit = await trainClassifier(ops, {
    ...base,
    recipe: { ...recipe, weightDecay },
    stopAfterEpochs,
    onEpoch: request.onEpoch,
  });
  const selectionTotal = data.labels.length;
  return { ...refit, weightDecay, selectionCorrect: Math.round(accuracy * selectionTotal), selectionTotal };
}

async function selectOnValidation(
  ops: TensorOps,
  request: SelectionRequest,
  validation: TrainingRows,
): Promise<Selected> {
  const { network, weights, training: data, recipe, seed, shouldStop } = request;
  const strengths = recipe.weightDecay === 'auto' ? DECAY_GRID[recipe.optimizer] : [recipe.weightDecay];
  let best: { readonly result: TrainResult; readonly weightDecay: number; readonly loss: number } | null = null;
  for (const [index, weightDecay] of strengths.entries()) {
    const plan: TrainRequest = {
      network,
      weights,
      data,
      validation,
      recipe: { ...recipe, weightDecay },
      seed,
      shouldStop,
    };
    const result = await trainClassifier(ops, plan);
    const loss = result.epochs[result.bestEpoch]?.valLoss ?? Number.POSITIVE_INFINITY;
    if (best === null || loss < best.loss) best = { result, weightDecay, loss };
    request.onCandidate(index + 1, strengths.length);
  }
  if (best === null) throw new RangeError('At least one strength is needed.');
  const { result, weightDecay } = best;
  for (const report of result.epochs) request.onEpoch(report);
  const selectionTotal = validation.labels.length;
  const accuracy = result.epochs[result.bestEpoch]?.valAccuracy ?? 0;
  return { ...result, weightDecay, selectionCorrect: Math.round(accuracy * selectionTotal), selectionTotal };
}
