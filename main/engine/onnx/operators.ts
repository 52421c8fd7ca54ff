/** One node of a network as ONNX operators (opset 18). */
import { assertNever } from '../../../shared/contract/errors.ts';
import { adaptivePoolMatrix } from '../../../shared/networks/adaptive-pool.ts';
import type {
  ActivationNode,
  AdaptiveAvgPoolNode,
  AvgPoolNode,
  BatchNormNode,
  ConvNode,
  DenseNode,
  LocalResponseNormNode,
  MaxPoolNode,
  NetworkNode,
  Shape,
  Weights,
} from '../../../shared/networks/network.ts';
import { type ResolvedWindow, resolveWindow } from '../../../shared/networks/shapes.ts';
import { foldConv, tensorValues } from './fold.ts';
import type { OnnxNode, OnnxTensor } from './protobuf.ts';

type Attributes = NonNullable<OnnxNode['attributes']>;

/** What is written so far; operators append to it. */
export type Draft = { readonly nodes: OnnxNode[]; readonly tensors: Map<string, OnnxTensor> };

/** One node with all that its translation needs. */
export type Translation = {
  readonly inputs: readonly string[]; // value names
  readonly inputShape: Shape; // of the first input, without the batch
  readonly output: string;
  readonly norm: BatchNormNode | undefined; // to be merged into a convolution
  readonly weights: Weights;
};

/** Adds a constant unless one of that name is there, and gives its name back. */
export function constant(draft: Draft, name: string, tensor: Omit<OnnxTensor, 'name'>): string {
  if (!draft.tensors.has(name)) draft.tensors.set(name, { name, ...tensor });
  return name;
}

/** The operators that compute `node`, their tensors added to the draft. */
function operatorsOf(draft: Draft, node: NetworkNode, t: Translation): readonly OnnxNode[] {
  const one = (op: string, inputs: readonly string[], attributes: Attributes = {}): readonly OnnxNode[] => [
    { op, name: node.id, inputs, output: t.output, attributes },
  ];
  switch (node.kind) {
    case 'conv':
      return one('Conv', [...t.inputs, ...convTensors(draft, node, t)], convAttributes(node, t.inputShape));
    case 'batchNorm': {
      const tensors = normTensors(draft, node, t);
      return one('BatchNormalization', [...t.inputs, ...tensors], { epsilon: { float: node.epsilon } });
    }
    case 'activation':
      return one(...activationOperator(draft, node, t.inputs));
    case 'maxPool':
      return one('MaxPool', t.inputs, maxPoolAttributes(node, t.inputShape));
    case 'avgPool':
      return averagePools(draft, node, t);
    case 'globalAvgPool': {
      const map = `${node.id}.map`; // [N, C, 1, 1]
      const pool = { op: 'GlobalAveragePool', name: map, inputs: t.inputs, output: map };
      return [pool, ...one('Flatten', [map], { axis: 1 })];
    }
    case 'adaptiveAvgPool':
      return adaptivePools(draft, node, t);
    case 'scale': {
      const factor = { shape: [], values: Float32Array.of(node.factor) };
      return one('Mul', [...t.inputs, constant(draft, `${node.id}.factor`, factor)]);
    }
    case 'add':
      return one(node.inputs.length === 2 ? 'Add' : 'Sum', t.inputs);
    case 'concat':
      return one('Concat', t.inputs, { axis: 1 });
    case 'localResponseNorm':
      return one('LRN', t.inputs, responseNormAttributes(node));
    case 'flatten':
      return one('Flatten', t.inputs, { axis: 1 });
    case 'dense':
      return one('Gemm', [...t.inputs, ...denseTensors(draft, node, t)], { transB: 1 });
    case 'dropout':
      return one('Identity', t.inputs);
    default:
      return assertNever(node);
  }
}

/** Appends the operators that compute `node`. */
export function writeOperator(draft: Draft, node: NetworkNode, translation: Translation): void {
  draft.nodes.push(...operatorsOf(draft, node, translation));
}

const pads = (window: ResolvedWindow): readonly number[] => [window.top, window.left, window.bottom, window.right];

function convAttributes(node: ConvNode, inputShape: Shape): Attributes {
  return {
    kernel_shape: node.kernel,
    strides: node.stride,
    dilations: node.dilation,
    group: node.groups,
    pads: pads(resolveWindow(node, inputShape)),
  };
}

function convTensors(draft: Draft, node: ConvNode, t: Translation): readonly string[] {
  const inputChannels = t.inputShape[0]!;
  const { weight, bias } = foldConv(node, t.weights, { inputChannels, norm: t.norm });
  const shape = [node.outChannels, inputChannels / node.groups, ...node.kernel];
  const names = [constant(draft, node.weight, { shape, values: weight })];
  if (!bias) return names;
  const biasName = node.bias ?? `${node.id}.folded_bias`;
  return [...names, constant(draft, biasName, { shape: [node.outChannels], values: bias })];
}

