/** One node forward, in inference and in training. */
import { assertNever } from '../../../shared/contract/errors.ts';
import type { Random } from '../../../shared/math/random.ts';
import type {
  BatchNormNode,
  DropoutNode,
  LocalResponseNormNode,
  NetworkNode,
  Shape,
} from '../../../shared/networks/network.ts';
import { adaptivePoolForward } from './adaptive-pool.ts';
import type { LrnGeometry, NormMoments, Tensor, TensorOps, TrainedNorm } from './ops.ts';
import { convolve, poolForward } from './windows.ts';

/** What a node's computation may use beside its inputs. */
export type NodeContext = {
  readonly ops: TensorOps;
  readonly shapes: ReadonlyMap<string, Shape>; // per image, CHW, by node id
  readonly parameter: (name: string) => Tensor;
  readonly trains: (name: string) => boolean;
  readonly training: TrainingState | null; // null: inference
};

/** What a training step keeps from forward to backward, by node id, and what it changes. */
export type TrainingState = {
  readonly random: Random | null; // null: no dropout
  readonly norms: Map<string, TrainedNorm>;
  readonly masks: Map<string, Tensor>; // of dropouts
};

/** The node's output; inputs are not consumed. The caller disposes it. */
export function forwardNode(context: NodeContext, node: NetworkNode, inputs: readonly Tensor[]): Tensor {
  const { ops, parameter, shapes } = context;
  const x = inputs[0]!;
  const inputShape = shapes.get(node.inputs[0]!)!;
  switch (node.kind) {
    case 'conv': {
      const y = convolve(ops, x, { node, inputShape, weight: parameter(node.weight) });
      return node.bias === null ? y : consume(ops, y, ops.add(y, parameter(node.bias)));
    }
    case 'dense': {
      const y = ops.matMul(x, parameter(node.weight), { a: false, b: true });
      return node.bias === null ? y : consume(ops, y, ops.add(y, parameter(node.bias)));
    }
    case 'batchNorm':
      return forwardNorm(context, node, x);
    case 'activation':
      return ops.activation(x, node.function);
    case 'maxPool':
    case 'avgPool':
      return poolForward(ops, x, { node, inputShape });
    case 'globalAvgPool':
      return ops.mean(x, [1, 2]);
    case 'adaptiveAvgPool':
      return adaptivePoolForward(ops, x, { node, inputShape });
    case 'scale':
      return scaled(ops, x, node.factor);
    case 'add':
      return sumOf(ops, inputs);
    case 'concat':
      return ops.concat(inputs);
    case 'localResponseNorm':
      return ops.localResponseNorm(x, lrnGeometry(node));
    case 'flatten':
      return flatten(ops, x);
    case 'dropout':
      return dropOut(context, node, x);
    default:
      return assertNever(node);
  }
}

function consume(ops: TensorOps, used: Tensor, result: Tensor): Tensor {
  ops.dispose(used);
  return result;
}

/** A norm learns from the batch only in training and where its weight trains: a frozen one keeps its statistics. */
export function usesBatchStatistics(context: NodeContext, node: BatchNormNode): boolean {
  return context.training !== null && context.trains(node.weight);
}

export function momentsOf(context: NodeContext, node: BatchNormNode): NormMoments {
  const [mean, variance] = [context.parameter(node.runningMean), context.parameter(node.runningVariance)];
  return { mean, variance, epsilon: node.epsilon, momentum: node.momentum };
}

function forwardNorm(context: NodeContext, node: BatchNormNode, x: Tensor): Tensor {
  const parameters = { weight: context.parameter(node.weight), bias: context.parameter(node.bias) };
  const moments = momentsOf(context, node);
  if (!usesBatchStatistics(context, node)) return context.ops.batchNormInference(x, parameters, moments);
  const trained = context.ops.batchNormTraining(x, parameters, moments);
  context.training!.norms.set(node.id, trained);
  return trained.output;
}

/** x times a constant. */
export function scaled(ops: TensorOps, x: Tensor, factor: number): Tensor {
  const constant = ops.fromArray(Float32Array.of(factor), []);
  return consume(ops, constant, ops.multiply(x, constant));
}

function sumOf(ops: TensorOps, inputs: readonly Tensor[]): Tensor {
  let total = ops.add(inputs[0]!, inputs[1]!);
  for (const next of inputs.slice(2)) total = consume(ops, total, ops.add(total, next));
  return total;
}

export function lrnGeometry(node: LocalResponseNormNode): LrnGeometry {
  return { radius: (node.channels - 1) / 2, bias: node.k, alpha: node.alpha / node.channels, beta: node.beta };
}

/** Channel-major, as the dense weights expect it. */
function flatten(ops: TensorOps, x: Tensor): Tensor {
  const batch = x.shape[0]!;
  const length = x.shape.slice(1).reduce((product, extent) => product * extent, 1);
  if (x.shape.length < 4) return ops.reshape(x, [batch, length]);
  const channelsFirst = ops.transpose(x, [0, 3, 1, 2]);
  return consume(ops, channelsFirst, ops.reshape(channelsFirst, [batch, length]));
}

/** Srivastava et al. 2014: kept values are divided by the share that is kept. */
function dropOut({ ops, training }: NodeContext, node: DropoutNode, x: Tensor): Tensor {
  const known = training?.masks.get(node.id); // computed again: the mask of the first time
  if (known !== undefined) return ops.multiply(x, known);
  const random = training?.random ?? null;
  if (training === null || random === null || node.rate === 0) return ops.share(x);
  const count = x.shape.reduce((product, extent) => product * extent, 1);
  const kept = 1 / (1 - node.rate);
  const values = Float32Array.from({ length: count }, () => (random() < node.rate ? 0 : kept));
  const mask = ops.fromArray(values, x.shape);
  training.masks.set(node.id, mask);
  return ops.multiply(x, mask);
}
