/** Which parameters train when, and at which share of the learning rate: by stage, from the softmax down. */
import type { Recipe } from '../../../shared/domain/recipe.ts';
import type { Network, NetworkNode } from '../../../shared/networks/network.ts';

export type ParameterGroups = {
  /** How many stages with parameters lie between the softmax and this parameter: 0 for the softmax itself. */
  depthOf(name: string): number;
  readonly depthCount: number;
  readonly hasOneRate: boolean;
  /** Of the learning rate, in (0, 1]: layerDecay to the power of the depth, below the softmax times backboneRate. */
  rateFactor(name: string): number;
  /** Whether the parameter trains in this epoch (from 0): its stage has thawed, and it is no frozen batch norm's. */
  isTrainable(name: string, epoch: number): boolean;
  /** Epochs (above 0, rising) from which on more trains than before: batch norms that thaw want a new model there. */
  readonly thawEpochs: readonly number[];
};

type DepthSettings = Pick<Recipe, 'backboneRate' | 'layerDecay' | 'headEpochs' | 'unfreezing' | 'batchNorm'>;

/**
 * Groups of a network's trainable part.
 *
 * Stages without parameters (a pooling) are not counted; what only serves the classifiers, auxiliary ones too, has depth
 * 0. Layer-wise rates and gradual unfreezing: Howard and Ruder 2018, ULMFiT, arXiv:1801.06146, sec. 3.2 and 3.3. Softmax
 * first: Kumar et al. 2022, arXiv:2202.10054. Throws nothing; an unknown name has depth 0.
 */
export function parameterGroups(network: Network, recipe: DepthSettings): ParameterGroups {
  const depths = depthsOf(network);
  const depthCount = Math.max(0, ...depths.values()) + 1;
  const depthOf = (name: string): number => depths.get(name) ?? 0;
  const thawEpoch = (depth: number): number => {
    if (depth === 0) return 0;
    return recipe.headEpochs + (recipe.unfreezing === 'none' ? 0 : depth * recipe.unfreezing);
  };
  const frozenNorms = new Set(recipe.batchNorm === 'freeze' ? normNames(network.nodes) : []);
  const epochs = Array.from({ length: depthCount }, (_, depth) => thawEpoch(depth));
  return {
    depthOf,
    depthCount,
    hasOneRate: recipe.layerDecay === 1 && recipe.backboneRate === 1,
    rateFactor: (name) => (depthOf(name) === 0 ? 1 : recipe.backboneRate * recipe.layerDecay ** depthOf(name)),
    isTrainable: (name, epoch) => !frozenNorms.has(name) && epoch >= thawEpoch(depthOf(name)),
    thawEpochs: [...new Set(epochs.filter((epoch) => epoch > 0))].sort((a, b) => a - b),
  };
}

/** Depth by parameter name. */
function depthsOf(network: Network): ReadonlyMap<string, number> {
  const segments: (readonly string[])[] = []; // parameters between one stage and the next, the input's side first
  const taken = new Set<string>();
  for (const stage of network.stages) {
    const own = ancestorsOf(network, stage.node).filter(({ id }) => !taken.has(id));
    for (const { id } of own) taken.add(id);
    segments.push(own.flatMap(namesOf));
  }
  const filled = segments.filter((names) => names.length > 0);
  return new Map(filled.flatMap((names, index) => names.map((name) => [name, filled.length - index] as const)));
}

function ancestorsOf(network: Network, nodeId: string): readonly NetworkNode[] {
  const wanted = new Set([nodeId]);
  for (const node of network.nodes.toReversed()) if (wanted.has(node.id)) for (const id of node.inputs) wanted.add(id);
  return network.nodes.filter(({ id }) => wanted.has(id));
}

function namesOf(node: NetworkNode): readonly string[] {
  if (node.kind === 'batchNorm') return [node.weight, node.bias, node.runningMean, node.runningVariance];
  if (node.kind !== 'conv' && node.kind !== 'dense') return [];
  return node.bias === null ? [node.weight] : [node.weight, node.bias];
}

function normNames(nodes: readonly NetworkNode[]): readonly string[] {
  return nodes.flatMap((node) => (node.kind === 'batchNorm' ? namesOf(node) : []));
}
