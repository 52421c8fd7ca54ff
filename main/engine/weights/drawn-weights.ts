import { createHash } from 'node:crypto';
import { AppError } from '../../../shared/contract/errors.ts';
import { type Random, seededRandom } from '../../../shared/math/random.ts';
import type { Network, Shape, Weights } from '../../../shared/networks/network.ts';
import { listParameters } from '../../../shared/networks/parameters.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { loadChosenWeights } from './chosen-weights.ts';

const SEED = 20_150_201;

export type UsableWeights = {
  readonly weights: Weights; // of the whole network, its own classifier included
  readonly weightsSha256: string;
  readonly isDrawn: boolean; // random numbers: good for timing and for nothing else
};

/**
 * The shipped weights of a backbone or, where there are none, seeded random ones, which take as long to compute with.
 *
 * Throws WEIGHTS_INVALID for weights that are there but damaged, NOT_FOUND for an unknown network.
 */
export async function loadOrDrawWeights(folder: string, id: string): Promise<UsableWeights> {
  const network = findNetwork(id);
  try {
    const { weights, sha256 } = await loadChosenWeights(folder, id);
    return { weights, weightsSha256: sha256, isDrawn: false };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'NOT_FOUND') throw error;
    const named = createHash('sha256').update(`drawn ${id} ${SEED}`).digest('hex'); // no file has this content
    return { weights: drawWeights(network, seededRandom(SEED)), weightsSha256: named, isDrawn: true };
  }
}

/**
 * Uniform with the variance 2 / fan-in, so that signals neither die nor explode; biases 0, norms the identity.
 *
 * He et al. 2015, arXiv:1502.01852, sec. 2.2.
 */
export function drawWeights(network: Network, random: Random): Weights {
  return new Map(drawTensors(network, random).map(({ name, shape, draw }) => [name, { shape, values: draw() }]));
}

export type DrawnTensor = { readonly name: string; readonly shape: Shape; readonly draw: () => Float32Array };

/** The same one by one, each drawn when it is asked for. */
export function drawTensors(network: Network, random: Random): DrawnTensor[] {
  const ones = new Set(
    network.nodes.flatMap((node) => (node.kind === 'batchNorm' ? [node.weight, node.runningVariance] : [])),
  );
  return listParameters(network).map(({ name, shape }) => ({
    name,
    shape,
    draw: () => {
      const values = new Float32Array(shape.reduce((product, extent) => product * extent, 1));
      if (ones.has(name)) values.fill(1);
      else if (shape.length > 1) {
        const limit = Math.sqrt((6 * shape[0]!) / values.length); // variance of a uniform: limit² / 3
        for (let at = 0; at < values.length; at += 1) values[at] = limit * (2 * random() - 1);
      }
      return values;
    },
  }));
}
