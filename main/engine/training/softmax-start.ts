/** A deeper training that starts from the trained softmax, so that its first steps do not spoil pretrained features. */
import { AppError } from '../../../shared/contract/errors.ts';
import { Recipe } from '../../../shared/domain/recipe.ts';
import type { Network, Weights } from '../../../shared/networks/network.ts';
import { split } from '../../../shared/networks/split.ts';
import { createModel } from '../tensorflow/interpreter.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import type { SettledRecipe, TrainRequest, TrainResult } from './request.ts';
import { inSlices, type RowSource, readBatches, rowsInMemory, widthOf } from './rows.ts';
import { runTraining } from './train.ts';

const ROWS_PER_PASS = 8; // far less memory than a step needs
const WEIGHT_DECAY = 10; // of the softmax alone, see measured-recipes.md

/**
 * As runTraining; where the recipe says softmaxStart, from a softmax that was trained on what the pretrained layers
 * give for the same rows, not augmented. Kumar et al. 2022, arXiv:2202.10054 (LP-FT).
 */
export async function trainFromItsStart(ops: TensorOps, request: TrainRequest): Promise<TrainResult> {
  const starts = request.recipe.softmaxStart && request.resumeFrom === undefined;
  return runTraining(ops, starts ? { ...request, weights: await withTrainedSoftmax(ops, request) } : request);
}

/** A dense layer on vectors and nothing else but dropout. */
export function isSoftmaxOnly(network: Network): boolean {
  return (
    network.inputShape.length === 1 &&
    network.nodes.every(({ kind }) => kind === 'dropout' || kind === 'dense') &&
    network.nodes.filter(({ kind }) => kind === 'dense').length === 1
  );
}

/** The weights as they are where nothing but the softmax trains. */
export async function withTrainedSoftmax(ops: TensorOps, request: TrainRequest): Promise<Weights> {
  const { network, weights, data, recipe, seed, classWeights, shouldStop } = request;
  const last = network.stages.at(-1);
  if (last === undefined || last.node === 'input') return weights;
  const { prefix, suffix } = split(network, last.id);
  if (!isSoftmaxOnly(suffix)) throw new AppError('BUG', `${network.id}: '${last.id}' is not all but the softmax.`);
  const trained = await runTraining(ops, {
    ...{ network: suffix, weights, seed },
    data: await featuresOf(ops, request, { prefix, shape: suffix.inputShape, data }),
    recipe: softmaxRecipe(recipe),
    ...(classWeights && { classWeights }),
    ...(shouldStop && { shouldStop }),
  });
  return new Map([...weights, ...trained.weights]);
}

function softmaxRecipe({ labelSmoothing, classWeighting }: SettledRecipe): SettledRecipe {
  return { ...Recipe.parse({ labelSmoothing, classWeighting, patience: null }), weightDecay: WEIGHT_DECAY };
}

type Source = { readonly prefix: Network; readonly shape: readonly number[]; readonly data: RowSource };

/** What the prefix gives for every row that can be read. */
async function featuresOf(ops: TensorOps, request: TrainRequest, { prefix, shape, data }: Source): Promise<RowSource> {
  const { weights, shouldStop, onStartingRow } = request;
  const width = widthOf(shape);
  const features = new Float32Array(data.count * width);
  const labels: number[] = [];
  const model = createModel(ops, prefix, { weights, trainable: () => false });
  try {
    for await (const batch of readBatches(data, inSlices(Int32Array.from(data.labels.keys()), ROWS_PER_PASS))) {
      if (shouldStop?.())
        throw new AppError('CANCELLED', "Training was cancelled. Resume ('thaw resume') goes on with it.");
      features.set(await model.forward(batch.features), labels.length * width);
      labels.push(...batch.labels);
      onStartingRow?.(labels.length, data.count);
    }
  } finally {
    model.close();
  }
  const read = features.subarray(0, labels.length * width);
  return rowsInMemory({ features: read, featureShape: shape, labels: Int32Array.from(labels) });
}
