/** One node of a network as TensorFlow operators, maps in NHWC. */
import { AppError, assertNever } from '../../../../shared/contract/errors.ts';
import { adaptivePoolMatrix } from '../../../../shared/networks/adaptive-pool.ts';
import type {
  ActivationNode,
  AdaptiveAvgPoolNode,
  BatchNormNode,
  DenseNode,
  LocalResponseNormNode,
  NetworkNode,
  Shape,
  Weights,
} from '../../../../shared/networks/network.ts';
import { batchNormAffine, tensorValues } from '../../onnx/fold.ts';
import { writeConv } from './convolutions.ts';
import { constant, emit, flag, type GraphDraft, int32 } from './graph.ts';
import { writeAvgPool, writeMaxPool } from './pools.ts';

/** One node with all that its translation needs. */
export type Translation = {
  readonly inputs: readonly string[]; // names of values
  readonly inputShape: Shape; // of the first input, [C, H, W] or [D]
  readonly output: string;
  readonly norm: BatchNormNode | undefined; // to be merged into a convolution
  readonly weights: Weights;
};

/** Appends the operators that compute `node`. Throws INVALID_INPUT for what TensorFlow has no operator for. */
export function writeOperator(draft: GraphDraft, node: NetworkNode, t: Translation): void {
  const input = t.inputs[0]!;
  const one = (op: string, inputs: readonly string[] = t.inputs) => emit(draft, { name: t.output, op, inputs });
  switch (node.kind) {
    case 'conv':
      return writeConv(draft, node, { ...t, input });
    case 'batchNorm':
      return writeNorm(draft, node, t);
    case 'activation':
      return void one(ACTIVATIONS[node.function]);
    case 'maxPool':
      return writeMaxPool(draft, node, { ...t, input });
    case 'avgPool':
      return writeAvgPool(draft, node, { ...t, input });
    case 'globalAvgPool':
      return writeGlobalPool(draft, t);
    case 'adaptiveAvgPool':
      return writeAdaptivePool(draft, node, t);
    case 'scale':
      return void one('Mul', [input, scalar(draft, `${t.output}/factor`, node.factor)]);
    case 'add':
      return writeSum(draft, t);
    case 'concat':
      return writeConcat(draft, t);
    case 'localResponseNorm':
      return writeResponseNorm(draft, node, t);
    case 'flatten':
      return writeFlatten(draft, t);
    case 'dense':
      return writeDense(draft, node, t);
    case 'dropout':
      return void one('Identity');
    default:
      return assertNever(node);
  }
}

const ACTIVATIONS: Readonly<Record<ActivationNode['function'], string>> = {
  relu: 'Relu',
  relu6: 'Relu6',
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
};

function scalar(draft: GraphDraft, name: string, value: number): string {
  return constant(draft, name, { shape: [], values: Float32Array.of(value) });
}

function whole(draft: GraphDraft, name: string, values: readonly number[]): string {
  return constant(draft, name, { shape: [values.length], values: Int32Array.from(values) });
}

function writeNorm(draft: GraphDraft, node: BatchNormNode, t: Translation): void {
  const channels = t.inputShape[0]!;
  const { scale, shift } = batchNormAffine(node, channels, t.weights);
  const vector = (name: string, values: Float64Array) =>
    constant(draft, `${t.output}/${name}`, { shape: [channels], values: Float32Array.from(values) });
  const inputs = [t.inputs[0]!, vector('scale', scale)];
  const scaled = emit(draft, { name: `${t.output}/scaled`, op: 'Mul', inputs });
  emit(draft, { name: t.output, op: 'AddV2', inputs: [scaled, vector('shift', shift)] });
}

function writeGlobalPool(draft: GraphDraft, t: Translation): void {
  const inputs = [t.inputs[0]!, whole(draft, 'axes/places', [1, 2])];
  emit(draft, { name: t.output, op: 'Mean', inputs, attributes: { keep_dims: flag(false), Tidx: int32 } });
}

