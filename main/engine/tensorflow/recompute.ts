/**
 * Gives back what a segment's backward pass reads, from the value at its cut.
 *
 * Chen et al. 2016, Training Deep Nets with Sublinear Memory Cost, arXiv:1604.06174. The same operations on the same
 * numbers, with the dropout masks and the running statistics of the first time: the same bits.
 */
import type { NetworkNode } from '../../../shared/networks/network.ts';
import type { NodeContext, TrainingState } from './forward.ts';
import { runForward } from './forward-pass.ts';
import type { Tensor } from './ops.ts';

type Segment = {
  readonly values: Map<string, Tensor>; // holds the value at the cut; gets what is missing
  readonly training: TrainingState;
  readonly isRead: (id: string) => boolean; // by the backward pass, from here on
};

export function recomputeSegment(
  context: NodeContext,
  nodes: readonly NetworkNode[],
  { values, training, isRead }: Segment,
): void {
  const present = new Set(values.keys());
  const wanted = nodesFor(nodes, { present, isRead });
  const again: TrainingState = { ...training, norms: new Map() };
  const keeps = (id: string): boolean => present.has(id) || isRead(id);
  runForward({ ...context, training: again }, wanted, { values, keeps });
  for (const { mean, variance, saved } of again.norms.values()) context.ops.dispose(mean, variance, ...saved);
}

type Missing = { readonly present: ReadonlySet<string>; readonly isRead: (id: string) => boolean };

/** Those of `nodes` whose value is read and absent, and what they depend on, in order. */
function nodesFor(nodes: readonly NetworkNode[], { present, isRead }: Missing): NetworkNode[] {
  const wanted = new Set<string>();
  for (const node of nodes.toReversed()) {
    if (present.has(node.id) || !(isRead(node.id) || wanted.has(node.id))) continue;
    wanted.add(node.id);
    for (const id of node.inputs) wanted.add(id);
  }
  return nodes.filter(({ id }) => wanted.has(id) && !present.has(id));
}
