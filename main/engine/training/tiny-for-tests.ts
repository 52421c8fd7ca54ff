/** A network, rows and recipes so small that a whole training takes milliseconds. */
import { Recipe } from '../../../shared/domain/recipe.ts';
import { normal, seededRandom } from '../../../shared/math/random.ts';
import type { Network, Weights } from '../../../shared/networks/network.ts';
import { listParameters } from '../../../shared/networks/parameters.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import type { SettledRecipe, TrainRequest } from './request.ts';
import { type RowSource, rowsInMemory } from './rows.ts';

const SIZE = 6;
const window3 = { kernel: [3, 3], stride: [1, 1], padding: { kind: 'same' }, dilation: [1, 1], groups: 1 } as const;

/** [2, 6, 6] -> conv, batch norm (or none), ReLU, twice -> mean -> dropout -> 3 classes. */
export function tinyNetwork(options: { readonly hasNorms: boolean }): Network {
  const block = (id: string, input: string): Network['nodes'] => {
    const conv = `${id}.conv`;
    const normed = options.hasNorms ? `${id}.norm` : conv;
    const names = { weight: `${id}.norm.weight`, bias: `${id}.norm.bias` };
    const statistics = { runningMean: `${id}.norm.running_mean`, runningVariance: `${id}.norm.running_var` };
    return [
      { kind: 'conv', id: conv, inputs: [input], outChannels: 4, weight: `${conv}.weight`, bias: null, ...window3 },
      ...(options.hasNorms
        ? [
            {
              kind: 'batchNorm',
              id: normed,
              inputs: [conv],
              ...names,
              ...statistics,
              epsilon: 1e-3,
              momentum: 0.1,
            } as const,
          ]
        : []),
      { kind: 'activation', id, inputs: [normed], function: 'relu' },
    ];
  };
  return {
    ...{ id: 'tiny', title: 'Tiny', paper: '', inputShape: [2, SIZE, SIZE] },
    nodes: [
      ...block('block1', 'input'),
      ...block('block2', 'block1'),
      { kind: 'globalAvgPool', id: 'pool', inputs: ['block2'] },
      { kind: 'dropout', id: 'drop', inputs: ['pool'], rate: 0.2 },
      {
        kind: 'dense',
        id: 'classifier',
        inputs: ['drop'],
        outFeatures: 3,
        weight: 'classifier.weight',
        bias: 'classifier.bias',
      },
    ],
    stages: ['input', 'block1', 'block2', 'pool'].map((id) => ({ id, node: id, title: id })),
    heads: [{ id: 'classifier', node: 'classifier', lossWeight: 1 }],
    preprocessing: {
      ...{ resizeShortSide: SIZE, cropSize: SIZE, interpolation: 'bicubic' },
      ...{ mean: [0.5, 0.5, 0.5], standardDeviation: [0.5, 0.5, 0.5] },
    },
  };
}

export function tinyWeights(network: Network, seed: number): Weights {
  const random = seededRandom(seed);
  return new Map(
    listParameters(network).map(({ name, shape }) => {
      const isFactor = name.endsWith('norm.weight') || name.endsWith('running_var');
      const length = shape.reduce((product, extent) => product * extent, 1);
      const draw = (): number => (shape.length === 1 ? Number(isFactor) : 0.3 * normal(random));
      return [name, { shape, values: Float32Array.from({ length }, draw) }];
    }),
  );
}

export function tinyRows(count: number, seed: number): RowSource {
  const random = seededRandom(seed);
  const labels = Int32Array.from({ length: count }, (_, row) => row % 3);
  const width = 2 * SIZE * SIZE;
  const features = Float32Array.from(
    { length: count * width },
    (_, at) => 0.5 * labels[Math.floor(at / width)]! * ((at % 2) - 0.5) + normal(random),
  );
  return rowsInMemory({ features, featureShape: [2, SIZE, SIZE], labels });
}

/** 26 rows in steps of 8: four a whole epoch, the last one short. */
export function tinyRequest(settings: object, options = { hasNorms: true }): TrainRequest & { recipe: SettledRecipe } {
  const network = tinyNetwork(options);
  return {
    network,
    weights: tinyWeights(network, 1),
    data: tinyRows(26, 2),
    validation: tinyRows(10, 3),
    recipe: {
      ...Recipe.parse({ epochs: 4, batchSize: 8, learningRate: 0.02, patience: null, ...settings }),
      weightDecay: 0.01,
    },
    seed: 11,
  };
}

/** What tfjs-node throws where TensorFlow says RESOURCE_EXHAUSTED. */
export function outOfMemoryError(): Error {
  return new Error('Invalid TF_Status: 8\nMessage: OOM when allocating tensor with shape[8,6,6,4] and type float');
}

/** The same operations on a device in which a convolution of more than `rows()` rows does not fit. */
export function withMemoryFor(ops: TensorOps, rows: () => number): TensorOps {
  return {
    ...ops,
    convWeightGradient: (x, dy, at) => {
      if (x.shape[0]! > rows()) throw outOfMemoryError();
      return ops.convWeightGradient(x, dy, at);
    },
  };
}
