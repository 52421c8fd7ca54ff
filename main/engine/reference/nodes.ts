/** Every node kind forward and backward, in float64. */
import { assertNever } from '../../../shared/contract/errors.ts';
import type { Random } from '../../../shared/math/random.ts';
import type { ActivationFunction, BatchNormNode, DropoutNode, NetworkNode } from '../../../shared/networks/network.ts';
import { type Array64, elements, mapped, mapShape, zeros } from './array64.ts';
import { convInputGradient64, convolve64, convWeightGradient64 } from './convolution.ts';
import { dense64, denseGradient64 } from './dense.ts';
import {
  batchMoments,
  batchNorm64,
  batchNormGradient64,
  type Moments,
  responseNorm64,
  responseNormGradient64,
} from './normalisation.ts';
import { pool64, poolGradient64 } from './pooling.ts';

export type NodeContext64 = {
  readonly parameter: (name: string) => Array64;
  readonly trains: (name: string) => boolean; // a batch norm whose weight does not train uses its running moments
  readonly random: Random | null; // of dropout; null: none
  readonly masks: Map<string, Float64Array>; // of dropouts, by node id: forward puts them there
};

export type NodeGradients = {
  readonly inputs: readonly Array64[];
  readonly parameters: ReadonlyMap<string, Float64Array>;
};

const functions: Readonly<Record<ActivationFunction, (x: number) => number>> = {
  relu: (x) => Math.max(x, 0),
  relu6: (x) => Math.min(Math.max(x, 0), 6),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};
const slopes: Readonly<Record<ActivationFunction, (x: number) => number>> = {
  relu: (x) => (x > 0 ? 1 : 0),
  relu6: (x) => (x > 0 && x < 6 ? 1 : 0),
  tanh: (x) => 1 - Math.tanh(x) ** 2,
  sigmoid: (x) => functions.sigmoid(x) * (1 - functions.sigmoid(x)),
};

/** Running moments of a norm that is frozen, else those of the batch. */
function normOf(context: NodeContext64, node: BatchNormNode, x: Array64) {
  const valuesOf = (name: string) => context.parameter(name).values;
  const running: Moments = { mean: valuesOf(node.runningMean), variance: valuesOf(node.runningVariance) };
  const moments = context.trains(node.weight) ? batchMoments(x) : running;
  return { node, moments, parameters: { weight: valuesOf(node.weight), bias: valuesOf(node.bias) } };
}

export function forward64(context: NodeContext64, node: NetworkNode, inputs: readonly Array64[]): Array64 {
  const x = inputs[0]!;
  const bias = (name: string | null) => (name === null ? null : context.parameter(name).values);
  switch (node.kind) {
    case 'conv':
      return convolve64(node, x, { weight: context.parameter(node.weight).values, bias: bias(node.bias) });
    case 'dense':
      return dense64(x, context.parameter(node.weight), bias(node.bias));
    case 'batchNorm':
      return batchNorm64(x, normOf(context, node, x));
    case 'activation':
      return mapped(x, functions[node.function]);
    case 'maxPool':
    case 'avgPool':
    case 'adaptiveAvgPool':
    case 'globalAvgPool':
      return pool64(node, x);
    case 'scale':
      return mapped(x, (value) => value * node.factor);
    case 'add':
      return mapped(x, (_, index) => inputs.reduce((sum, { values }) => sum + values[index]!, 0));
    case 'concat':
      return concat64(inputs);
    case 'localResponseNorm':
      return responseNorm64(node, x);
    case 'flatten':
      return { shape: [x.shape[0]!, elements(x.shape.slice(1))], values: x.values };
    case 'dropout':
      return dropout64(context, node, x);
    default:
      return assertNever(node);
  }
}

/** Gradients of all inputs and of all parameters of the node (running moments have none). */
export function backward64(
  context: NodeContext64,
  node: NetworkNode,
  { dy, inputs }: { readonly dy: Array64; readonly inputs: readonly Array64[] },
): NodeGradients {
  const x = inputs[0]!;
  const only = (input: Array64): NodeGradients => ({ inputs: [input], parameters: new Map() });
  switch (node.kind) {
    case 'conv': {
      const parameters = new Map([[node.weight, convWeightGradient64(node, x, dy)]]);
      if (node.bias !== null) parameters.set(node.bias, channelSums(dy));
      const weight = context.parameter(node.weight).values;
      return { inputs: [convInputGradient64(node, x, { weight, dy })], parameters };
    }
    case 'dense': {
      const found = denseGradient64(x, context.parameter(node.weight), dy);
      const parameters = new Map([[node.weight, found.weight]]);
      if (node.bias !== null) parameters.set(node.bias, found.bias);
      return { inputs: [found.input], parameters };
    }
    case 'batchNorm': {
      const ofBatch = context.trains(node.weight);
      const found = batchNormGradient64(x, normOf(context, node, x), { dy, ofBatch });
      const parameters = new Map([
        [node.weight, found.weight],
        [node.bias, found.bias],
      ]);
      return { inputs: [found.input], parameters };
    }
    case 'activation':
      return only(mapped(dy, (slope, index) => slope * slopes[node.function](x.values[index]!)));
    case 'maxPool':
    case 'avgPool':
    case 'adaptiveAvgPool':
    case 'globalAvgPool':
      return only(poolGradient64(node, x, dy));
    case 'scale':
      return only(mapped(dy, (slope) => slope * node.factor));
    case 'add':
      return { inputs: inputs.map(() => dy), parameters: new Map() };
    case 'concat':
      return { inputs: concatGradients64(inputs, dy), parameters: new Map() };
    case 'localResponseNorm':
      return only(responseNormGradient64(node, x, dy));
    case 'flatten':
      return only({ shape: x.shape, values: dy.values });
    case 'dropout': {
      const mask = context.masks.get(node.id);
      return only(mask === undefined ? dy : mapped(dy, (slope, index) => slope * mask[index]!));
    }
    default:
      return assertNever(node);
  }
}

function channelSums(dy: Array64): Float64Array {
  const [, channels, height, width] = mapShape(dy);
  const sums = new Float64Array(channels);
  dy.values.forEach((slope, index) => {
    sums[Math.floor(index / (height * width)) % channels]! += slope;
  });
  return sums;
}

function concat64(inputs: readonly Array64[]): Array64 {
  const [batch, , ...extents] = inputs[0]!.shape;
  const y = zeros([batch!, inputs.reduce((sum, { shape }) => sum + shape[1]!, 0), ...extents]);
  let start = 0;
  for (let b = 0; b < batch!; b += 1) {
    for (const { shape, values } of inputs) {
      const length = elements(shape.slice(1));
      y.values.set(values.subarray(b * length, (b + 1) * length), start);
      start += length;
    }
  }
  return y;
}

function concatGradients64(inputs: readonly Array64[], dy: Array64): Array64[] {
  const gradients = inputs.map(({ shape }) => zeros(shape));
  let start = 0;
  for (let b = 0; b < dy.shape[0]!; b += 1) {
    for (const { shape, values } of gradients) {
      const length = elements(shape.slice(1));
      values.set(dy.values.subarray(start, start + length), b * length);
      start += length;
    }
  }
  return gradients;
}

function dropout64({ random, masks }: NodeContext64, node: DropoutNode, x: Array64): Array64 {
  if (random === null) return x;
  const mask = x.values.map(() => (random() < node.rate ? 0 : 1 / (1 - node.rate)));
  masks.set(node.id, mask);
  return mapped(x, (value, index) => value * mask[index]!);
}
