/** Cutting a network in two at a stage, and the part of it that inference runs. */
import { AppError } from '../contract/errors.ts';
import type { Network, NetworkNode } from './network.ts';
import { inferShapes } from './shapes.ts';

/** The node whose output the whole network answers with: its main head, or for a prefix the last stage's node. */
export function mainOutputNode(network: Network): string {
  return network.heads[0]?.node ?? network.stages.at(-1)?.node ?? 'input';
}

/** The node that really computes what `nodeId` gives in inference: dropouts are passed through. May be 'input'. */
export function passDropouts(network: Network, nodeId: string): string {
  const node = network.nodes.find(({ id }) => id === nodeId);
  return node?.kind === 'dropout' && node.inputs[0] !== undefined ? passDropouts(network, node.inputs[0]) : nodeId;
}

/**
 * The nodes that inference needs for the output of `outputNode`, in topological order.
 *
 * Only its ancestors and itself; dropouts are left out and their readers wired to what feeds them (see passDropouts for
 * the id that then holds the output).
 */
export function inferenceNodes(network: Network, outputNode: string): readonly NetworkNode[] {
  const wanted = ancestors(network, outputNode);
  return network.nodes
    .filter((node) => wanted.has(node.id) && node.kind !== 'dropout')
    .map((node) => ({ ...node, inputs: node.inputs.map((id) => passDropouts(network, id)) }));
}

/** Ids of the node and of all that it depends on, 'input' not included. Throws BUG where it does not exist. */
function ancestors(network: Network, nodeId: string): ReadonlySet<string> {
  const wanted = new Set<string>(nodeId === 'input' ? [] : [nodeId]);
  if (nodeId !== 'input' && !network.nodes.some(({ id }) => id === nodeId)) {
    throw new AppError('BUG', `Network ${network.id} has no node '${nodeId}'. Please report it.`);
  }
  for (const node of network.nodes.toReversed()) {
    if (!wanted.has(node.id)) continue;
    for (const id of node.inputs) if (id !== 'input') wanted.add(id);
  }
  return wanted;
}

/**
 * The frozen prefix up to a stage, and the trainable suffix from it on.
 *
 * The prefix ends at the stage's node and has no heads. The suffix takes the stage's output as its input: what depended
 * on that node depends on 'input'. Auxiliary heads that hang on the prefix are dropped. Stage 'input' gives an empty
 * prefix and the whole network. Throws NOT_FOUND for an unknown stage, BUG where more than one tensor would cross.
 */
export function split(network: Network, stageId: string): { readonly prefix: Network; readonly suffix: Network } {
  const at = network.stages.findIndex(({ id }) => id === stageId);
  const cut = network.stages[at];
  if (!cut) {
    const known = network.stages.map(({ id }) => id).join(', ');
    throw new AppError('NOT_FOUND', `Network ${network.id} has no stage '${stageId}'. Choose one of: ${known}.`);
  }
  const before = ancestors(network, cut.node);
  const prefix: Network = {
    ...network,
    nodes: network.nodes.filter(({ id }) => before.has(id)),
    stages: network.stages.slice(0, at + 1),
    heads: [],
  };
  if (cut.node === 'input') return { prefix, suffix: network };
  const shape = inferShapes(network).get(cut.node)!;
  const after = descendants(network, cut.node);
  const suffix: Network = {
    ...network,
    inputShape: shape,
    nodes: network.nodes
      .filter(({ id }) => after.has(id))
      .map((node) => rewire(network, node, { cut: cut.node, after })),
    stages: [{ ...cut, node: 'input' }, ...network.stages.slice(at + 1)],
    heads: network.heads.filter(({ node }) => after.has(node)),
  };
  return { prefix, suffix };
}

function descendants(network: Network, nodeId: string): ReadonlySet<string> {
  const found = new Set([nodeId]);
  for (const node of network.nodes) if (node.inputs.some((id) => found.has(id))) found.add(node.id);
  found.delete(nodeId);
  return found;
}

type Cut = { readonly cut: string; readonly after: ReadonlySet<string> };

function rewire(network: Network, node: NetworkNode, { cut, after }: Cut): NetworkNode {
  const inputs = node.inputs.map((id) => {
    if (id === cut) return 'input';
    if (after.has(id)) return id;
    throw new AppError('BUG', `Network ${network.id}: '${id}' crosses the cut at '${cut}' too. Please report it.`);
  });
  return { ...node, inputs };
}

/** The same network with `classCount` outputs at every classifier. Throws INVALID_INPUT for fewer than 2 classes. */
export function withClasses(network: Network, classCount: number): Network {
  if (!Number.isInteger(classCount) || classCount < 2) {
    throw new AppError(
      'INVALID_INPUT',
      `A classifier needs 2 or more classes, not ${classCount}. Add photos of another.`,
    );
  }
  const classifiers = new Set(network.heads.map(({ node }) => node));
  const nodes = network.nodes.map((node) => {
    if (!classifiers.has(node.id)) return node;
    if (node.kind === 'dense') return { ...node, outFeatures: classCount };
    throw new AppError('BUG', `Network ${network.id}: head '${node.id}' is not a dense layer. Please report it.`);
  });
  return { ...network, nodes };
}
