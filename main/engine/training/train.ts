/** The training loop of the trainable part. */
import { AppError } from '../../../shared/contract/errors.ts';
import type { EpochReport } from '../../../shared/domain/run.ts';
import { shuffledIndices } from '../../../shared/math/random.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { decideEnd, hasEnded } from './finish.ts';
import { scoreValidation } from './judge.ts';
import type { TrainRequest, TrainResult } from './request.ts';
import { inSlices, readBatches, requireRows } from './rows.ts';
import { learningRateAt, schedulePlan } from './schedule.ts';
import { findNotFinite } from './snapshot.ts';
import { trainOnBatch } from './step.ts';
import { openTraining, type TrainingState, takeSnapshot, whileJudged } from './training-state.ts';

/** A loss or weight that is no number. `lastGood`: as of the best whole epoch; null where there was none. */
export class LossNotFinite extends AppError {
  readonly lastGood: TrainResult | null;

  constructor(message: string, lastGood: TrainResult | null) {
    super('LOSS_NOT_FINITE', message);
    this.lastGood = lastGood;
  }
}

/**
 * Trains and gives the weights of the best epoch. Deterministic for a seed, a device and a thread count, however often it
 * was stopped and resumed on the way.
 *
 * Throws CANCELLED when shouldStop says so, LossNotFinite, OUT_OF_MEMORY, DATASET_UNFIT, WEIGHTS_MISMATCH. Leaves no
 * tensor behind.
 */
export async function runTraining(ops: TensorOps, request: TrainRequest): Promise<TrainResult> {
  const state = openTraining(ops, request);
  try {
    requireRows(request.data, state.model().classCount);
    while (!isFinished(state, request)) {
      await runEpoch(state, request);
      if (hasEnded(state)) break;
      await closeEpoch(state, request);
      await writeIfDue(state, request);
    }
    return bestResult(state)!;
  } finally {
    state.close();
  }
}

function isFinished(state: TrainingState, request: TrainRequest): boolean {
  const { epoch, best, epochs } = state;
  if (epoch >= lastEpoch(request) || hasEnded(state)) return true;
  const { patience } = request.recipe;
  if (patience === null || request.validation === undefined || best === null) return false;
  return epochs.length - 1 - best.epoch >= patience;
}

function lastEpoch({ recipe, stopAfterEpochs }: TrainRequest): number {
  return Math.min(recipe.epochs, stopAfterEpochs ?? recipe.epochs);
}

/** The steps of the epoch that are left. */
async function runEpoch(state: TrainingState, request: TrainRequest): Promise<void> {
  const { data, recipe } = request;
  const order = shuffledIndices(data.count, state.random.order.next);
  const slices = inSlices(order, recipe.batchSize * recipe.accumulate);
  const plan = schedulePlan(recipe, slices.length);
  for await (const batch of readBatches(data, slices.slice(state.step), state.epoch)) {
    breathe(request);
    state.learningRate = learningRateAt(plan, state.globalStep());
    if (batch.rows.length > 0) {
      const { loss, correct } = await trainOnBatch(state, request, batch);
      if (!Number.isFinite(loss)) throw notFinite(state, request, `the loss is ${loss}`);
      state.lossSum += loss * batch.rows.length;
      state.correct += correct;
    }
    state.rowsLeftOut += (slices[state.step]?.length ?? 0) - batch.rows.length;
    state.step += 1;
    request.onStep?.(state.globalStep(), lastEpoch(request) * slices.length);
    await decideEnd(state, request, slices.length);
    if (hasEnded(state)) return;
    if (state.step < slices.length) await writeIfDue(state, request);
  }
}

/** Judges the epoch, reports it and keeps its weights where they are the best. */
async function closeEpoch(state: TrainingState, request: TrainRequest): Promise<void> {
  const { data, validation } = request;
  const judged = validation ? await scoreValidation(state, request, validation) : null;
  const learnt = data.count - state.rowsLeftOut;
  if (learnt <= 0) throw new AppError('DATASET_UNFIT', 'None of the photos could be read. Check the folder.');
  const report: EpochReport = {
    epoch: state.epoch,
    trainLoss: state.lossSum / learnt,
    trainAccuracy: state.correct / learnt,
    valLoss: judged && judged.loss / validation!.count,
    valAccuracy: judged && judged.correct / validation!.count,
    learningRate: state.learningRate,
    elapsedMs: state.elapsedMs(),
  };
  const bestLoss = state.best === null ? null : state.epochs[state.best.epoch]!.valLoss;
  if (report.valLoss !== null && !Number.isFinite(report.valLoss))
    throw notFinite(state, request, `the validation loss is ${report.valLoss}`);
  if (bestLoss === null || report.valLoss === null || report.valLoss < bestLoss) {
    const weights = await whileJudged(state, () => state.model().readWeights());
    const stray = findNotFinite(weights);
    if (stray !== null) throw notFinite(state, request, `'${stray}' holds a value that is no number`);
    state.best = { epoch: state.epoch, weights };
  }
  state.epochs.push(report);
  request.onEpoch?.(report);
  await state.startEpoch(state.epoch + 1);
}

async function writeIfDue(state: TrainingState, request: TrainRequest): Promise<void> {
  const { checkpoints } = request;
  if (checkpoints === undefined) return;
  const isDue = state.msSinceCheckpoint() >= checkpoints.everyMs;
  if (!isDue && (checkpoints.everySteps === undefined || state.globalStep() % checkpoints.everySteps !== 0)) return;
  const snapshot = await takeSnapshot(state);
  const stray = findNotFinite(snapshot.tensors);
  if (stray !== null) throw notFinite(state, request, `'${stray}' holds a value that is no number`);
  await checkpoints.write(snapshot);
  state.noteCheckpoint();
}

function breathe({ shouldStop }: TrainRequest): void {
  if (shouldStop?.())
    throw new AppError('CANCELLED', "Training was cancelled. Resume ('thaw resume') goes on with it.");
}

function bestResult({ best, epochs }: TrainingState): TrainResult | null {
  return best && { weights: best.weights, epochs, bestEpoch: best.epoch };
}

function notFinite(state: TrainingState, { recipe }: TrainRequest, what: string): LossNotFinite {
  const { epoch, step, best } = state;
  const kept = best === null ? 'No epoch was finished before.' : `The weights of epoch ${best.epoch + 1} are kept.`;
  const lower = recipe.learningRate / 10;
  const clip = recipe.clipNorm === null ? ', or clip the gradients (clipNorm 1)' : '';
  const message = `Training: ${what} in epoch ${epoch + 1}, step ${step + 1}, at learning rate ${recipe.learningRate}. ${kept} Choose a lower learning rate, for example ${lower}${clip}.`;
  return new LossNotFinite(message, bestResult(state));
}
