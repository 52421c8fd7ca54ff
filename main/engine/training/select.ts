/** How a run's weight decay and number of epochs are settled, and the figure it is judged by. */
import { z } from 'zod';
import type { Recipe } from '../../../shared/domain/recipe.ts';
import type { EpochReport, Judging } from '../../../shared/domain/run.ts';
import type { Network, Weights } from '../../../shared/networks/network.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import {
  crossValidate,
  diverged,
  heldOutCurves,
  leastAt,
  listStrengths,
  type OnTrials,
  type Trials,
} from './cross-validate.ts';
import type { Finish, TrainRequest, TrainResult } from './request.ts';
import { type RowSource, subsetOfRows } from './rows.ts';
import type { MemoryChange } from './snapshot.ts';
import { trainFromItsStart } from './softmax-start.ts';

/** What was settled before the training that is kept; stored in its checkpoints. */
export const Chosen = z.strictObject({
  weightDecay: z.number().nonnegative(),
  stopAfterEpochs: z.int().min(1).nullable(), // null: the recipe's epochs and patience decide
  accuracy: z.number().min(0).max(1).nullable(), // by cross-validation; null: that of the validation side
});
export type Chosen = z.infer<typeof Chosen>;

export type SelectionRequest = Pick<
  TrainRequest,
  'resumeFrom' | 'checkpoints' | 'changes' | 'onChange' | 'onStartingRow' | 'onStep' | 'finish'
> & {
  readonly network: Network; // the trainable suffix
  readonly weights: Weights;
  readonly rows: RowSource; // of all sides
  readonly training: Int32Array; // which of them are learnt from
  readonly validation: Int32Array | null; // which of them are judged on; needed where selection says so
  readonly recipe: Recipe;
  readonly selection: Judging;
  readonly seed: number;
  readonly chosen: Chosen | null; // settled before this run was stopped
  readonly onChosen: (chosen: Chosen) => Promise<void>;
  readonly onHeldOut?: (logits: Float32Array) => Promise<void>; // before onChosen: [training.length, K] of the folds, NaN where none was tried
  readonly trials?: Trials; // those before it are kept as well
  readonly onCandidate: OnTrials;
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
 * On a validation side: the strength with the least validation loss is trained, its best epoch kept. By
 * cross-validation: strength and number of epochs are chosen inside the training rows, then all of them are refit.
 */
export async function trainSelected(ops: TensorOps, request: SelectionRequest): Promise<Selected> {
  const { rows, network, weights, recipe, seed, selection, shouldStop, onEpoch } = request;
  const isJudged = selection.kind === 'validation' && request.validation !== null;
  const data = subsetOfRows(rows, request.training);
  const validation = isJudged ? subsetOfRows(rows, request.validation) : null;
  const chosen = request.chosen ?? (await choose(ops, request, { data, validation }));
  if (request.chosen === null) await request.onChosen(chosen);
  const { weightDecay, stopAfterEpochs } = chosen;
  const hasEndedChoosing = request.chosen === null && request.trials?.wereEnded() === true;
  const finish = request.finish && (hasEndedChoosing ? wishedFromNowOn(request.finish) : request.finish);
  const result = await trainFromItsStart(ops, {
    ...{ network, weights, data, seed, shouldStop, onEpoch },
    ...(validation && { validation }),
    recipe: { ...recipe, weightDecay },
    ...(stopAfterEpochs !== null && { stopAfterEpochs }),
    ...resumption(request),
    ...(finish && { finish }),
  });
  const accuracy = chosen.accuracy ?? result.epochs[result.bestEpoch]?.valAccuracy ?? 0;
  const selectionTotal = validation?.count ?? data.count;
  return { ...result, weightDecay, selectionCorrect: Math.round(accuracy * selectionTotal), selectionTotal };
}

/** A wish that has ended the choosing of settings is fulfilled: the training that follows is whole. */
function wishedFromNowOn(finish: Finish): Finish {
  const isSpent = finish.isWished();
  return { ...finish, isWished: () => !isSpent && finish.isWished() };
}

function resumption({ resumeFrom, checkpoints, changes, onChange, onStartingRow, onStep }: SelectionRequest) {
  return {
    ...(onStartingRow && { onStartingRow }),
    ...(onStep && { onStep }),
    ...(resumeFrom && { resumeFrom }),
    ...(checkpoints && { checkpoints }),
    ...(changes && { changes }),
    ...(onChange && { onChange }),
  };
}

type Sides = { readonly data: RowSource; readonly validation: RowSource | null };

async function choose(ops: TensorOps, request: SelectionRequest, { data, validation }: Sides): Promise<Chosen> {
  if (validation !== null) {
    const weightDecay = await chooseStrength(ops, request);
    return { weightDecay, stopAfterEpochs: null, accuracy: null };
  }
  const { network, weights, recipe, selection, seed, shouldStop, onCandidate: onFold } = request;
  const folds = selection.kind === 'cross-validation' ? selection.folds : 2;
  const changes = changesAtStart(request);
  const shared = { network, weights, data, recipe, seed, shouldStop, changes, ...optionsOf(request) };
  const keepsLogits = request.onHeldOut !== undefined;
  const found = await crossValidate(ops, { ...shared, folds, onFold, keepsLogits });
  if (found.heldOut !== null) await request.onHeldOut?.(found.heldOut);
  return { weightDecay: found.weightDecay, stopAfterEpochs: found.epochs, accuracy: found.accuracy };
}

function optionsOf({ trials, onStartingRow }: SelectionRequest) {
  return { ...(trials && { trials }), ...(onStartingRow && { onStartingRow }) };
}

/** Those that hold for the trials as well: the memory was not enough before anything was kept. */
function changesAtStart({ changes = [] }: SelectionRequest): readonly MemoryChange[] {
  return changes.filter(({ epoch, step, during }) => epoch === 0 && step === 0 && during === 'step');
}

/** The strength whose curve on the validation rows goes lowest. */
async function chooseStrength(ops: TensorOps, request: SelectionRequest): Promise<number> {
  const strengths = listStrengths(request.recipe, request.network);
  const [only] = strengths;
  if (only !== undefined && strengths.length === 1) return only;
  const { network, weights, rows, training, recipe, seed, shouldStop, onCandidate: onFold } = request;
  const data = subsetOfRows(rows, Int32Array.from([...training, ...(request.validation ?? [])]));
  const isHeldOut = Uint8Array.from(data.labels, (_, row) => (row < training.length ? 0 : 1));
  const members = strengths.map((weightDecay) => ({ weightDecay, isHeldOut }));
  const shared = { network, weights, data, recipe, seed, shouldStop, onFold };
  const curves = await heldOutCurves(ops, { ...shared, ...optionsOf(request) }, members);
  const best = strengths[leastAt(curves.map(({ losses }) => losses[leastAt(losses)] ?? Number.NaN))];
  if (best === undefined) throw diverged(recipe);
  return best;
}
