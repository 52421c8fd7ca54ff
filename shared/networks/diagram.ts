/** A network as an SVG drawing: a row for each piece between two stages, with what it computes and what crosses to the next. */
import { type DiagramRow, diagramRows, type PartTexts } from './diagram-rows.ts';
import type { Network, Shape } from './network.ts';
import { countMultiplications, countParameters } from './parameters.ts';
import { split } from './split.ts';

export type DiagramTexts = {
  readonly frozen: string;
  readonly learning: string;
  readonly leftOut: string; // an auxiliary head on the frozen part
  readonly parameters: string;
  readonly multiplications: string;
  readonly softmax: string;
  readonly image: string;
  readonly output: string;
  readonly parts: PartTexts;
};

const english: DiagramTexts = {
  ...{ frozen: 'frozen', learning: 'learning', leftOut: 'left out', softmax: 'Softmax', image: 'Image' },
  ...{ parameters: 'parameters', multiplications: 'multiplications', output: 'output' },
  parts: {
    ...{ depthwise: 'depthwise', groups: (count) => `in ${count} groups`, max: 'max', mean: 'mean' },
    ...{ meanOfAll: 'mean of all places', meanTo: 'mean to', shortcut: 'shortcut', join: 'join', dense: 'dense' },
  },
};

export type DiagramOptions = {
  readonly frozenThrough?: string; // id of a stage; 'input': all of it learns
  readonly texts?: DiagramTexts;
};

const width = 860;
const top = 128;
const rowHeight = 50;
const cutGap = 26; // between the frozen and the learning part
const columns = { spine: 64, side: 110, title: 160, output: 580, parameters: 690, multiplications: 828 } as const;
const barLength = 96; // of a row that has all parameters or multiplications

/** Ice and ember belong to the freeze depth; a browser in dark mode draws on dark. */
const styles = `
text{font-family:Inter,'Noto Sans',system-ui,sans-serif;font-size:13px;fill:#1a1e1f;font-variant-numeric:tabular-nums}
.paper{fill:#ffffff}.head{font-size:20px;font-weight:600}.name{font-weight:600}.quiet{fill:#566063;font-size:12px}
.line{stroke:#b4bcbe;fill:none}.hair{stroke:#dde1e1}.cut{stroke:#1a1e1f;stroke-dasharray:2 3}
.frozen .front,.bar.frozen{fill:#3b82c4}.frozen .top{fill:#9cc3e6}.frozen .flank{fill:#2a659e}
.learning .front,.bar.learning{fill:#e8743b}.learning .top{fill:#f7bd9d}.learning .flank{fill:#b9531f}
.leftOut .front,.bar.leftOut,.image .front{fill:#c3c9ca}.leftOut .top,.image .top{fill:#e3e6e6}.leftOut .flank,.image .flank{fill:#98a1a3}
@media (prefers-color-scheme:dark){text{fill:#e6e9ea}.paper{fill:#1c1f21}.quiet{fill:#9fa9ac}.line{stroke:#56605f}.hair{stroke:#2e3436}.cut{stroke:#e6e9ea}}
`;

