/** A network with its weights on the device: inference, and training steps with a hand-written backward pass. */
import { AppError } from '../../../shared/contract/errors.ts';
import type { Random } from '../../../shared/math/random.ts';
import type { NamedTensor, Network, NetworkNode, Weights } from '../../../shared/networks/network.ts';
import { listParameters } from '../../../shared/networks/parameters.ts';
import { inferShapes } from '../../../shared/networks/shapes.ts';
import { inferenceNodes, mainOutputNode, passDropouts } from '../../../shared/networks/split.ts';
import { backwardNode, type ParameterGradients } from './backward.ts';
import { forwardNode, type NodeContext, type TrainingState } from './forward.ts';
import { convWeights, fromDevice, toDevice } from './layout.ts';
import { smoothedTargets, weightedRows } from './loss.ts';
import type { Tensor, TensorOps } from './ops.ts';
import { downloadOutput, uploadInput } from './transfer.ts';

export type StepOptions = {
  readonly labelSmoothing: number; // in [0, 1)
  readonly classWeights?: Float32Array; // [K]; the loss is divided by their sum over the batch
  readonly random: Random | null; // of dropout; null: no dropout
};
export type StepResult = {
  readonly loss: number; // nats, auxiliary heads included by their weight
  readonly logits: Float32Array; // [B, K] of the main head
  readonly gradients: ReadonlyMap<string, Tensor>; // the device's layout, by name; the caller disposes
};

export type Model = {
  readonly classCount: number;
  /** The device's tensor; owned by the model. Conv weights are HWIO there. */
  parameter(name: string): Tensor;
  /** Puts a new tensor in the place of one, which is disposed. */
  replace(name: string, tensor: Tensor): void;
  readonly trainableNames: readonly string[];
  /**
   * Logits [B, K] of inputs [B, C, H, W] or [B, D], for a prefix the values at its cut, feature maps as [B, C, H, W]:
   * batch norm on its running statistics, no dropout.
   */
  forward(input: Float32Array): Promise<Float32Array>;
  trainStep(input: Float32Array, labels: Int32Array, options: StepOptions): Promise<StepResult>;
  /** All tensors as in the state dict. */
  readWeights(): Promise<Weights>;
  close(): void;
};

/**
 * Uploads the weights (copied). `trainable` is asked once per parameter; a batch norm whose weight is not trainable is
 * frozen: it uses its running statistics and never updates them. Throws WEIGHTS_MISMATCH for a missing or ill-shaped
 * tensor, naming it.
 */
export function createModel(
  ops: TensorOps,
  network: Network,
  options: { readonly weights: Weights; readonly trainable: (name: string) => boolean },
): Model {
  const shapes = inferShapes(network);
  const layouts = convWeights(network.nodes, (node) => shapes.get(node.inputs[0]!)![0]!);
  const parameters = upload(ops, network, { weights: options.weights, layouts });
  const trainableNames = listParameters(network)
    .filter(({ name, trainable }) => trainable && options.trainable(name))
    .map(({ name }) => name);
  const trained = new Set(trainableNames);
  const replace = (name: string, tensor: Tensor): void => {
    ops.dispose(parameters.get(name)!);
    parameters.set(name, tensor);
  };
  const context: NodeContext = {
    ops,
    shapes,
    parameter: (name) => parameters.get(name)!,
    trains: (name) => trained.has(name),
    training: null,
  };
  return {
    classCount: shapes.get(mainOutputNode(network))![0]!,
    parameter: context.parameter,
    replace,
    trainableNames,
    forward: (input) => infer(context, network, input),
    trainStep: (input, labels, step) => runStep({ context, network, replace }, { input, labels, step }),
    readWeights: () => download(ops, parameters, layouts),
    close: () => {
      ops.dispose(...parameters.values());
      parameters.clear();
    },
  };
}

type Layouts = ReadonlyMap<string, { readonly depthwise: boolean }>;

function upload(ops: TensorOps, network: Network, { weights, layouts }: { weights: Weights; layouts: Layouts }) {
  const tensors = listParameters(network).map(({ name, shape }): [string, NamedTensor] => {
    const found = weights.get(name);
    if (found === undefined || found.shape.join() !== shape.join()) {
      const what = found === undefined ? 'is missing' : `has shape [${found.shape}]`;
      const message = `Weights for ${network.id}: '${name}' ${what}, wanted [${shape}]. Use the weights of this network.`;
      throw new AppError('WEIGHTS_MISMATCH', message);
    }
    const layout = layouts.get(name);
    if (layout !== undefined) return [name, toDevice(found, layout.depthwise ? depthwiseGroups(network, name) : null)];
    return [name, { shape, values: found.values.slice() }];
  });
  return new Map(tensors.map(([name, { shape, values }]) => [name, ops.fromArray(values, shape)]));
}

function depthwiseGroups(network: Network, weight: string): number | null {
  const node = network.nodes.find((each) => each.kind === 'conv' && each.weight === weight);
  return node?.kind === 'conv' ? node.groups : null;
}

async function download(ops: TensorOps, parameters: ReadonlyMap<string, Tensor>, layouts: Layouts): Promise<Weights> {
  const weights = new Map<string, NamedTensor>();
  for (const [name, tensor] of parameters) {
    const named = { shape: tensor.shape, values: (await ops.read(tensor)).slice() };
    const layout = layouts.get(name);
    weights.set(name, layout === undefined ? named : fromDevice(named, layout.depthwise));
  }
  return weights;
}