/** The means' matrix [rows * columns, H * W] times the map as [N, H * W, C]. */
function writeAdaptivePool(draft: GraphDraft, node: AdaptiveAvgPoolNode, t: Translation): void {
  const [channels, height, width] = t.inputShape as readonly [number, number, number];
  const [rows, columns] = node.extents;
  const byPixel = adaptivePoolMatrix(t.inputShape, node.extents); // [H * W, rows * columns]
  const shape = [height * width, rows * columns];
  const matrix = constant(draft, `${t.output}/means`, { shape, values: byPixel });
  const reshape = (name: string, input: string, extents: readonly number[]) =>
    emit(draft, { name, op: 'Reshape', inputs: [input, whole(draft, `${name}/shape`, extents)] });
  const byChannel = emit(draft, {
    name: `${t.output}/channels`,
    op: 'Transpose',
    inputs: [t.inputs[0]!, whole(draft, 'axes/channels_first', [0, 3, 1, 2])],
  });
  const flat = reshape(`${t.output}/flat`, byChannel, [-1, height * width]); // [N * C, H * W]
  const means = emit(draft, {
    name: `${t.output}/row`,
    op: 'MatMul',
    inputs: [flat, matrix],
    attributes: { transpose_a: flag(false), transpose_b: flag(false) },
  });
  const back = reshape(`${t.output}/map`, means, [-1, channels, rows, columns]);
  const inputs = [back, whole(draft, 'axes/channels_last', [0, 2, 3, 1])];
  emit(draft, { name: t.output, op: 'Transpose', inputs });
}

function writeSum(draft: GraphDraft, t: Translation): void {
  const [first, ...others] = t.inputs as readonly [string, ...string[]];
  others.reduce((sum, other, at) => {
    const name = at === others.length - 1 ? t.output : `${t.output}/sum${at}`;
    return emit(draft, { name, op: 'AddV2', inputs: [sum, other] });
  }, first);
}

function writeConcat(draft: GraphDraft, t: Translation): void {
  const axis = constant(draft, 'axis/channels', { shape: [], values: Int32Array.of(3) });
  const attributes = { N: { kind: 'int', value: t.inputs.length }, Tidx: int32 } as const;
  emit(draft, { name: t.output, op: 'ConcatV2', inputs: [...t.inputs, axis], attributes });
}

/** TensorFlow's alpha is of each channel, PyTorch's of the whole window. */
function writeResponseNorm(draft: GraphDraft, node: LocalResponseNormNode, t: Translation): void {
  if (node.channels % 2 === 0)
    throw new AppError(
      'INVALID_INPUT',
      `Local response normalisation over ${node.channels} channels has no form in TensorFlow.js, which needs an odd number. ` +
        'Export this network as ONNX.',
    );
  emit(draft, {
    name: t.output,
    op: 'LRN',
    inputs: t.inputs,
    attributes: {
      depth_radius: { kind: 'int', value: (node.channels - 1) / 2 },
      bias: { kind: 'float', value: node.k },
      alpha: { kind: 'float', value: node.alpha / node.channels },
      beta: { kind: 'float', value: node.beta },
    },
  });
}

/** Channel-major, as the network's own: so channels come first again before the map is laid out. */
function writeFlatten(draft: GraphDraft, t: Translation): void {
  let input = t.inputs[0]!;
  const length = t.inputShape.reduce((product, extent) => product * extent, 1);
  if (t.inputShape.length === 3) {
    const inputs = [input, whole(draft, 'axes/channels_first', [0, 3, 1, 2])];
    input = emit(draft, { name: `${t.output}/channels`, op: 'Transpose', inputs });
  }
  const inputs = [input, whole(draft, `${t.output}/shape`, [-1, length])];
  emit(draft, { name: t.output, op: 'Reshape', inputs });
}

function writeDense(draft: GraphDraft, node: DenseNode, t: Translation): void {
  const shape = [node.outFeatures, t.inputShape[0]!];
  const values = tensorValues(t.weights, node.weight, shape[0]! * shape[1]!);
  const weight = constant(draft, `${t.output}/weight`, { shape, values });
  const product = node.bias === null ? t.output : `${t.output}/product`;
  emit(draft, {
    name: product,
    op: 'MatMul',
    inputs: [t.inputs[0]!, weight],
    attributes: { transpose_a: flag(false), transpose_b: flag(true) },
  });
  if (node.bias === null) return;
  const bias = tensorValues(t.weights, node.bias, node.outFeatures);
  const added = constant(draft, `${t.output}/bias`, { shape: [node.outFeatures], values: bias });
  emit(draft, { name: t.output, op: 'AddV2', inputs: [product, added] });
}