/** The drawing as the text of an .svg file. Throws NOT_FOUND for an unknown stage. */
export function networkSvg(
  network: Network,
  { frozenThrough = 'input', texts = english }: DiagramOptions = {},
): string {
  const { prefix, suffix } = split(network, frozenThrough);
  const parts = { frozen: countParameters(prefix), learning: countParameters(suffix) };
  const rows = diagramRows(network, frozenThrough, texts);
  const totals = {
    parameters: rows.reduce((sum, { parameters }) => sum + parameters, 0),
    multiplications: countMultiplications(network).total,
  };
  const cutAt = rows.findLastIndex(({ state }) => state === 'frozen') + 1; // of the rows; 0: no cut
  const tops = rows.map((_, at) => top + (at + 1) * rowHeight + (cutAt > 0 && at >= cutAt ? cutGap : 0));
  const height = tops.at(-1)! + rowHeight + 12;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(network.title)}</title>`,
    `<style>${styles}</style>`,
    '<rect class="paper" width="100%" height="100%"/>',
    ...header(network, { texts, totals, parts }),
    spine(rows, tops),
    imageRow(network, texts),
    ...rows.map((row, at) => drawRow(row, { y: tops[at]!, input: network.inputShape, texts, totals })),
    ...(cutAt === 0 ? [] : [cutLine(top + (cutAt + 1) * rowHeight + cutGap / 2, texts)]),
    '</svg>',
    '',
  ].join('\n');
}

type Totals = { readonly parameters: number; readonly multiplications: number };
type Head = {
  readonly texts: DiagramTexts;
  readonly totals: Totals;
  readonly parts: { readonly frozen: number; readonly learning: number };
};

function header(network: Network, { texts, totals, parts }: Head): string[] {
  const all = `${short(totals.parameters)} ${texts.parameters}, ${short(totals.multiplications)} ${texts.multiplications}`;
  const leftOut = totals.parameters - parts.frozen - parts.learning; // side branches of the frozen part
  const caption = `${texts.frozen}: ${short(parts.frozen)}, ${texts.learning}: ${short(parts.learning)}`;
  const rest = leftOut > 0 ? `, ${texts.leftOut}: ${short(leftOut)}` : '';
  const label = (x: number, words: string) => text({ x, y: top - 14, kind: 'quiet', anchor: 'end' }, words);
  return [
    text({ x: 24, y: 36, kind: 'head' }, network.title),
    text({ x: 24, y: 57, kind: 'quiet' }, network.paper),
    text({ x: 24, y: 79 }, all),
    `<rect class="bar frozen" x="${width - 380}" y="70" width="10" height="10" rx="2"/>`,
    `<rect class="bar learning" x="${width - 366}" y="70" width="10" height="10" rx="2"/>`,
    text({ x: width - 348, y: 79 }, `${caption}${rest}`),
    label(columns.output, texts.output),
    label(columns.parameters, texts.parameters),
    label(columns.multiplications, texts.multiplications),
    `<path class="hair" d="M24 ${top - 4}H${width - 24}"/>`,
  ];
}

/** From the middle of each glyph to the next of the main path; a side branch hangs on it by an elbow. */
function spine(rows: readonly DiagramRow[], tops: readonly number[]): string {
  const middles = tops.map((y) => y + rowHeight / 2);
  const last = rows.findLastIndex(({ isAuxiliary }) => !isAuxiliary);
  const elbows = rows.flatMap(({ isAuxiliary }, at) =>
    isAuxiliary ? [`M${columns.spine} ${middles[at]}H${columns.side}`] : [],
  );
  return `<path class="line" d="M${columns.spine} ${top + rowHeight / 2}V${middles[last]}${elbows.join('')}"/>`;
}

function imageRow(network: Network, texts: DiagramTexts): string {
  const middle = top + rowHeight / 2;
  return [
    '<g class="image">',
    volume({ x: columns.spine, y: middle }, network.inputShape, network.inputShape),
    text({ x: columns.title, y: middle + 5, kind: 'name' }, texts.image),
    text({ x: columns.output, y: middle + 5, anchor: 'end' }, shapeText(network.inputShape)),
    '</g>',
  ].join('');
}

type Place = { readonly y: number; readonly input: Shape; readonly texts: DiagramTexts; readonly totals: Totals };

function drawRow(row: DiagramRow, { y, input, texts, totals }: Place): string {
  const middle = y + rowHeight / 2;
  const amounts = [
    `${short(row.parameters)} ${texts.parameters}`,
    ...(row.isAuxiliary ? [] : [`${short(row.multiplications)} ${texts.multiplications}`]),
    texts[row.state],
  ];
  const amount = (x: number, count: number, total: number): string =>
    count === 0
      ? ''
      : text({ x, y: middle + 1, anchor: 'end' }, short(count)) + shareBar(row, { x, y: middle + 8 }, count / total);
  const isShort = row.contents === '';
  return [
    `<g data-stage="${escaped(row.id)}" data-state="${row.state}" class="${row.state}">`,
    `<title>${escaped(`${row.title}: ${shapeText(row.output)}; ${amounts.join(', ')}`)}</title>`,
    volume({ x: row.isAuxiliary ? columns.side : columns.spine, y: middle }, row.output, input),
    text({ x: columns.title, y: middle + (isShort ? 5 : -3), kind: 'name' }, row.title),
    text({ x: columns.title, y: middle + 14, kind: 'quiet' }, row.contents),
    text({ x: columns.output, y: middle + 1, anchor: 'end' }, shapeText(row.output)),
    amount(columns.parameters, row.parameters, totals.parameters),
    row.isAuxiliary ? '' : amount(columns.multiplications, row.multiplications, totals.multiplications),
    '</g>',
  ].join('');
}

type Point = { readonly x: number; readonly y: number };

/** Ends at `x`; at least a pixel, so that something is seen of whatever is there. */
function shareBar({ state }: DiagramRow, { x, y }: Point, share: number): string {
  const length = Math.max(1, barLength * share);
  return `<rect class="bar ${state}" x="${fixed(x - length)}" y="${y}" width="${fixed(length)}" height="3"/>`;
}

/** Feature maps as a block whose face is as large as height and width, and as deep as channels, by logarithm; vectors flat. */
function volume({ x, y }: Point, [channels = 1, rows]: Shape, input: Shape): string {
  const depth = 3 + 3 * Math.log2(channels);
  if (rows === undefined) {
    const length = 2 * depth;
    return `<rect class="front" x="${fixed(x - length / 2)}" y="${y - 3}" width="${fixed(length)}" height="6" rx="1"/>`;
  }
  const side = 5 + (23 * Math.log2(rows)) / Math.log2(Math.max(2, input[1] ?? 2));
  const [dx, dy] = [0.8 * depth, 0.3 * depth];
  const [left, upper] = [x - (side + dx) / 2, y - (side - dy) / 2];
  const corner = `M${fixed(left)} ${fixed(upper)}`;
  return [
    `<rect class="front" x="${fixed(left)}" y="${fixed(upper)}" width="${fixed(side)}" height="${fixed(side)}"/>`,
    `<path class="top" d="${corner}l${fixed(dx)} ${fixed(-dy)}h${fixed(side)}l${fixed(-dx)} ${fixed(dy)}z"/>`,
    `<path class="flank" d="M${fixed(left + side)} ${fixed(upper)}l${fixed(dx)} ${fixed(-dy)}v${fixed(side)}l${fixed(-dx)} ${fixed(dy)}z"/>`,
  ].join('');
}

/** Where the features of the frozen part are stored. */
function cutLine(y: number, texts: DiagramTexts): string {
  return [
    `<path class="cut" d="M24 ${y}H${columns.title - 8}M${columns.title + 150} ${y}H${width - 24}"/>`,
    text({ x: columns.title, y: y + 4, kind: 'quiet' }, `↑ ${texts.frozen} · ↓ ${texts.learning}`),
  ].join('');
}

type Lettering = {
  readonly x: number;
  readonly y: number;
  readonly kind?: 'head' | 'name' | 'quiet';
  readonly anchor?: 'end';
};

function text({ x, y, kind, anchor }: Lettering, words: string): string {
  const named = kind === undefined ? '' : ` class="${kind}"`;
  const at = anchor === undefined ? '' : ` text-anchor="${anchor}"`;
  return words === '' ? '' : `<text x="${x}" y="${fixed(y)}"${named}${at}>${escaped(words)}</text>`;
}

const shapeText = (shape: Shape): string => shape.join(' × ');
const fixed = (value: number): string => String(Number(value.toFixed(1)));

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
