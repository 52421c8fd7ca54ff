/** What a network weighs and costs: its tensors, its parameter count, its multiplications. */
import { AppError } from '../contract/errors.ts';
import type { Network, NetworkNode, Shape } from './network.ts';
import { inferShapes } from './shapes.ts';
import { inferenceNodes, mainOutputNode } from './split.ts';

/** A tensor of the state dict. Running statistics of a batch norm are not trainable: they are not parameters. */
export type Parameter = { readonly name: string; readonly shape: Shape; readonly trainable: boolean };

/** Every tensor of the network, auxiliary heads included, in the order of its nodes. Throws BUG for a repeated name. */
export function listParameters(network: Network): Parameter[] {
  const shapes = inferShapes(network);
  const parameters = network.nodes.flatMap((node) => nodeParameters(node, shapes.get(node.inputs[0]!)!));
  const seen = new Set<string>();
  for (const { name } of parameters) {
    if (seen.has(name)) {
      throw new AppError('BUG', `Network ${network.id}: two nodes hold a tensor '${name}'. Please report it.`);
    }
    seen.add(name);
  }
  return parameters;
}

function nodeParameters(node: NetworkNode, inputShape: Shape): Parameter[] {
  const channels = inputShape[0]!;
  const bias = (name: string | null, length: number): Parameter[] =>
    name === null ? [] : [{ name, shape: [length], trainable: true }];
  switch (node.kind) {
    case 'conv': {
      const shape = [node.outChannels, channels / node.groups, ...node.kernel];
      return [{ name: node.weight, shape, trainable: true }, ...bias(node.bias, node.outChannels)];
    }
    case 'dense': {
      const shape = [node.outFeatures, channels];
      return [{ name: node.weight, shape, trainable: true }, ...bias(node.bias, node.outFeatures)];
    }
    case 'batchNorm': {
      const shape = [channels];
      return [
        { name: node.weight, shape, trainable: true },
        { name: node.bias, shape, trainable: true },
        { name: node.runningMean, shape, trainable: false },
        { name: node.runningVariance, shape, trainable: false },
      ];
    }
    default:
      return [];
  }
}

/** How many numbers are learned: running statistics not counted, auxiliary heads counted. */
export function countParameters(network: Network): number {
  return listParameters(network)
    .filter(({ trainable }) => trainable)
    .reduce((sum, { shape }) => sum + elements(shape), 0);
}

export type Multiplications = { readonly byNode: ReadonlyMap<string, number>; readonly total: number };

/**
 * Multiplications of one image's inference, by node and in total.
 *
 * Convolutions and dense layers only; biases, pools, batch norm and the rest are not counted, auxiliary heads not run.
 */
export function countMultiplications(network: Network): Multiplications {
  const shapes = inferShapes(network);
  const byNode = new Map<string, number>();
  for (const node of inferenceNodes(network, mainOutputNode(network))) {
    const inputChannels = shapes.get(node.inputs[0]!)![0]!;
    const outputs = elements(shapes.get(node.id)!);
    if (node.kind === 'conv') {
      byNode.set(node.id, outputs * (inputChannels / node.groups) * node.kernel[0] * node.kernel[1]);
    } else if (node.kind === 'dense') byNode.set(node.id, outputs * inputChannels);
  }
  return { byNode, total: [...byNode.values()].reduce((sum, count) => sum + count, 0) };
}

function elements(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