async function infer(context: NodeContext, network: Network, input: Float32Array): Promise<Float32Array> {
  const output = mainOutputNode(network);
  const nodes = inferenceNodes(network, output);
  const outputId = passDropouts(network, output);
  const values = new Map([['input', uploadInput(context.ops, network.inputShape, input)]]);
  runForward(context, nodes, { values, keeps: (id) => id === outputId });
  const logits = values.get(outputId)!;
  const numbers = await downloadOutput(context.ops, logits);
  context.ops.dispose(...values.values());
  return numbers;
}

type Run = { readonly values: Map<string, Tensor>; readonly keeps: (id: string) => boolean };

/** Fills `values`; a value is disposed and removed after its last reader unless `keeps` it. */
function runForward(context: NodeContext, nodes: readonly NetworkNode[], { values, keeps }: Run): void {
  const readers = new Map<string, number>();
  for (const node of nodes) for (const id of node.inputs) readers.set(id, (readers.get(id) ?? 0) + 1);
  for (const node of nodes) {
    const inputs = node.inputs.map((id) => values.get(id)!);
    values.set(node.id, forwardNode(context, node, inputs));
    for (const id of node.inputs) {
      const left = readers.get(id)! - 1;
      readers.set(id, left);
      if (left > 0 || keeps(id)) continue;
      context.ops.dispose(values.get(id)!);
      values.delete(id);
    }
  }
}

type Trainer = {
  readonly context: NodeContext;
  readonly network: Network;
  readonly replace: (name: string, tensor: Tensor) => void;
};
type Batch = { readonly input: Float32Array; readonly labels: Int32Array; readonly step: StepOptions };

async function runStep({ context: base, network, replace }: Trainer, batch: Batch): Promise<StepResult> {
  const { ops } = base;
  const training: TrainingState = { random: batch.step.random, norms: new Map(), masks: new Map() };
  const context: NodeContext = { ...base, training };
  const values = new Map([['input', uploadInput(ops, network.inputShape, batch.input)]]);
  runForward(context, network.nodes, { values, keeps: () => true });
  const { loss, logits, seeds } = await headLosses(ops, network, { values, batch });
  const gradients = runBackward(context, network, { values, seeds });
  for (const [id, { mean, variance, saved }] of training.norms) {
    ops.dispose(...saved);
    const node = network.nodes.find((each) => each.id === id);
    if (node?.kind !== 'batchNorm') continue;
    replace(node.runningMean, mean);
    replace(node.runningVariance, variance);
  }
  ops.dispose(...training.masks.values(), ...values.values());
  return { loss, logits, gradients };
}

type Heads = { readonly values: ReadonlyMap<string, Tensor>; readonly batch: Batch };

async function headLosses(ops: TensorOps, network: Network, { values, batch }: Heads) {
  const { labels, step } = batch;
  const seeds = new Map<string, Tensor>();
  let loss = 0;
  for (const head of network.heads) {
    const logits = values.get(head.node)!;
    const classCount = logits.shape[1]!;
    const rows = weightedRows(labels, step.classWeights ?? null, head.lossWeight);
    const targets = ops.fromArray(smoothedTargets(labels, classCount, step.labelSmoothing), [
      labels.length,
      classCount,
    ]);
    const factors = ops.fromArray(rows.slice(), [labels.length, 1]);
    const { losses, gradient } = ops.softmaxCrossEntropy(logits, targets);
    (await ops.read(losses)).forEach((value, row) => {
      loss += value * rows[row]!;
    });
    seeds.set(head.node, ops.multiply(gradient, factors));
    ops.dispose(targets, factors, losses, gradient);
  }
  const logits = (await ops.read(values.get(mainOutputNode(network))!)).slice();
  return { loss, logits, seeds };
}

type Backward = { readonly values: Map<string, Tensor>; readonly seeds: ReadonlyMap<string, Tensor> };

/** Consumes the seeds; each value is disposed as soon as its node has gone backward. */
function runBackward(context: NodeContext, network: Network, { values, seeds }: Backward): ParameterGradients {
  const { ops } = context;
  const learning = nodesThatLearn(context, network);
  const flowing = new Map<string, Tensor>(seeds);
  const gradients: ParameterGradients = new Map();
  for (const node of network.nodes.toReversed()) {
    const dy = flowing.get(node.id);
    const output = values.get(node.id)!;
    if (dy !== undefined && learning.has(node.id)) {
      const inputs = node.inputs.map((id) => values.get(id)!);
      const wantsInputs = node.inputs.some((id) => learning.has(id));
      const found = backwardNode(context, node, { dy, inputs, output, wantsInputs, gradients });
      found.forEach((gradient, index) => {
        accumulate(ops, flowing, { id: node.inputs[index]!, gradient, isWanted: learning.has(node.inputs[index]!) });
      });
    }
    if (dy !== undefined) ops.dispose(dy);
    flowing.delete(node.id);
    ops.dispose(output);
    values.delete(node.id);
  }
  return gradients;
}

type Arrival = { readonly id: string; readonly gradient: Tensor; readonly isWanted: boolean };

function accumulate(ops: TensorOps, flowing: Map<string, Tensor>, { id, gradient, isWanted }: Arrival): void {
  const before = flowing.get(id);
  if (!isWanted) ops.dispose(gradient);
  else if (before === undefined) flowing.set(id, gradient);
  else {
    flowing.set(id, ops.add(before, gradient));
    ops.dispose(before, gradient);
  }
}

/** Nodes with something trainable in them or before them. */
function nodesThatLearn(context: NodeContext, network: Network): ReadonlySet<string> {
  const learning = new Set<string>();
  for (const node of network.nodes) {
    const own = 'weight' in node ? [node.weight, node.bias] : [];
    const learnsItself = own.some((name) => name !== null && context.trains(name));
    if (learnsItself || node.inputs.some((id) => learning.has(id))) learning.add(node.id);
  }
  return learning;
}
