/**
 * Held-out curves of many softmax classifiers on the same features, trained together as one wide dense layer.
 *
 * A member is one weight decay and one set of held-out rows. All members see the same mini-batches in the same order;
 * a row held out from a member has no part in its loss. One pass costs little more than training a single classifier,
 * so that trying 4 strengths in 5 folds takes the time of about one training instead of twenty.
 */
import { AppError } from '../../../shared/contract/errors.ts';
import { seededRandom, shuffledIndices } from '../../../shared/math/random.ts';
import { smoothedTargets } from '../tensorflow/loss.ts';
import type { Tensor, TensorOps } from '../tensorflow/ops.ts';
import { createOptimizer, type Optimizer, optimizerSettings } from './optimizers.ts';
import type { SettledRecipe } from './request.ts';
import { inSlices, type PlacedBatch, type RowSource, readBatches, scoreLogits, widthOf } from './rows.ts';
import { learningRateAt, schedulePlan } from './schedule.ts';

export type Member = {
  readonly weightDecay: number;
  readonly isHeldOut: Uint8Array; // [N], 1: judged on, never learnt from
};
/** Sums over a member's held-out rows, after each epoch. */
export type HeldOutCurve = { readonly losses: Float64Array; readonly hits: Float64Array };

export type LinearRequest = {
  readonly data: RowSource; // featureShape [D]
  readonly classCount: number;
  readonly members: readonly Member[];
  readonly recipe: Omit<SettledRecipe, 'weightDecay'>;
  readonly seed: number;
  readonly shouldStop?: () => boolean; // asked before every step
  readonly onEpoch?: (done: number, total: number) => void;
  readonly onJudged?: (judged: JudgedRow) => void; // every member's every held-out row, after each epoch
};
export type JudgedRow = {
  readonly member: number;
  readonly row: number;
  readonly epoch: number;
  readonly isRight: boolean;
  readonly loss: number; // nats
  readonly logits: Float32Array; // [K], to be copied
};

const SCORED_ROWS = 256;

/** The curves, in the order of `members`. Every classifier starts at zero. Throws CANCELLED; leaves no tensor behind. */
export async function linearHeldOutCurves(ops: TensorOps, request: LinearRequest): Promise<HeldOutCurve[]> {
  const { data, classCount, members, recipe } = request;
  const outputs = members.length * classCount;
  const width = widthOf(data.featureShape);
  const weightDecay = Float32Array.from(
    { length: outputs },
    (_, output) => members[Math.floor(output / classCount)]?.weightDecay ?? 0,
  );
  const parameters = new Map([
    ['weight', ops.fromArray(new Float32Array(outputs * width), [outputs, width])],
    ['bias', ops.fromArray(new Float32Array(outputs), [outputs])],
  ]);
  const layer = {
    parameter: (name: string): Tensor => parameters.get(name)!,
    replace: (name: string, tensor: Tensor): void => {
      ops.dispose(parameters.get(name)!);
      parameters.set(name, tensor);
    },
  };
  const optimizer = createOptimizer(ops, layer, optimizerSettings({ ...recipe, weightDecay }));
  try {
    return await runEpochs({ ops, layer, optimizer, request });
  } finally {
    optimizer.close();
    ops.dispose(...parameters.values());
  }
}

type Layer = { readonly parameter: (name: string) => Tensor; readonly replace: (name: string, tensor: Tensor) => void };
type Session = {
  readonly ops: TensorOps;
  readonly layer: Layer;
  readonly optimizer: Optimizer;
  readonly request: LinearRequest;
};

