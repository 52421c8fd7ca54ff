/** A calibrated classifier: its temperature divided into its last layer, so that every runtime gives the app's probabilities. */
import { AppError } from '../../../shared/contract/errors.ts';
import type { Network, Weights } from '../../../shared/networks/network.ts';
import { mainOutputNode } from '../../../shared/networks/split.ts';

/** Weights whose logits are those of `weights` divided by `temperature`; the same ones where it is 1. */
export function temperedWeights(network: Network, weights: Weights, temperature: number): Weights {
  if (temperature === 1) return weights;
  const head = network.nodes.find(({ id }) => id === mainOutputNode(network));
  if (head?.kind !== 'dense')
    throw new AppError('BUG', `${network.id}: the classifier is no dense layer. Please report it.`);
  const changed = new Map(weights);
  for (const name of [head.weight, head.bias]) {
    const tensor = name === null ? undefined : weights.get(name);
    if (name === null || tensor === undefined) continue;
    changed.set(name, { shape: tensor.shape, values: tensor.values.map((value) => value / temperature) });
  }
  return changed;
}
