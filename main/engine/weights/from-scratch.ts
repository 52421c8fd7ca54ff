/** What a network starts with that learns from scratch (`network@scratch`). */
import { createHash } from 'node:crypto';
import { seededRandom } from '../../../shared/math/random.ts';
import type { ActivationFunction, Network, NetworkNode, Weights } from '../../../shared/networks/network.ts';
import { listParameters } from '../../../shared/networks/parameters.ts';

/** Stands for weights that no file holds; which they are the run's seed says, and nothing of them can be frozen. */
export const SCRATCH_SHA256 = createHash('sha256').update('from scratch').digest('hex');

/**
 * Uniform: before a ReLU of variance 2 / fan-in (He et al. 2015, arXiv:1502.01852), before tanh of 2 / (fan-in + fan-out),
 * before a sigmoid 16 times that, since its slope is a quarter (Glorot and Bengio 2010). Biases 0, norms the identity.
 *
 * A convolution that is the linear part of a sum, with no norm between, starts at zero: each block is then the identity,
 * where otherwise each would double the variance (Zhang et al. 2019, arXiv:1901.09321). So do those that the network names.
 */
export function initialWeights(network: Network, seed: number): Weights {
  const random = seededRandom(seed);
  const owners = new Map(network.nodes.flatMap((node) => ('weight' in node ? [[node.weight, node] as const] : [])));
  const ones = new Set(
    network.nodes.flatMap((node) => (node.kind === 'batchNorm' ? [node.weight, node.runningVariance] : [])),
  );
  const zeros = new Set(network.startsAtZero);
  return new Map(
    listParameters(network).map(({ name, shape }) => {
      const values = new Float32Array(shape.reduce((product, extent) => product * extent, 1));
      const owner = owners.get(name);
      if (ones.has(name)) values.fill(zeros.has(name) ? 0 : 1);
      else if (owner !== undefined && owner.kind !== 'batchNorm') {
        const limit = limitOf(network, owner, { fanIn: values.length / shape[0]!, fanOut: values.length / shape[1]! });
        for (let at = 0; at < values.length; at += 1) values[at] = limit * (2 * random() - 1);
      }
      return [name, { shape, values }];
    }),
  );
}

type Fans = { readonly fanIn: number; readonly fanOut: number };

function limitOf(network: Network, node: NetworkNode, { fanIn, fanOut }: Fans): number {
  const readers = network.nodes.filter(({ inputs }) => inputs.includes(node.id));
  if (readers.some(({ kind, inputs }) => kind === 'add' && inputs[0] === node.id)) return 0;
  switch (functionAfter(network, node.id)) {
    case 'tanh':
      return Math.sqrt(6 / (fanIn + fanOut));
    case 'sigmoid':
      return 4 * Math.sqrt(6 / (fanIn + fanOut));
    default:
      return Math.sqrt(6 / fanIn);
  }
}

/** The activation that first reads a node, also through a norm. */
function functionAfter(network: Network, id: string): ActivationFunction | null {
  const reader = network.nodes.find(({ inputs }) => inputs.includes(id));
  if (reader?.kind === 'activation') return reader.function;
  return reader?.kind === 'batchNorm' ? functionAfter(network, reader.id) : null;
}
