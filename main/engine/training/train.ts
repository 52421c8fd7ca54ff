/** The training loop of the trainable part. */
import { AppError } from '../../../shared/contract/errors.ts';
import type { Recipe } from '../../../shared/domain/recipe.ts';
import type { EpochReport } from '../../../shared/domain/run.ts';
import { type Random, seededRandom, shuffledIndices } from '../../../shared/math/random.ts';
import type { Network, Weights } from '../../../shared/networks/network.ts';
import { createModel, type Model } from '../tensorflow/interpreter.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { createOptimizer, type Optimizer, type OptimizerSettings, type WeightDecay } from './optimizers.ts';
import { requireRows, type Score, scoreLogits, type TrainingRows, takeRows } from './rows.ts';
import { learningRateAt, type SchedulePlan } from './schedule.ts';

/** A recipe whose weight decay is settled. */
export type SettledRecipe = Omit<Recipe, 'weightDecay'> & { readonly weightDecay: number };

export type TrainRequest = {
  readonly network: Network; // the trainable suffix
  readonly weights: Weights; // its starting point
  readonly data: TrainingRows;
  readonly validation?: TrainingRows;
  readonly recipe: SettledRecipe;
  readonly seed: number; // of the order of the rows and of dropout
  readonly trainable?: (name: string) => boolean; // all
  readonly classWeights?: Float32Array; // [K]
  readonly stopAfterEpochs?: number; // ends there; the schedule stays that of recipe.epochs
  readonly onEpoch?: (report: EpochReport) => void;
  readonly shouldStop?: () => boolean; // asked before every step
  readonly now?: () => number; // milliseconds, monotonic
};
export type TrainResult = {
  readonly weights: Weights; // of the best epoch: least validation loss, or the last one without validation
  readonly epochs: readonly EpochReport[];
  readonly bestEpoch: number; // from 0
};

/** A loss that is no number. `weights` and `epochs`: as of the last whole epoch; null where there was none. */
export class LossNotFinite extends AppError {
  readonly lastGood: TrainResult | null;

  constructor(message: string, lastGood: TrainResult | null) {
    super('LOSS_NOT_FINITE', message);
    this.lastGood = lastGood;
  }
}

/**
 * Trains and gives the weights of the best epoch. Deterministic for a seed, a device and a thread count.
 *
 * Throws CANCELLED when shouldStop says so, LossNotFinite, DATASET_UNFIT, WEIGHTS_MISMATCH. Leaves no tensor behind.
 */
export async function trainClassifier(ops: TensorOps, request: TrainRequest): Promise<TrainResult> {
  const model = createModel(ops, request.network, {
    weights: request.weights,
    trainable: request.trainable ?? (() => true),
  });
  const optimizer = createOptimizer(ops, model, optimizerSettings(request.recipe));
  try {
    requireRows(request.data, model.classCount);
    return await runEpochs({ ops, model, optimizer, request });
  } finally {
    optimizer.close();
    model.close();
  }
}

export function optimizerSettings({
  optimizer,
  weightDecay,
}: Pick<SettledRecipe, 'optimizer'> & { readonly weightDecay: WeightDecay }): OptimizerSettings {
  return optimizer === 'sgd'
    ? { kind: 'sgd', momentum: 0.9, nesterov: true, weightDecay }
    : { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay };
}

type Session = {
  readonly ops: TensorOps;
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly request: TrainRequest;
};

async function runEpochs(session: Session): Promise<TrainResult> {
  const { model, request } = session;
  const { recipe, validation, now = () => performance.now() } = request;
  const startedMs = now();
  const random = seededRandom(request.seed);
  const epochs: EpochReport[] = [];
  let best: TrainResult | null = null;
  const last = Math.min(recipe.epochs, request.stopAfterEpochs ?? recipe.epochs);
  for (let epoch = 0; epoch < last; epoch += 1) {
    const trained = await runEpoch(session, { epoch, random, lastGood: best && { ...best, epochs } });
    const judged = validation ? await scoreRows(model, validation) : null;
    const report = {
      epoch,
      ...trained,
      valLoss: judged && judged.loss / validation!.labels.length,
      valAccuracy: judged && judged.correct / validation!.labels.length,
      elapsedMs: now() - startedMs,
    };
    epochs.push(report);
    request.onEpoch?.(report);
    const bestLoss = best === null ? null : epochs[best.bestEpoch]!.valLoss;
    if (bestLoss === null || report.valLoss === null || report.valLoss < bestLoss) {
      best = { weights: await model.readWeights(), epochs, bestEpoch: epoch };
    }
    const waited = epoch - best!.bestEpoch;
    if (recipe.patience !== null && validation && waited >= recipe.patience) break;
  }
  return { ...best!, epochs };
}

type EpochPlan = { readonly epoch: number; readonly random: Random; readonly lastGood: TrainResult | null };

async function runEpoch(session: Session, { epoch, random, lastGood }: EpochPlan) {
  const { model, optimizer, request } = session;
  const { data, recipe } = request;
  const order = shuffledIndices(data.labels.length, random);
  const stepsPerEpoch = Math.ceil(order.length / recipe.batchSize);
  const plan = schedulePlan(recipe, stepsPerEpoch);
  let [lossSum, correct, learningRate] = [0, 0, 0];
  for (let step = 0; step < stepsPerEpoch; step += 1) {
    if (request.shouldStop?.())
      throw new AppError('CANCELLED', 'Training was cancelled. Start it again when you like.');
    const rows = takeRows(data, order.subarray(step * recipe.batchSize, (step + 1) * recipe.batchSize));
    const result = await model.trainStep(rows.features, rows.labels, {
      labelSmoothing: recipe.labelSmoothing,
      random: recipe.dropout ? random : null,
      ...(request.classWeights && { classWeights: request.classWeights }),
    });
    if (!Number.isFinite(result.loss)) {
      session.ops.dispose(...result.gradients.values());
      const message = `Training: the loss is ${result.loss} in epoch ${epoch + 1}, step ${step + 1}, at learning rate ${recipe.learningRate}. Choose a lower learning rate.`;
      throw new LossNotFinite(message, lastGood);
    }
    learningRate = learningRateAt(plan, epoch * stepsPerEpoch + step);
    optimizer.apply(result.gradients, learningRate);
    lossSum += result.loss * rows.labels.length;
    correct += scoreLogits(result.logits, rows.labels).correct;
  }
  return { trainLoss: lossSum / order.length, trainAccuracy: correct / order.length, learningRate };
}

/** Warm-up over a tenth of the steps, one step at least. */
export function schedulePlan(
  { schedule, learningRate, epochs }: Omit<SettledRecipe, 'weightDecay'>,
  stepsPerEpoch: number,
): SchedulePlan {
  const totalSteps = stepsPerEpoch * epochs;
  const warmUpSteps = Math.max(1, Math.floor(totalSteps / 10));
  return { kind: schedule, peak: learningRate, totalSteps, warmUpSteps };
}

const evaluationBatch = 256;

/** Loss and hits of the model in inference. */
async function scoreRows(model: Model, rows: TrainingRows): Promise<Score> {
  const width = rows.features.length / rows.labels.length;
  let total: Score = { loss: 0, correct: 0 };
  for (let start = 0; start < rows.labels.length; start += evaluationBatch) {
    const end = Math.min(start + evaluationBatch, rows.labels.length);
    const logits = await model.forward(rows.features.subarray(start * width, end * width));
    const part = scoreLogits(logits, rows.labels.subarray(start, end));
    total = { loss: total.loss + part.loss, correct: total.correct + part.correct };
  }
  return total;
}
