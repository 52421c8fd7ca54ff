/** What the Inception networks are made of: convolutions with batch norm and ReLU, and branches of them side by side. */
import { activation, avgPool, batchNorm, conv, keeping, maxPool, type Side, valid } from './builder.ts';
import type { NetworkNode, Padding } from './network.ts';

const moments = { epsilon: 1e-3, momentum: 0.1 } as const; // TensorFlow's epsilon, PyTorch's momentum

type BasicConv = {
  readonly input: string;
  readonly outChannels: number;
  readonly kernel: Side;
  readonly stride?: number;
  readonly padding?: Padding; // as many zeros as keep the extents
};

/** Convolution, batch norm and ReLU; the output is `${id}.bn.act`. */
export function basicConv(id: string, { padding, ...plan }: BasicConv): NetworkNode[] {
  const norm = `${id}.bn`;
  return [
    conv(`${id}.conv`, { ...plan, padding: padding ?? keeping(plan.kernel), bias: false }),
    batchNorm(norm, `${id}.conv`, moments),
    activation(`${norm}.act`, norm, 'relu'),
  ];
}

/** One convolution of a branch; 'valid': without padding, 'halving': that with stride 2. */
export type Layer = readonly [name: string, outChannels: number, kernel: Side, how?: 'valid' | 'halving'];

/** Several convolutions, each on the one before; `last` is the id of the output. */
export function convChain(prefix: string, input: string, layers: readonly Layer[]) {
  let last = input;
  const nodes = layers.flatMap(([name, outChannels, kernel, how]) => {
    const geometry = { stride: how === 'halving' ? 2 : 1, ...(how === undefined ? {} : { padding: valid }) };
    const made = basicConv(`${prefix}${name}`, { input: last, outChannels, kernel, ...geometry });
    last = made.at(-1)!.id;
    return made;
  });
  return { nodes, last };
}

export type Branch = {
  readonly pool?: 'mean' | 'mean of pixels' | 'halving maximum'; // before the layers; over 3 x 3, padding counted or not
  readonly layers: readonly Layer[];
  readonly ends?: readonly Layer[]; // side by side on the last layer
};

/** The pool that stands beside strided convolutions where a map is halved. */
export const halved: Branch = { pool: 'halving maximum', layers: [] };

function poolNode(id: string, input: string, pool: NonNullable<Branch['pool']>): NetworkNode {
  if (pool === 'halving maximum') return maxPool(id, input, { kernel: 3, stride: 2 });
  return avgPool(id, input, { kernel: 3, stride: 1, padding: keeping(3), countIncludePad: pool === 'mean' });
}

function branchNodes(id: string, input: string, { pool, layers, ends = [] }: Branch) {
  const pooled = pool === undefined ? [] : [poolNode(`${id}.pool`, input, pool)];
  const chain = convChain(`${id}.`, pooled[0]?.id ?? input, layers);
  const closing = ends.map((end) => convChain(`${id}.`, chain.last, [end]));
  return {
    nodes: [...pooled, ...chain.nodes, ...closing.flatMap(({ nodes }) => nodes)],
    outputs: closing.length > 0 ? closing.map(({ last }) => last) : [chain.last],
  };
}

/** Branches on one input, joined by channel under `id`; names are `${id}.${name of the layer}`. */
export function sideBySide(id: string, input: string, branches: readonly Branch[]): NetworkNode[] {
  const made = branches.map((branch) => branchNodes(id, input, branch));
  const inputs = made.flatMap(({ outputs }) => outputs);
  return [...made.flatMap(({ nodes }) => nodes), { kind: 'concat', id, inputs }];
}

/** Modules one after the other: each makes its nodes from the id of what it reads; every one ends a stage. */
export function modulesInRow(
  input: string,
  modules: readonly { readonly id: string; readonly title: string; readonly make: (source: string) => NetworkNode[] }[],
) {
  let last = input;
  const made = modules.map(({ id, title, make }) => {
    const nodes = make(last);
    last = nodes.at(-1)!.id;
    return { nodes, stage: { id, node: last, title } };
  });
  return { nodes: made.flatMap(({ nodes }) => nodes), stages: made.map(({ stage }) => stage), last };
}
