/** Nodes forward, one after the other; values go as soon as nothing reads them any more. */
import type { NetworkNode } from '../../../shared/networks/network.ts';
import { forwardNode, type NodeContext } from './forward.ts';
import type { Tensor } from './ops.ts';

export type ForwardPass = { readonly values: Map<string, Tensor>; readonly keeps: (id: string) => boolean };

/** Fills `values` by node id; a value is disposed and removed after its last reader among `nodes` unless `keeps` it. */
export function runForward(context: NodeContext, nodes: readonly NetworkNode[], { values, keeps }: ForwardPass): void {
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
