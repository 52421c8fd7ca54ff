/** Settings chosen inside the training rows, where no validation side is to be had. */
import { AppError } from '../../../shared/contract/errors.ts';
import type { TrialProgress } from '../../../shared/contract/progress.ts';
import type { Recipe } from '../../../shared/domain/recipe.ts';
import { seededRandom, shuffledIndices } from '../../../shared/math/random.ts';
import type { Network } from '../../../shared/networks/network.ts';
import { inferShapes } from '../../../shared/networks/shapes.ts';
import { mainOutputNode } from '../../../shared/networks/split.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { type HeldOutCurve, linearHeldOutCurves, type Member } from './linear-curves.ts';
import type { TrainRequest } from './request.ts';
import { type RowSource, subsetOfRows } from './rows.ts';
import { isSoftmaxOnly, trainFromItsStart } from './softmax-start.ts';
import { LossNotFinite } from './train.ts';

/** Strengths that are tried, in the optimizer's own unit (see Recipe). */
export const DECAY_GRID: Readonly<Record<Recipe['optimizer'], readonly number[]>> = {
  sgd: [0, 0.001, 0.01, 0.1],
  adamw: [0, 1, 10, 30],
  rmsprop: [0, 0.001, 0.01, 0.1],
};

/** Where more than the softmax trains, twenty trainings would take too long: the usual strength of each optimizer. */
const DEEP_DECAY: Readonly<Record<Recipe['optimizer'], number>> = { sgd: 1e-4, adamw: 0.05, rmsprop: 1e-5 };

export type CurvesRequest = Pick<
  TrainRequest,
  | 'network'
  | 'weights'
  | 'data'
  | 'seed'
  | 'trainable'
  | 'classWeights'
  | 'shouldStop'
  | 'now'
  | 'changes'
  | 'onStartingRow'
> & {
  readonly recipe: Recipe;
  readonly onFold?: OnTrials;
  readonly trials?: Trials;
};
/** In epochs where all trials are trained together, else in steps of all of them, with the trial that is under way. */
export type OnTrials = (done: number, total: number, within?: TrialProgress) => void;
/** Trials that are trained one after the other, kept so that a run that is stopped does not lose them. */
export type Trials = {
  readonly known: readonly HeldOutCurve[]; // of an earlier process, the first ones
  readonly isEnough: () => boolean; // asked after each trial: no more of them
  readonly onTrial: (curve: HeldOutCurve) => Promise<void>; // kept before the next one starts
  readonly onEnough: (done: number, total: number) => Promise<void>;
  readonly wereEnded: () => boolean; // before all of them were done
};
export type CrossValidationRequest = CurvesRequest & { readonly folds: number }; // groups of rows stay whole
export type CrossValidationResult = {
  readonly weightDecay: number;
  readonly epochs: number; // how many to run of recipe.epochs
  readonly loss: number; // mean over the rows, nats, held out; optimistic, since it was chosen as the least
  readonly accuracy: number; // at the same place
};

/**
 * The weight decay (where the recipe says 'auto') and the number of epochs with the least held-out loss.
 *
 * Every row is held out once for every strength, unless the trials are ended before. Refit with runTraining on all rows, `stopAfterEpochs` = epochs.
 * Throws DATASET_UNFIT where there are fewer groups than folds, else as runTraining.
 */
export async function crossValidate(ops: TensorOps, request: CrossValidationRequest): Promise<CrossValidationResult> {
  const { recipe, data, seed, folds } = request;
  const strengths = listStrengths(recipe, request.network);
  const foldOf = stratifiedFolds({ labels: data.labels, groups: data.groups, folds, seed });
  const members = strengths.flatMap((weightDecay) =>
    Array.from({ length: folds }, (_, fold) => ({
      weightDecay,
      isHeldOut: Uint8Array.from(foldOf, (own) => (own === fold ? 1 : 0)),
    })),
  );
  const curves = await heldOutCurves(ops, request, members);
  let best: CrossValidationResult | null = null;
  for (const [index, weightDecay] of strengths.entries()) {
    const own = curves.slice(index * folds, (index + 1) * folds);
    if (own.length === 0 || own.length < Math.min(folds, curves.length)) continue; // the trials were ended before
    const rows = members.slice(0, own.length).reduce((sum, { isHeldOut }) => sum + countOnes(isHeldOut), 0);
    const losses = sumCurves(own.map((curve) => curve.losses));
    const hits = sumCurves(own.map((curve) => curve.hits));
    const epoch = leastAt(losses);
    if (epoch < 0) continue;
    const [loss, accuracy] = [losses[epoch]! / rows, hits[epoch]! / rows];
    if (best === null || loss < best.loss) best = { weightDecay, epochs: epoch + 1, loss, accuracy };
  }
  if (best === null) throw diverged(recipe);
  return best;
}

/** Where the least finite number is; -1 where there is none. */
export function leastAt(losses: ArrayLike<number>): number {
  let best = -1;
  for (let at = 0; at < losses.length; at += 1) {
    if (Number.isFinite(losses[at]) && (best < 0 || losses[at]! < losses[best]!)) best = at;
  }
  return best;
}