async function runEpochs(session: Session): Promise<HeldOutCurve[]> {
  const { data, members, recipe, seed, shouldStop, onEpoch } = session.request;
  const random = seededRandom(seed);
  const stepsPerEpoch = Math.ceil(data.count / recipe.batchSize);
  const plan = schedulePlan(recipe, stepsPerEpoch);
  const curves = members.map(() => ({
    losses: new Float64Array(recipe.epochs),
    hits: new Float64Array(recipe.epochs),
  }));
  for (let epoch = 0; epoch < recipe.epochs; epoch += 1) {
    const slices = inSlices(shuffledIndices(data.count, random), recipe.batchSize);
    let step = 0;
    for await (const batch of readBatches(data, slices, epoch)) {
      if (shouldStop?.()) throw new AppError('CANCELLED', 'Training was cancelled. Start it again when you like.');
      if (batch.rows.length > 0) trainOn(session, batch, learningRateAt(plan, epoch * stepsPerEpoch + step));
      step += 1;
    }
    await score(session, curves, epoch);
    onEpoch?.(epoch + 1, recipe.epochs);
  }
  return curves;
}

/** Logits [B, M * K] of features [B, D]. */
function forward({ ops, layer }: Session, features: Tensor): Tensor {
  const product = ops.matMul(features, layer.parameter('weight'), { a: false, b: true });
  const logits = ops.add(product, layer.parameter('bias'));
  ops.dispose(product);
  return logits;
}

function trainOn(session: Session, batch: PlacedBatch, learningRate: number): void {
  const { ops, request } = session;
  const { classCount, members, recipe } = request;
  const { rows } = batch;
  const repeated = Int32Array.from(
    { length: rows.length * members.length },
    (_, at) => batch.labels[Math.floor(at / members.length)]!,
  );
  const x = ops.fromArray(batch.features, [rows.length, batch.features.length / rows.length]);
  const logits = forward(session, x);
  const perMember = ops.reshape(logits, [repeated.length, classCount]);
  const targets = ops.fromArray(smoothedTargets(repeated, classCount, recipe.labelSmoothing), perMember.shape);
  const factors = ops.fromArray(rowFactors(members, rows), [repeated.length, 1]);
  const entropy = ops.softmaxCrossEntropy(perMember, targets);
  const weighted = ops.multiply(entropy.gradient, factors);
  const gradient = ops.reshape(weighted, logits.shape);
  const gradients = new Map([
    ['weight', ops.matMul(gradient, x, { a: true, b: false })],
    ['bias', ops.sum(gradient, [0])],
  ]);
  ops.dispose(x, logits, perMember, targets, factors, entropy.losses, entropy.gradient, weighted, gradient);
  session.optimizer.apply(gradients, learningRate);
}

/** [B * M]: one over the number of the batch's rows that the member learns from, 0 for those that it does not. */
function rowFactors(members: readonly Member[], rows: Int32Array): Float32Array {
  const learnt = members.map(({ isHeldOut }) => rows.reduce((sum, row) => sum + 1 - isHeldOut[row]!, 0));
  return Float32Array.from({ length: rows.length * members.length }, (_, at) => {
    const member = at % members.length;
    const row = rows[Math.floor(at / members.length)]!;
    return members[member]!.isHeldOut[row] === 1 ? 0 : 1 / learnt[member]!;
  });
}

/** Adds the loss (nats, not smoothed) and the hits of every member on its held-out rows. */
async function score(session: Session, curves: readonly HeldOutCurve[], epoch: number): Promise<void> {
  const { ops, request } = session;
  const { data, classCount, members } = request;
  const slices = inSlices(Int32Array.from(data.labels.keys()), SCORED_ROWS);
  let slice = 0;
  for await (const batch of readBatches(data, slices)) {
    const rows = slices[slice]!;
    slice += 1;
    const x = ops.fromArray(batch.features, [rows.length, batch.features.length / rows.length]);
    const logits = forward(session, x);
    const values = await ops.read(logits);
    ops.dispose(x, logits);
    for (const [at, row] of rows.entries()) {
      for (const [member, { isHeldOut }] of members.entries()) {
        if (isHeldOut[row] !== 1) continue;
        const first = (at * members.length + member) * classCount;
        const own = values.subarray(first, first + classCount);
        const judged = scoreLogits(own, batch.labels.subarray(at, at + 1));
        curves[member]!.losses[epoch]! += judged.loss;
        curves[member]!.hits[epoch]! += judged.correct;
        const { loss } = judged;
        request.onJudged?.({ member, row, epoch, isRight: judged.correct === 1, loss, logits: own });
      }
    }
  }
}