function normTensors(draft: Draft, node: BatchNormNode, t: Translation): readonly string[] {
  const channels = t.inputShape[0]!;
  return [node.weight, node.bias, node.runningMean, node.runningVariance].map((name) =>
    constant(draft, name, { shape: [channels], values: tensorValues(t.weights, name, channels) }),
  );
}

function denseTensors(draft: Draft, node: DenseNode, t: Translation): readonly string[] {
  const shape = [node.outFeatures, t.inputShape[0]!];
  const weight = tensorValues(t.weights, node.weight, shape[0]! * shape[1]!);
  const names = [constant(draft, node.weight, { shape, values: weight })];
  if (node.bias === null) return names;
  const bias = tensorValues(t.weights, node.bias, node.outFeatures);
  return [...names, constant(draft, node.bias, { shape: [node.outFeatures], values: bias })];
}

function activationOperator(
  draft: Draft,
  node: ActivationNode,
  inputs: readonly string[],
): [string, readonly string[]] {
  switch (node.function) {
    case 'relu':
      return ['Relu', inputs];
    case 'tanh':
      return ['Tanh', inputs];
    case 'sigmoid':
      return ['Sigmoid', inputs];
    case 'relu6': {
      const low = constant(draft, 'relu6.low', { shape: [], values: Float32Array.of(0) });
      const high = constant(draft, 'relu6.high', { shape: [], values: Float32Array.of(6) });
      return ['Clip', [...inputs, low, high]];
    }
    default:
      return assertNever(node.function);
  }
}

/** Max pooling pads with minus infinity, so the overhang of ceil mode is only more padding. */
function maxPoolAttributes(node: MaxPoolNode, inputShape: Shape): Attributes {
  const window = resolveWindow(node, inputShape);
  const ends = [window.top, window.left, window.bottom + window.ceilBottom, window.right + window.ceilRight];
  return { kernel_shape: node.kernel, strides: node.stride, pads: ends };
}

/**
 * PyTorch counts the padding where asked to, never the overhang of ceil mode: where both occur, the padding becomes zeros
 * of an operator of its own and the overhang the pool's uncounted padding.
 */
function averagePools(draft: Draft, node: AvgPoolNode, t: Translation): readonly OnnxNode[] {
  const window = resolveWindow(node, t.inputShape);
  const overhang = [0, 0, window.ceilBottom, window.ceilRight];
  const pool = (inputs: readonly string[], padding: readonly number[], counted: boolean): OnnxNode => ({
    op: 'AveragePool',
    name: node.id,
    inputs,
    output: t.output,
    attributes: { kernel_shape: node.kernel, strides: node.stride, pads: padding, count_include_pad: counted ? 1 : 0 },
  });
  if (window.ceilBottom + window.ceilRight === 0 || !node.countIncludePad) {
    const total = pads(window).map((pad, side) => pad + overhang[side]!);
    return [pool(t.inputs, total, node.countIncludePad)];
  }
  const padded = `${node.id}.padded`;
  const amounts = constant(draft, `${node.id}.pads`, {
    shape: [8], // begins, then ends, of N, C, H, W
    values: BigInt64Array.from([0, 0, window.top, window.left, 0, 0, window.bottom, window.right], BigInt),
  });
  const zeros = { op: 'Pad', name: padded, inputs: [...t.inputs, amounts], output: padded };
  return [zeros, pool([padded], overhang, false)];
}

/** The map as rows of pixels [N, C, H * W], times the matrix of the means. */
function adaptivePools(draft: Draft, node: AdaptiveAvgPoolNode, t: Translation): readonly OnnxNode[] {
  const [, height, width] = t.inputShape as readonly [number, number, number];
  const matrix = constant(draft, `${node.id}.means`, {
    shape: [height * width, node.extents[0] * node.extents[1]],
    values: adaptivePoolMatrix(t.inputShape, node.extents),
  });
  const extents = (name: string, shape: readonly number[]) =>
    constant(draft, `${node.id}.${name}`, { shape: [shape.length], values: BigInt64Array.from(shape, BigInt) });
  const [flat, means] = [`${node.id}.flat`, `${node.id}.row`];
  return [
    { op: 'Reshape', name: flat, inputs: [...t.inputs, extents('flat_shape', [0, 0, -1])], output: flat },
    { op: 'MatMul', name: means, inputs: [flat, matrix], output: means },
    { op: 'Reshape', name: node.id, inputs: [means, extents('shape', [0, 0, ...node.extents])], output: t.output },
  ];
}

function responseNormAttributes(node: LocalResponseNormNode): Attributes {
  return { size: node.channels, alpha: { float: node.alpha }, beta: { float: node.beta }, bias: { float: node.k } };
}
