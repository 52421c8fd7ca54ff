/** A network in plain data that a reader of another language can run without knowing our rules: windows are resolved. */
import type { Network, NetworkNode, Shape } from '../../../shared/networks/network.ts';
import { inferShapes, resolveWindow } from '../../../shared/networks/shapes.ts';
import { inferenceNodes, mainOutputNode, passDropouts } from '../../../shared/networks/split.ts';

type Window = {
  readonly pads: readonly [top: number, left: number, bottom: number, right: number];
  readonly overhang: readonly [bottom: number, right: number]; // of a ceil-mode pool, beyond the padded input
};
export type PortableNode = Omit<NetworkNode, 'padding' | 'ceilMode'> & Partial<Window>;
export type PortableGraph = {
  readonly input: Shape; // of one picture
  readonly output: string; // id of the node that gives the logits
  readonly nodes: readonly PortableNode[]; // in the order in which they are computed
};

export function portableGraph(network: Network): PortableGraph {
  const shapes = inferShapes(network);
  const output = mainOutputNode(network);
  const nodes = inferenceNodes(network, output).map((node): PortableNode => {
    if (node.kind !== 'conv' && node.kind !== 'maxPool' && node.kind !== 'avgPool') return node;
    const { padding: _, ceilMode: __ = false, ...own } = node as typeof node & { readonly ceilMode?: boolean };
    const { top, left, bottom, right, ceilBottom, ceilRight } = resolveWindow(node, shapes.get(node.inputs[0]!)!);
    return { ...own, pads: [top, left, bottom, right], overhang: [ceilBottom, ceilRight] };
  });
  return { input: network.inputShape, output: passDropouts(network, output), nodes };
}
