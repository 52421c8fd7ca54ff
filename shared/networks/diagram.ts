/** A network as an SVG drawing: a row for each piece between two stages, with what it computes and what crosses to the next. */
import type { Network, NetworkNode, Shape } from './network.ts';
import { countMultiplications, countParameters, listParameters } from './parameters.ts';
import { cutsOf, segmentsOf } from './segments.ts';
import { inferShapes } from './shapes.ts';
import { mainOutputNode, split } from './split.ts';

export type DiagramTexts = {
  readonly frozen: string;
  readonly learning: string;
  readonly leftOut: string; // an auxiliary head on the frozen part
  readonly parameters: string;
  readonly multiplications: string;
  readonly softmax: string;
};

const english: DiagramTexts = {
  ...{ frozen: 'frozen', learning: 'learning', leftOut: 'left out', softmax: 'Softmax' },
  ...{ parameters: 'parameters', multiplications: 'multiplications' },
};

export type DiagramOptions = {
  readonly frozenThrough?: string; // id of a stage; 'input': all of it learns
  readonly texts?: DiagramTexts;
};

type Row = {
  readonly id: string; // of the stage that it ends in, or of its head
  readonly title: string;
  readonly contents: string; // '2 x 3×3, max 2×2'
  readonly output: Shape;
  readonly parameters: number;
  readonly multiplications: number;
  readonly state: 'frozen' | 'learning' | 'leftOut';
  readonly isAuxiliary: boolean;
};

const colours = {
  frozen: { fill: '#cfe3f7', line: '#2b6cb0' },
  learning: { fill: '#fde0c5', line: '#c05621' },
  leftOut: { fill: '#eeeeee', line: '#999999' },
} as const;
const geometry = { width: 760, top: 64, rowHeight: 46, boxHeight: 34, middle: 150, textLeft: 290 } as const;

/** The drawing as the text of an .svg file. Throws NOT_FOUND for an unknown stage. */
export function networkSvg(
  network: Network,
  { frozenThrough = 'input', texts = english }: DiagramOptions = {},
): string {
  const { prefix, suffix } = split(network, frozenThrough);
  const rows = diagramRows(network, frozenThrough, texts);
  const height = geometry.top + rows.length * geometry.rowHeight + 16;
  const caption = `${texts.frozen}: ${short(countParameters(prefix))}, ${texts.learning}: ${short(countParameters(suffix))}`;
  const size = `width="${geometry.width}" height="${height}" viewBox="0 0 ${geometry.width} ${height}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" font-family="sans-serif" font-size="13">`,
    `<title>${escaped(network.title)}</title>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    text({ x: 16, y: 26, size: 18 }, network.title),
    text({ x: 16, y: 46, size: 12 }, `${shapeText(network.inputShape)}; ${texts.parameters}: ${caption}`),
    ...rows.map((row, at) =>
      drawRow(row, { at, next: rows.findIndex((each, later) => later > at && !each.isAuxiliary), texts }),
    ),
    '</svg>',
    '',
  ].join('\n');
}

function diagramRows(network: Network, frozenThrough: string, texts: DiagramTexts): readonly Row[] {
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
    return outputs.map(({ id, title, node }): Row => {
      const nodes = ancestorsWithin(segment, node).filter((each) => !taken.has(each.id));
      taken = new Set([...taken, ...nodes.map((each) => each.id)]);
      const isAuxiliary = network.heads.slice(1).some((head) => head.node === node);
      return {
        ...{ id, title, isAuxiliary, contents: contentsOf(nodes), output: shapes.get(node)! },
        ...{ parameters: total(nodes, counts), multiplications: total(nodes, byNode) },
        state: at >= frozen ? 'learning' : isAuxiliary ? 'leftOut' : 'frozen',
      };
    });
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

/** What is told of a node; '' for what goes without saying. */
function partOf(node: NetworkNode): string {
  switch (node.kind) {
    case 'conv': {
      const grouped = node.groups === node.outChannels ? 'depthwise ' : `${node.groups} groups `;
      return `${node.groups > 1 ? grouped : ''}${node.kernel.join('×')}`;
    }
    case 'maxPool':
      return `max ${node.kernel.join('×')}`;
    case 'avgPool':
      return `mean ${node.kernel.join('×')}`;
    case 'globalAvgPool':
    case 'adaptiveAvgPool':
      return 'mean';
    case 'localResponseNorm':
      return 'LRN';
    case 'dense':
      return 'dense';
    case 'add':
      return 'sum';
    case 'concat':
      return 'join';
    default:
      return '';
  }
}

function contentsOf(nodes: readonly NetworkNode[]): string {
  const counted = new Map<string, number>();
  for (const part of nodes.map(partOf)) if (part !== '') counted.set(part, (counted.get(part) ?? 0) + 1);
  return [...counted].map(([part, count]) => (count > 1 ? `${count} × ${part}` : part)).join(', ');
}

type Place = { readonly at: number; readonly next: number; readonly texts: DiagramTexts }; // next: row that reads it; -1: none

/** Wider with the logarithm of the channels; an auxiliary head stands at the side, without an arrow to what follows. */
function drawRow(row: Row, { at, next, texts }: Place): string {
  const { fill, line } = colours[row.state];
  const y = geometry.top + at * geometry.rowHeight;
  const width = row.isAuxiliary ? 90 : Math.min(250, 60 + 15 * Math.log2(1 + row.output[0]!));
  const middle = geometry.middle + (row.isAuxiliary ? 65 : 0);
  const dash = row.isAuxiliary ? ' stroke-dasharray="4 3"' : '';
  const box = `<rect x="${fixed(middle - width / 2)}" y="${y}" width="${fixed(width)}" height="${geometry.boxHeight}" rx="5" fill="${fill}" stroke="${line}"${dash}/>`;
  const below = y + geometry.boxHeight;
  const arrow = `<path d="M${middle} ${below}v${(next - at) * geometry.rowHeight - geometry.boxHeight}" stroke="#555555"/>`;
  const amounts = [
    `${short(row.parameters)} ${texts.parameters}`,
    ...(row.isAuxiliary ? [] : [`${short(row.multiplications)} ${texts.multiplications}`]),
  ];
  return [
    `<g data-stage="${escaped(row.id)}" data-state="${row.state}">`,
    box,
    ...(next < 0 || row.isAuxiliary ? [] : [arrow]),
    text({ x: middle, y: y + 15, size: 12, anchor: 'middle' }, row.title),
    text({ x: middle, y: y + 29, size: 11, anchor: 'middle' }, shapeText(row.output)),
    text({ x: geometry.textLeft, y: y + 15, size: 12 }, row.contents),
    text({ x: geometry.textLeft, y: y + 29, size: 11 }, [...amounts, texts[row.state]].join(', ')),
    '</g>',
  ].join('');
}

type Lettering = { readonly x: number; readonly y: number; readonly size: number; readonly anchor?: 'middle' };

function text({ x, y, size, anchor }: Lettering, words: string): string {
  const at = anchor === undefined ? '' : ` text-anchor="${anchor}"`;
  return `<text x="${x}" y="${y}" font-size="${size}"${at} fill="#222222">${escaped(words)}</text>`;
}

const shapeText = (shape: Shape): string => shape.join(' × ');
const fixed = (value: number): string => value.toFixed(1);

/** Three digits and k, M or G. */
function short(count: number): string {
  const units = [
    [1e9, ' G'],
    [1e6, ' M'],
    [1e3, ' k'],
  ] as const;
  const unit = units.find(([size]) => count >= size);
  return unit === undefined ? String(count) : `${Number((count / unit[0]).toPrecision(3))}${unit[1]}`;
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
