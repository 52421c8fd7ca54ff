/** A softmax on the pooled output of every stage, judged by cross-validation. */
import { Recipe } from '../../../shared/domain/recipe.ts';
import type { Network, Weights } from '../../../shared/networks/network.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { crossValidate } from '../training/cross-validate.ts';
import { rowsInMemory } from '../training/rows.ts';
import type { PooledPiece } from './pooled-ladder.ts';

/** Short on purpose: the rungs are compared with each other, none is a run that is kept. */
const probeRecipe = Recipe.parse({ epochs: 20, labelSmoothing: 0, patience: null });

export type LadderRequest = {
  readonly rows: Float32Array; // [N, rowLength], pieces as poolStages lays them
  readonly labels: Int32Array; // [N]
  readonly groups: Int32Array; // [N]: rows of one group are never on both sides
  readonly pieces: readonly PooledPiece[];
  readonly classCount: number;
  readonly folds: number;
  readonly seed: number;
  readonly shouldStop: () => boolean;
  readonly onRung: (done: number, total: number) => void;
};
export type RungResult = {
  readonly stage: string;
  readonly features: number;
  readonly correct: number; // held out, summed over the folds
  readonly total: number;
};

/**
 * One result a stage, in order; stages that share a piece share its result. Throws CANCELLED, DATASET_UNFIT.
 *
 * Every feature is brought to mean 0 and deviation 1 over all rows first (labels play no part in it), so that one
 * learning rate suits stages whose values differ a hundredfold.
 */
export async function probeLadder(ops: TensorOps, request: LadderRequest): Promise<RungResult[]> {
  const { labels, pieces, classCount, groups, folds, seed, shouldStop } = request;
  const known = new Map<number, RungResult>();
  const results: RungResult[] = [];
  for (const piece of pieces) {
    const found = known.get(piece.start) ?? (await probeOne(piece));
    known.set(piece.start, found);
    results.push({ ...found, stage: piece.stage });
    request.onRung(results.length, pieces.length);
  }
  return results;

  async function probeOne(piece: PooledPiece): Promise<RungResult> {
    const data = rowsInMemory({
      features: standardised(request.rows, labels.length, piece),
      featureShape: [piece.length],
      labels,
      groups,
    });
    const { network, weights } = softmaxOn(piece.length, classCount);
    const shared = { network, weights, data, recipe: probeRecipe, seed, folds, shouldStop };
    const { accuracy } = await crossValidate(ops, shared);
    const total = labels.length;
    return { stage: piece.stage, features: piece.length, correct: Math.round(accuracy * total), total };
  }
}

/** The columns of a piece, [N, length], each with mean 0 and deviation 1; a constant column becomes 0. */
export function standardised(rows: Float32Array, count: number, { start, length }: PooledPiece): Float32Array {
  const rowLength = rows.length / count;
  const result = new Float32Array(count * length);
  for (let column = 0; column < length; column += 1) {
    let sum = 0;
    let squares = 0;
    for (let row = 0; row < count; row += 1) sum += rows[row * rowLength + start + column]!;
    const mean = sum / count;
    for (let row = 0; row < count; row += 1) squares += (rows[row * rowLength + start + column]! - mean) ** 2;
    const deviation = Math.sqrt(squares / count);
    if (deviation < 1e-6 * Math.max(1, Math.abs(mean))) continue;
    for (let row = 0; row < count; row += 1)
      result[row * length + column] = (rows[row * rowLength + start + column]! - mean) / deviation;
  }
  return result;
}

/** A dense classifier alone, at zero: its softmax answers every class alike. */
export function softmaxOn(
  features: number,
  classCount: number,
): { readonly network: Network; readonly weights: Weights } {
  const network: Network = {
    id: 'probe',
    title: 'Softmax on pooled features',
    paper: 'Alain and Bengio 2016, Understanding intermediate layers using linear classifier probes, arXiv:1610.01644',
    inputShape: [features],
    nodes: [
      {
        kind: 'dense',
        id: 'classifier',
        inputs: ['input'],
        outFeatures: classCount,
        weight: 'classifier.weight',
        bias: 'classifier.bias',
      },
    ],
    stages: [{ id: 'input', node: 'input', title: 'Pooled features' }],
    heads: [{ id: 'classifier', node: 'classifier', lossWeight: 1 }],
    preprocessing: {
      resizeShortSide: 1,
      cropSize: 1,
      interpolation: 'bicubic',
      mean: [0, 0, 0],
      standardDeviation: [1, 1, 1],
    },
  };
  const weights: Weights = new Map([
    ['classifier.weight', { shape: [classCount, features], values: new Float32Array(classCount * features) }],
    ['classifier.bias', { shape: [classCount], values: new Float32Array(classCount) }],
  ]);
  return { network, weights };
}
