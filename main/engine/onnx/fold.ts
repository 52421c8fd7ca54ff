/** Batch norm on running statistics is an affine map by channel: here it is merged into the convolution before it. */
import { AppError } from '../../../shared/contract/errors.ts';
import type { BatchNormNode, ConvNode, NetworkNode, Shape, Weights } from '../../../shared/networks/network.ts';

/** y = scale * x + shift by channel, float64. */
export type Affine = { readonly scale: Float64Array; readonly shift: Float64Array };

/** A convolution with what follows it merged in. */
export type FoldedConv = { readonly weight: Float32Array; readonly bias: Float32Array | null };

/**
 * Which batch norm merges into which convolution: conv id -> batch norm.
 *
 * Only where nothing else reads the convolution. `nodes` are those of inference, `outputNode` is read from outside.
 */
export function findFoldable(nodes: readonly NetworkNode[], outputNode: string): ReadonlyMap<string, BatchNormNode> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const readers = new Map<string, number>([[outputNode, 1]]);
  for (const id of nodes.flatMap(({ inputs }) => inputs)) readers.set(id, (readers.get(id) ?? 0) + 1);
  const foldable = new Map<string, BatchNormNode>();
  for (const node of nodes) {
    if (node.kind !== 'batchNorm') continue;
    const source = node.inputs[0]!;
    if (byId.get(source)?.kind === 'conv' && readers.get(source) === 1) foldable.set(source, node);
  }
  return foldable;
}

/** What is computed of a graph in inference, from its input to one of its nodes. */
export type Computed = {
  readonly nodes: readonly NetworkNode[]; // those of inference, in their order
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly outputNode: string;
};
/** A node to write, by the names that values have in the file. */
export type FoldedStep = {
  readonly node: NetworkNode;
  readonly norm: BatchNormNode | undefined; // that is merged into it
  readonly inputs: readonly string[];
  readonly inputShape: Shape; // of the first one
  readonly output: string;
};

/** The nodes in their order; a batch norm that is merged is none of them, and its convolution writes under its name. */
export function foldedSteps(
  { nodes, shapes, outputNode }: Computed,
  valueName: (nodeId: string) => string,
): readonly FoldedStep[] {
  const foldable = findFoldable(nodes, outputNode);
  const folded = new Set([...foldable.values()].map(({ id }) => id));
  return nodes
    .filter(({ id }) => !folded.has(id))
    .map((node) => {
      const norm = foldable.get(node.id);
      const inputShape = shapes.get(node.inputs[0]!)!;
      return { node, norm, inputs: node.inputs.map(valueName), inputShape, output: valueName(norm?.id ?? node.id) };
    });
}

/** The tensor of that name. Throws WEIGHTS_MISMATCH where it is missing or does not hold `length` values. */
export function tensorValues(weights: Weights, name: string, length: number): Float32Array {
  const tensor = weights.get(name);
  if (tensor?.values.length === length) return tensor.values;
  const why = tensor ? `holds ${tensor.values.length} values, ${length} are needed` : 'is missing';
  throw new AppError(
    'WEIGHTS_MISMATCH',
    `Tensor '${name}' ${why}: the weights belong to another network. Load its own.`,
  );
}

/** The affine map of a batch norm over `channels`. */
export function batchNormAffine(node: BatchNormNode, channels: number, weights: Weights): Affine {
  const gain = tensorValues(weights, node.weight, channels);
  const bias = tensorValues(weights, node.bias, channels);
  const mean = tensorValues(weights, node.runningMean, channels);
  const variance = tensorValues(weights, node.runningVariance, channels);
  const scale = new Float64Array(channels);
  const shift = new Float64Array(channels);
  for (let c = 0; c < channels; c++) {
    scale[c] = gain[c]! / Math.sqrt(variance[c]! + node.epsilon);
    shift[c] = bias[c]! - mean[c]! * scale[c]!;
  }
  return { scale, shift };
}

/** Weight and bias of a convolution, with `norm` merged in where there is one; float64, rounded once to float32. */
export function foldConv(
  node: ConvNode,
  weights: Weights,
  context: { readonly inputChannels: number; readonly norm: BatchNormNode | undefined },
): FoldedConv {
  const channels = node.outChannels;
  const perChannel = (context.inputChannels / node.groups) * node.kernel[0] * node.kernel[1];
  const weight = tensorValues(weights, node.weight, channels * perChannel);
  const bias = node.bias === null ? null : tensorValues(weights, node.bias, channels);
  if (!context.norm) return { weight, bias };
  const { scale, shift } = batchNormAffine(context.norm, channels, weights);
  return {
    weight: weight.map((value, index) => value * scale[Math.floor(index / perChannel)]!),
    bias: Float32Array.from(shift, (value, c) => value + (bias?.[c] ?? 0) * scale[c]!),
  };
}
