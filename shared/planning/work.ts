/** What one step computes, from the network's data alone: multiplications by the kind of layer, and numbers moved. */
import type { Network, NetworkNode, Shape } from '../networks/network.ts';
import { inferShapes } from '../networks/shapes.ts';

/** Of one image; `nodes` of one step, whatever its batch. */
export type StepWork = {
  readonly conv: number; // multiplications, depthwise ones apart: they run at another speed
  readonly depthwise: number;
  readonly dense: number;
  readonly moved: number; // float32 values that nodes write, forward and backward
  readonly nodes: number; // operations that are started
};

export const noWork: StepWork = { conv: 0, depthwise: 0, dense: 0, moved: 0, nodes: 0 };

/** All multiplications of one image. */
export function multiplicationsOf({ conv, depthwise, dense }: StepWork): number {
  return conv + depthwise + dense;
}

/** One image forward through all nodes, auxiliary heads included. */
export function forwardWork(network: Network): StepWork {
  const shapes = inferShapes(network);
  return network.nodes.map((node) => nodeWork(node, shapes)).reduce(addWork, noWork);
}

/**
 * One image forward and backward, all parameters training.
 *
 * Going back, a weighted layer multiplies as often again for the gradient of its weights, and once more for that of its
 * input, which is left out where nothing before it trains: at the cut. A whole network costs about three times its
 * forward pass.
 */
export function trainingWork(network: Network): StepWork {
  const shapes = inferShapes(network);
  const learning = learningNodes(network);
  return network.nodes
    .map((node) => {
      const forward = nodeWork(node, shapes);
      if (!learning.has(node.id)) return forward;
      const passesOn = node.inputs.some((id) => learning.has(id));
      const times = 2 + (passesOn ? 1 : 0);
      const { conv, depthwise, dense, moved, nodes } = forward;
      return {
        conv: conv * times,
        depthwise: depthwise * times,
        dense: dense * times,
        moved: moved * 3,
        nodes: nodes * times,
      };
    })
    .reduce(addWork, noWork);
}

/** Ids of the nodes with parameters of their own or after such a node: gradients flow through them. */
export function learningNodes(network: Network): ReadonlySet<string> {
  const learning = new Set<string>();
  for (const node of network.nodes)
    if ('weight' in node || node.inputs.some((id) => learning.has(id))) learning.add(node.id);
  return learning;
}

function nodeWork(node: NetworkNode, shapes: ReadonlyMap<string, Shape>): StepWork {
  const outputs = elements(shapes.get(node.id)!);
  const work = { ...noWork, moved: outputs, nodes: 1 };
  const channels = shapes.get(node.inputs[0]!)![0]!;
  if (node.kind === 'dense') return { ...work, dense: outputs * channels };
  if (node.kind !== 'conv') return work;
  const multiplications = outputs * (channels / node.groups) * node.kernel[0] * node.kernel[1];
  const isDepthwise = node.groups > 1 && node.groups === channels;
  return isDepthwise ? { ...work, depthwise: multiplications } : { ...work, conv: multiplications };
}

function addWork(first: StepWork, second: StepWork): StepWork {
  return {
    conv: first.conv + second.conv,
    depthwise: first.depthwise + second.depthwise,
    dense: first.dense + second.dense,
    moved: first.moved + second.moved,
    nodes: first.nodes + second.nodes,
  };
}

export function elements(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
