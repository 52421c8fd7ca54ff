/** The frozen part with all its stages pooled: one pass gives a row that holds a piece of every stage. */
import type { GlobalAvgPoolNode, Network } from '../../../shared/networks/network.ts';
import { inferShapes } from '../../../shared/networks/shapes.ts';

/** Where a stage lies in a row: values [start, start + length). */
export type PooledPiece = { readonly stage: string; readonly start: number; readonly length: number };
export type PooledLadder = {
  readonly network: Network; // its only output: the pieces one after the other, [rowLength]
  readonly pieces: readonly PooledPiece[]; // in the order of the stages; two stages that pool alike share theirs
  readonly rowLength: number;
};

const OUTPUT = 'ladder';

/**
 * A prefix as split() gives it, its output replaced by the mean over space of every stage's, joined.
 *
 * It is a network like any other, so that every executor can run it. A stage that is a vector already is taken as it
 * is; where the network itself pools a stage, that node is used.
 */
export function poolStages(prefix: Network): PooledLadder {
  const shapes = inferShapes(prefix);
  const added: GlobalAvgPoolNode[] = [];
  const pooledNode = (node: string): string => {
    if (shapes.get(node)!.length === 1) return node;
    const own = prefix.nodes.find(({ kind, inputs }) => kind === 'globalAvgPool' && inputs[0] === node);
    if (own !== undefined) return own.id;
    const id = `${OUTPUT}.${node}`;
    if (!added.some((pool) => pool.id === id)) added.push({ kind: 'globalAvgPool', id, inputs: [node] });
    return id;
  };
  const sources = prefix.stages.map(({ id, node }) => ({ stage: id, source: pooledNode(node) }));
  const lengths = new Map(added.map(({ id, inputs }) => [id, shapes.get(inputs[0]!)![0]!]));
  const starts = new Map<string, number>();
  let rowLength = 0;
  const pieces = sources.map(({ stage, source }) => {
    const length = lengths.get(source) ?? shapes.get(source)![0]!;
    const start = starts.get(source) ?? rowLength;
    if (!starts.has(source)) rowLength += length;
    starts.set(source, start);
    return { stage, start, length };
  });
  const joined = [...starts.keys()];
  const nodes = [...prefix.nodes, ...added];
  const stages = prefix.stages.slice(0, -1);
  const last = prefix.stages.at(-1)!;
  if (joined.length === 1)
    return { network: { ...prefix, nodes, stages: [...stages, { ...last, node: joined[0]! }] }, pieces, rowLength };
  const network: Network = {
    ...prefix,
    nodes: [...nodes, { kind: 'concat', id: OUTPUT, inputs: joined }],
    stages: [...stages, { ...last, node: OUTPUT }],
  };
  return { network, pieces, rowLength };
}
