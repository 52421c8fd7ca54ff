/** What a training step keeps, and until when: worked out once for a network and its trainable parameters. */
import type { Network, NetworkNode } from '../../../shared/networks/network.ts';
import { cutsOf, segmentsOf } from '../../../shared/networks/segments.ts';

export type StepPlan = {
  /** Runs of nodes between two stages, in the order of the forward pass; the i-th starts at cuts[i]. */
  readonly segments: readonly (readonly NetworkNode[])[];
  readonly cuts: readonly string[]; // node ids, 'input' first
  readonly learning: ReadonlySet<string>; // nodes with something trainable in them or before them
  /** Ids of the values that the node's backward pass reads, not only their shapes. */
  readonly reads: (node: NetworkNode) => readonly string[];
};

/** `trains`: by parameter name. */
export function planStep(network: Network, trains: (name: string) => boolean): StepPlan {
  const cuts = cutsOf(network);
  const learning = nodesThatLearn(network, trains);
  return {
    segments: segmentsOf(network, cuts),
    cuts,
    learning,
    reads: (node) => (learning.has(node.id) ? readsOf(node, { learning, trains }) : []),
  };
}

function nodesThatLearn(network: Network, trains: (name: string) => boolean): ReadonlySet<string> {
  const learning = new Set<string>();
  for (const node of network.nodes) {
    const own = 'weight' in node ? [node.weight, node.bias] : [];
    const learnsItself = own.some((name) => name !== null && trains(name));
    if (learnsItself || node.inputs.some((id) => learning.has(id))) learning.add(node.id);
  }
  return learning;
}

type Learners = { readonly learning: ReadonlySet<string>; readonly trains: (name: string) => boolean };

function readsOf(node: NetworkNode, { learning, trains }: Learners): readonly string[] {
  switch (node.kind) {
    case 'conv':
    case 'dense':
    case 'batchNorm': // one that trains reads its input, a frozen one nothing
      return trains(node.weight) ? node.inputs : [];
    case 'activation':
      return [node.id];
    case 'maxPool':
    case 'localResponseNorm':
      return node.inputs.some((id) => learning.has(id)) ? [...node.inputs, node.id] : [];
    default:
      return [];
  }
}
