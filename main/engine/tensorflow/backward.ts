/** One node backward: gradients of its inputs and of its parameters. */
import { assertNever } from '../../../shared/contract/errors.ts';
import type { BatchNormNode, ConvNode, DenseNode, NetworkNode } from '../../../shared/networks/network.ts';
import { adaptivePoolGradient } from './adaptive-pool.ts';
import { lrnGeometry, momentsOf, type NodeContext, scaled, usesBatchStatistics } from './forward.ts';
import type { Tensor } from './ops.ts';
import { convolveInputGradient, convolveWeightGradient, poolGradient } from './windows.ts';

export type BackwardRequest = {
  readonly dy: Tensor; // not consumed
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly wantsInputs: boolean; // whether anything before this node trains
};
export type ParameterGradients = Map<string, Tensor>; // by parameter name, in the device's layout

/** Gradients of the inputs, in order (empty where not wanted); those of parameters are put into `gradients`. */
export function backwardNode(
  context: NodeContext,
  node: NetworkNode,
  request: BackwardRequest & { readonly gradients: ParameterGradients },
): Tensor[] {
  if (node.kind === 'conv') return backwardConv(context, node, request);
  if (node.kind === 'dense') return backwardDense(context, node, request);
  if (node.kind === 'batchNorm') return backwardNorm(context, node, request);
  return request.wantsInputs ? backwardPlain(context, node, request) : [];
}

type Request = BackwardRequest & { readonly gradients: ParameterGradients };
type PlainNode = Exclude<NetworkNode, ConvNode | DenseNode | BatchNormNode>;

function backwardPlain(context: NodeContext, node: PlainNode, { dy, inputs, output }: Request): Tensor[] {
  const { ops, shapes } = context;
  const x = inputs[0]!;
  switch (node.kind) {
    case 'activation':
      return [ops.activationGradient(dy, output, node.function)];
    case 'maxPool':
    case 'avgPool':
      return [poolGradient(ops, dy, { node, inputShape: shapes.get(node.inputs[0]!)!, x, y: output })];
    case 'globalAvgPool':
      return [spread(context, dy, x.shape)];
    case 'adaptiveAvgPool':
      return [adaptivePoolGradient(ops, dy, { node, inputShape: shapes.get(node.inputs[0]!)! })];
    case 'scale':
      return [scaled(ops, dy, node.factor)];
    case 'add':
      return inputs.map(() => ops.share(dy));
    case 'concat':
      return concatGradients(context, dy, inputs);
    case 'localResponseNorm':
      return [ops.localResponseNormGradient(dy, { x, y: output, geometry: lrnGeometry(node) })];
    case 'flatten':
      return [unflatten(context, dy, x.shape)];
    case 'dropout': {
      const mask = context.training?.masks.get(node.id);
      return [mask === undefined ? ops.share(dy) : ops.multiply(dy, mask)];
    }
    default:
      return assertNever(node);
  }
}

function backwardConv(context: NodeContext, node: ConvNode, { dy, inputs, wantsInputs, gradients }: Request): Tensor[] {
  const { ops, parameter, trains, shapes } = context;
  const conv = {
    node,
    inputShape: shapes.get(node.inputs[0]!)!,
    weight: parameter(node.weight),
    x: inputs[0]!,
  };
  if (node.bias !== null && trains(node.bias)) gradients.set(node.bias, ops.sum(dy, [0, 1, 2]));
  if (trains(node.weight)) gradients.set(node.weight, convolveWeightGradient(ops, dy, conv));
  return wantsInputs ? [convolveInputGradient(ops, dy, conv)] : [];
}

function backwardDense(context: NodeContext, node: DenseNode, request: Request): Tensor[] {
  const { ops, parameter, trains } = context;
  const { dy, inputs, wantsInputs, gradients } = request;
  if (node.bias !== null && trains(node.bias)) gradients.set(node.bias, ops.sum(dy, [0]));
  if (trains(node.weight)) gradients.set(node.weight, ops.matMul(dy, inputs[0]!, { a: true, b: false }));
  return wantsInputs ? [ops.matMul(dy, parameter(node.weight), { a: false, b: false })] : [];
}

function backwardNorm(context: NodeContext, node: BatchNormNode, request: Request): Tensor[] {
  const { ops, parameter, trains } = context;
  const { dy, inputs, wantsInputs, gradients } = request;
  const weight = parameter(node.weight);
  if (!usesBatchStatistics(context, node)) {
    if (trains(node.bias)) gradients.set(node.bias, ops.sum(dy, [0, 1, 2]));
    return wantsInputs ? [frozenNormGradient(context, node, dy)] : [];
  }
  const trained = context.training!.norms.get(node.id)!;
  const found = ops.batchNormGradient(dy, inputs[0]!, { weight, trained, epsilon: node.epsilon });
  gradients.set(node.weight, found.weight);
  if (trains(node.bias)) gradients.set(node.bias, found.bias);
  else ops.dispose(found.bias);
  if (wantsInputs) return [found.input];
  ops.dispose(found.input);
  return [];
}

/** dx = dy * weight / sqrt(running variance + epsilon). */
function frozenNormGradient(context: NodeContext, node: BatchNormNode, dy: Tensor): Tensor {
  const { ops } = context;
  const { variance, epsilon } = momentsOf(context, node);
  const small = ops.fromArray(Float32Array.of(epsilon), []);
  const safe = ops.add(variance, small);
  const deviation = ops.squareRoot(safe);
  const scale = ops.divide(context.parameter(node.weight), deviation);
  const dx = ops.multiply(dy, scale);
  ops.dispose(small, safe, deviation, scale);
  return dx;
}

function spread({ ops }: NodeContext, dy: Tensor, shape: readonly number[]): Tensor {
  const [batch, height, width, channels] = shape as readonly [number, number, number, number];
  const narrow = ops.reshape(dy, [batch, 1, 1, channels]);
  const share = ops.fromArray(new Float32Array(height * width).fill(1 / (height * width)), [1, height, width, 1]);
  const dx = ops.multiply(narrow, share);
  ops.dispose(narrow, share);
  return dx;
}

function concatGradients({ ops }: NodeContext, dy: Tensor, inputs: readonly Tensor[]): Tensor[] {
  let start = 0;
  return inputs.map((input) => {
    const part = ops.slice(dy, [...input.shape.slice(0, -1).map(() => 0), start], input.shape);
    start += input.shape.at(-1)!;
    return part;
  });
}

function unflatten({ ops }: NodeContext, dy: Tensor, shape: readonly number[]): Tensor {
  if (shape.length < 4) return ops.reshape(dy, shape);
  const [batch, height, width, channels] = shape as readonly [number, number, number, number];
  const channelsFirst = ops.reshape(dy, [batch, channels, height, width]);
  const dx = ops.transpose(channelsFirst, [0, 2, 3, 1]);
  ops.dispose(channelsFirst);
  return dx;
}
