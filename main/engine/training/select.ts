/** How a run's weight decay and number of epochs are settled, and the figure it is judged by. */
import type { Recipe } from '../../../shared/domain/recipe.ts';
import type { EpochReport, Selection } from '../../../shared/domain/run.ts';
import type { Network, Weights } from '../../../shared/networks/network.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { crossValidate, heldOutCurves, listStrengths } from './cross-validate.ts';
import { joinRows, type TrainingRows } from './rows.ts';
import { type TrainResult, trainClassifier } from './train.ts';

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
  const { network, weights, training: data, recipe, seed, shouldStop, onEpoch } = request;
  const weightDecay = await chooseStrength(ops, request, validation);
  const settled = { ...recipe, weightDecay };
  const result = await trainClassifier(ops, {
    network,
    weights,
    data,
    validation,
    recipe: settled,
    seed,
    shouldStop,
    onEpoch,
  });
  const selectionTotal = validation.labels.length;
  const accuracy = result.epochs[result.bestEpoch]?.valAccuracy ?? 0;
  return { ...result, weightDecay, selectionCorrect: Math.round(accuracy * selectionTotal), selectionTotal };
}

/** The strength whose curve on the validation rows goes lowest. */
async function chooseStrength(ops: TensorOps, request: SelectionRequest, validation: TrainingRows): Promise<number> {
  const strengths = listStrengths(request.recipe, request.network);
  const [only] = strengths;
  if (only !== undefined && strengths.length === 1) return only;
  const { network, weights, training, recipe, seed, shouldStop, onCandidate: onFold } = request;
  const trained = training.labels.length;
  const data = joinRows(training, validation);
  const isHeldOut = Uint8Array.from(data.labels, (_, row) => (row < trained ? 0 : 1));
  const members = strengths.map((weightDecay) => ({ weightDecay, isHeldOut }));
  const curves = await heldOutCurves(ops, { network, weights, data, recipe, seed, shouldStop, onFold }, members);
  const lowest = curves.map(({ losses }) => Math.min(...losses));
  return strengths[lowest.indexOf(Math.min(...lowest))] ?? 0;
}
