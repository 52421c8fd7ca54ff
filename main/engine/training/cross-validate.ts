/** Settings chosen inside the training rows, where no validation side is to be had. */
import { AppError } from '../../../shared/contract/errors.ts';
import type { TrialProgress } from '../../../shared/contract/progress.ts';
import type { Recipe } from '../../../shared/domain/recipe.ts';
import { stratifiedFolds } from '../../../shared/math/stratified-folds.ts';
import type { Network } from '../../../shared/networks/network.ts';
import { inferShapes } from '../../../shared/networks/shapes.ts';
import { mainOutputNode } from '../../../shared/networks/split.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { joinFolds, type KeptTogether, keepTogether, mayKeep } from './held-out-logits.ts';
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
  readonly together?: KeptTogether; // logits of trials that are trained together
  readonly keepsLogits?: boolean; // of trials in turn
};
/** In epochs where all trials are trained together, else in steps of all of them, with the trial that is under way. */
export type OnTrials = (done: number, total: number, within?: TrialProgress) => void;
/** Trials that are trained one after the other, kept so that a run that is stopped does not lose them. */
export type Trials = {
  readonly known: readonly HeldOutCurve[]; // of an earlier process, the first ones
  readonly isEnough: () => boolean; // asked after each trial: no more of them
  readonly onTrial: (curve: HeldOutCurve, logits: Float32Array | null) => Promise<void>; // kept before the next one starts
  readonly readLogits?: (trial: number) => Promise<Float32Array | null>; // as onTrial was given them
  readonly onEnough: (done: number, total: number) => Promise<void>;
  readonly wereEnded: () => boolean; // before all of them were done
};
export type CrossValidationRequest = CurvesRequest & { readonly folds: number }; // groups of rows stay whole
export type CrossValidationResult = {
  readonly weightDecay: number;
  readonly epochs: number; // how many to run of recipe.epochs
  readonly loss: number; // mean over the rows, nats, held out; optimistic, since it was chosen as the least
  readonly accuracy: number; // at the same place
  readonly heldOut: Float32Array | null; // [N, K] logits at the same place, where they are kept; NaN: no trial held the row out
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
  const together = isTogether(request)
    ? keptTogether(request, { strengths: strengths.length, folds, rows: data.count })
    : null;
  const curves = await heldOutCurves(ops, { ...request, ...(together && { together }) }, members);
  let best: (Omit<CrossValidationResult, 'heldOut'> & { readonly at: number }) | null = null;
  for (const [index, weightDecay] of strengths.entries()) {
    const own = curves.slice(index * folds, (index + 1) * folds);
    if (own.length === 0 || own.length < Math.min(folds, curves.length)) continue; // the trials were ended before
    const rows = members.slice(0, own.length).reduce((sum, { isHeldOut }) => sum + countOnes(isHeldOut), 0);
    const losses = sumCurves(own.map((curve) => curve.losses));
    const hits = sumCurves(own.map((curve) => curve.hits));
    const epoch = leastAt(losses);
    if (epoch < 0) continue;
    const [loss, accuracy] = [losses[epoch]! / rows, hits[epoch]! / rows];
    if (best === null || loss < best.loss) best = { weightDecay, epochs: epoch + 1, loss, accuracy, at: index };
  }
  if (best === null) throw diverged(recipe);
  const { at, ...result } = best;
  const own = members.slice(at * folds, Math.min((at + 1) * folds, curves.length));
  const heldOut =
    together?.ofStrength(at) ?? (await joinTrials(request, { own, first: at * folds, epochs: best.epochs }));
  return { ...result, heldOut };
}

function keptTogether(
  { network, keepsLogits }: CrossValidationRequest,
  counts: { readonly strengths: number; readonly folds: number; readonly rows: number },
): KeptTogether | null {
  const classCount = classesOf(network);
  const isKept = keepsLogits === true && mayKeep(2 * counts.strengths * counts.rows * classCount);
  return isKept ? keepTogether({ ...counts, classCount }) : null;
}

type TrialsOfOne = { readonly own: readonly Member[]; readonly first: number; readonly epochs: number };

async function joinTrials(
  { trials, keepsLogits, network }: CrossValidationRequest,
  { own, first, epochs }: TrialsOfOne,
) {
  if (keepsLogits !== true || trials?.readLogits === undefined) return null;
  const folds = [];
  for (const [at, { isHeldOut }] of own.entries())
    folds.push({ isHeldOut, logits: await trials.readLogits(first + at) });
  return joinFolds(folds, epochs - 1, classesOf(network));
}

function classesOf(network: Network): number {
  return inferShapes(network).get(mainOutputNode(network))![0]!;
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

function isTogether({ network, recipe, classWeights }: CurvesRequest): boolean {
  return isSoftmaxOnly(network) && isPlain(recipe) && classWeights === undefined;
}

/** A curve for each member; a softmax alone, which starts at zero, trains them all together. */
export async function heldOutCurves(
  ops: TensorOps,
  request: CurvesRequest,
  members: readonly Member[],
): Promise<HeldOutCurve[]> {
  const { network, data, recipe, seed, shouldStop, onFold, together } = request;
  if (isTogether(request)) {
    const classCount = classesOf(network);
    const onEpoch = (done: number, total: number): void => {
      together?.onEpoch();
      onFold?.(done, total);
    };
    const options = { ...(shouldStop && { shouldStop }), ...(together && { onJudged: together.onJudged }), onEpoch };
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
    const { curve, logits } = await curveOfOne(ops, request, { member, onStep: reporterOf(curves.length) });
    curves.push(curve);
    await trials?.onTrial(curve, logits);
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

type Tried = { readonly curve: HeldOutCurve; readonly logits: Float32Array | null }; // logits [epochs, held out, K]

async function curveOfOne(ops: TensorOps, request: CurvesRequest, { member, onStep }: Trial): Promise<Tried> {
  const { recipe, data, network, keepsLogits } = request;
  const sides = sidesOf(data, member.isHeldOut);
  const settled = { ...recipe, weightDecay: member.weightDecay, patience: null };
  const width = sides.validation.count * classesOf(network);
  const isKept = keepsLogits === true && mayKeep(recipe.epochs * width);
  const logits = isKept ? new Float32Array(recipe.epochs * width) : null;
  const onJudged = (epoch: number, judged: Float32Array): void => logits?.set(judged, epoch * width);
  const trial = { ...request, ...sides, recipe: settled, onStep, ...(isKept && { onJudged }) };
  const { epochs } = await trainFromItsStart(ops, trial).catch((error: unknown) => {
    throw error instanceof LossNotFinite ? diverged(recipe) : error; // a trial's weights are not those to keep
  });
  const rows = sides.validation.count;
  const curve = {
    losses: Float64Array.from(epochs, ({ valLoss }) => valLoss! * rows),
    hits: Float64Array.from(epochs, ({ valAccuracy }) => valAccuracy! * rows),
  };
  return { curve, logits };
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
