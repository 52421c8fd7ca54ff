/** A network with its weights on the device: inference, and training steps with a hand-written backward pass. */
import { AppError } from '../../../shared/contract/errors.ts';
import type { NamedTensor, Network, Weights } from '../../../shared/networks/network.ts';
import { listParameters } from '../../../shared/networks/parameters.ts';
import { inferShapes } from '../../../shared/networks/shapes.ts';
import { inferenceNodes, mainOutputNode, passDropouts } from '../../../shared/networks/split.ts';
import type { NodeContext } from './forward.ts';
import { runForward } from './forward-pass.ts';
import { type ChooseClasses, gradientOfInput, type InputGradient } from './input-gradient.ts';
import { convWeights, fromDevice, toDevice } from './layout.ts';
import type { Tensor, TensorOps } from './ops.ts';
import { planStep } from './step-plan.ts';
import { runTrainingStep, type StepOptions, type StepResult } from './training-step.ts';
import { downloadOutput, uploadInput } from './transfer.ts';

export type { StepOptions, StepResult };

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
  /** Of a chosen logit of each row with respect to the input, in inference. */
  inputGradient(input: Float32Array, choose: ChooseClasses): Promise<InputGradient>;
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
  const plan = planStep(network, context.trains);
  return {
    classCount: shapes.get(mainOutputNode(network))![0]!,
    parameter: context.parameter,
    replace,
    trainableNames,
    forward: (input) => infer(context, network, input),
    inputGradient: (input, choose) => gradientOfInput(context, network, { input, choose }),
    trainStep: (input, labels, step) => runTrainingStep({ context, network, plan, replace }, { input, labels, step }),
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