export function diverged({ learningRate }: Pick<Recipe, 'learningRate'>): AppError {
  const message = `The trials before the training gave a loss that is no number, at learning rate ${learningRate}. Choose a lower learning rate, for example ${learningRate / 10}, or a smaller weight decay.`;
  return new AppError('LOSS_NOT_FINITE', message);
}

/** The strengths to choose from: a grid where the recipe says 'auto' and each try is cheap, else a single one. */
export function listStrengths(recipe: Recipe, network: Network): readonly number[] {
  if (recipe.weightDecay !== 'auto') return [recipe.weightDecay];
  return isSoftmaxOnly(network) ? DECAY_GRID[recipe.optimizer] : [DEEP_DECAY[recipe.optimizer]];
}

/** With nothing that the wide layer, which trains all members at once, could not do for each of them. */
function isPlain({ dropout, clipNorm, accumulate, averaging, mixupAlpha, classWeighting }: Recipe): boolean {
  const changesStep = clipNorm !== null || accumulate > 1 || averaging !== null;
  return !dropout && !changesStep && mixupAlpha === 0 && classWeighting === 'none';
}

/** A curve for each member; a softmax alone, which starts at zero, trains them all together. */
export async function heldOutCurves(
  ops: TensorOps,
  request: CurvesRequest,
  members: readonly Member[],
): Promise<HeldOutCurve[]> {
  const { network, data, recipe, seed, shouldStop, onFold } = request;
  if (isSoftmaxOnly(network) && isPlain(recipe) && request.classWeights === undefined) {
    const classCount = inferShapes(network).get(mainOutputNode(network))![0]!;
    const options = { ...(shouldStop && { shouldStop }), ...(onFold && { onEpoch: onFold }) };
    return linearHeldOutCurves(ops, { data, classCount, members, recipe, seed, ...options });
  }
  return await curvesInTurn(ops, request, members);
}

/** The first one at least. */
async function curvesInTurn(ops: TensorOps, request: CurvesRequest, members: readonly Member[]) {
  const { trials } = request;
  const curves = trials?.known.slice(0, members.length) ?? [];
  const reporterOf = stepsOfTrials(request, members);
  for (const member of members.slice(curves.length)) {
    if (curves.length > 0 && trials?.isEnough()) {
      await trials.onEnough(curves.length, members.length);
      break;
    }
    const curve = await curveOfOne(ops, request, { member, onStep: reporterOf(curves.length) });
    curves.push(curve);
    await trials?.onTrial(curve);
  }
  return curves;
}

/** Tells where a trial starts, and after each of its steps, how far all of them are. */
function stepsOfTrials({ recipe, data, onFold }: CurvesRequest, members: readonly Member[]) {
  const { epochs, batchSize, accumulate } = recipe;
  const stepsPerEpoch = members.map(({ isHeldOut }) =>
    Math.ceil((data.count - countOnes(isHeldOut)) / (batchSize * accumulate)),
  );
  const before = (index: number): number => epochs * stepsPerEpoch.slice(0, index).reduce((sum, own) => sum + own, 0);
  return (index: number): ((step: number) => void) => {
    const tell = (step: number): void => {
      const epoch = Math.min(epochs, Math.floor(step / stepsPerEpoch[index]!) + 1);
      const within = { trial: index + 1, trials: members.length, epoch, epochs };
      onFold?.(before(index) + step, before(members.length), within);
    };
    tell(0);
    return tell;
  };
}

type Trial = { readonly member: Member; readonly onStep: (step: number) => void };

async function curveOfOne(ops: TensorOps, request: CurvesRequest, { member, onStep }: Trial): Promise<HeldOutCurve> {
  const { recipe, data } = request;
  const sides = sidesOf(data, member.isHeldOut);
  const settled = { ...recipe, weightDecay: member.weightDecay, patience: null };
  const { epochs } = await trainFromItsStart(ops, { ...request, ...sides, recipe: settled, onStep }).catch(
    (error: unknown) => {
      throw error instanceof LossNotFinite ? diverged(recipe) : error; // a trial's weights are not those to keep
    },
  );
  const rows = sides.validation.count;
  return {
    losses: Float64Array.from(epochs, ({ valLoss }) => valLoss! * rows),
    hits: Float64Array.from(epochs, ({ valAccuracy }) => valAccuracy! * rows),
  };
}

function countOnes(flags: Uint8Array): number {
  return flags.reduce((sum, flag) => sum + flag, 0);
}

function sumCurves(curves: readonly Float64Array[]): Float64Array {
  return Float64Array.from(curves[0]!, (_, epoch) => curves.reduce((sum, curve) => sum + curve[epoch]!, 0));
}

function sidesOf(data: RowSource, isHeldOut: Uint8Array) {
  const rows = Int32Array.from(isHeldOut.keys());
  return {
    data: subsetOfRows(
      data,
      rows.filter((row) => isHeldOut[row] === 0),
    ),
    validation: subsetOfRows(
      data,
      rows.filter((row) => isHeldOut[row] === 1),
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
