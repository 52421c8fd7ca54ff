/** What a drawing of a network shows of each piece between two stages: what it computes, what it costs, whether it learns. */
import type { Network, NetworkNode, Shape } from './network.ts';
import { countMultiplications, listParameters } from './parameters.ts';
import { cutsOf, segmentsOf } from './segments.ts';
import { inferShapes } from './shapes.ts';
import { mainOutputNode } from './split.ts';

export type DiagramRow = {
  readonly id: string; // of the stage that it ends in, or of its head
  readonly title: string;
  readonly contents: string; // '2 × 3×3, max 2×2'
  readonly output: Shape;
  readonly parameters: number;
  readonly multiplications: number; // of one image; a side branch is not run in inference
  readonly state: 'frozen' | 'learning' | 'leftOut'; // leftOut: a side branch that hangs on the frozen part
  readonly isAuxiliary: boolean;
};

/** What the pieces are called: `depthwise` before a window, `groups` behind it. */
export type PartTexts = {
  readonly depthwise: string;
  readonly groups: (count: number) => string;
  readonly max: string;
  readonly mean: string;
  readonly meanOfAll: string;
  readonly meanTo: string;
  readonly shortcut: string;
  readonly join: string;
  readonly dense: string;
};

/** In the order of computation; a side branch stands right behind the stage that it hangs on. */
export function diagramRows(
  network: Network,
  frozenThrough: string,
  texts: { readonly softmax: string; readonly parts: PartTexts },
): readonly DiagramRow[] {
  const shapes = inferShapes(network);
  const counts = parametersByNode(network);
  const { byNode } = countMultiplications(network);
  const cuts = cutsOf(network);
  const frozen = cuts.indexOf(network.stages.find(({ id }) => id === frozenThrough)!.node);
  const total = (nodes: readonly NetworkNode[], by: ReadonlyMap<string, number>): number =>
    nodes.reduce((sum, { id }) => sum + (by.get(id) ?? 0), 0);
  return segmentsOf(network, cuts).flatMap((segment, at) => {
    const stage = network.stages.find(({ node }) => node === cuts[at + 1]);
    const ends = network.heads.filter(({ node }) => segment.some(({ id }) => id === node));
    const outputs = [
      ...(stage === undefined ? [] : [{ id: stage.id, title: stage.title, node: stage.node }]),
      ...ends.map(({ id, node }) => ({ id, title: node === mainOutputNode(network) ? texts.softmax : id, node })),
    ];
    let taken = new Set<string>();
    const rows = outputs.map(({ id, title, node }): DiagramRow => {
      const nodes = ancestorsWithin(segment, node).filter((each) => !taken.has(each.id));
      taken = new Set([...taken, ...nodes.map((each) => each.id)]);
      const isAuxiliary = network.heads.slice(1).some((head) => head.node === node);
      return {
        ...{ id, title, isAuxiliary, contents: contentsOf(nodes, texts.parts), output: shapes.get(node)! },
        ...{ parameters: total(nodes, counts), multiplications: total(nodes, byNode) },
        state: at >= frozen ? 'learning' : isAuxiliary ? 'leftOut' : 'frozen',
      };
    });
    return rows.toSorted((a, b) => Number(b.isAuxiliary) - Number(a.isAuxiliary));
  });
}

function parametersByNode(network: Network): ReadonlyMap<string, number> {
  const lengths = new Map(
    listParameters(network)
      .filter(({ trainable }) => trainable)
      .map(({ name, shape }) => [name, shape.reduce((product, extent) => product * extent, 1)]),
  );
  return new Map(
    network.nodes.map((node) => {
      const names = 'weight' in node ? [node.weight, node.bias] : [];
      return [node.id, names.reduce((sum, name) => sum + (lengths.get(name ?? '') ?? 0), 0)];
    }),
  );
}

/** The node and what it needs of the segment, in order. */
function ancestorsWithin(segment: readonly NetworkNode[], nodeId: string): readonly NetworkNode[] {
  const wanted = new Set([nodeId]);
  for (const node of segment.toReversed()) if (wanted.has(node.id)) for (const id of node.inputs) wanted.add(id);
  return segment.filter(({ id }) => wanted.has(id));
}

/** '3×3', and its stride where that is not 1: '3×3 /2'. */
function windowOf({
  kernel,
  stride,
}: {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
}): string {
  return `${kernel.join('×')}${stride[0]! > 1 ? ` /${stride[0]}` : ''}`;
}

/** What is told of a node; '' for what goes without saying. */
function partOf(node: NetworkNode, texts: PartTexts): string {
  switch (node.kind) {
    case 'conv': {
      const isDepthwise = node.groups > 1 && node.groups === node.outChannels;
      const halves = node.groups > 1 && !isDepthwise ? ` ${texts.groups(node.groups)}` : '';
      return `${isDepthwise ? `${texts.depthwise} ` : ''}${windowOf(node)}${halves}`;
    }
    case 'maxPool':
      return `${texts.max} ${windowOf(node)}`;
    case 'avgPool':
      return `${texts.mean} ${windowOf(node)}`;
    case 'globalAvgPool':
      return texts.meanOfAll;
    case 'adaptiveAvgPool':
      return `${texts.meanTo} ${node.extents.join('×')}`;
    case 'localResponseNorm':
      return 'LRN';
    case 'dense':
      return texts.dense;
    case 'add':
      return texts.shortcut;
    case 'concat':
      return texts.join;
    default:
      return '';
  }
}

function contentsOf(nodes: readonly NetworkNode[], texts: PartTexts): string {
  const counted = new Map<string, number>();
  for (const part of nodes.map((node) => partOf(node, texts)))
    if (part !== '') counted.set(part, (counted.get(part) ?? 0) + 1);
  return [...counted].map(([part, count]) => (count > 1 ? `${count} × ${part}` : part)).join(', ');
}
