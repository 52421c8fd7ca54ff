/** The table of networks as Markdown, and its place in the README. */
import type { Network, Published } from '../../shared/networks/network.ts';
import { countMultiplications, countParameters } from '../../shared/networks/parameters.ts';
import { networks } from '../../shared/networks/registry.ts';

const [BEGIN, END] = ['<!-- networks: npm run networks-table -->', '<!-- networks end -->'];
const HEAD = [
  'network',
  'id',
  'parameters',
  'multiplications',
  'top-1, %',
  'published by',
  "weights' licence",
  'ms a photo',
];

/** Milliseconds of one thread for a photo, by id. */
export type Speeds = Readonly<Record<string, number>>;

/** The README with the table of today between its marks. Throws where the marks are missing. */
export function withTable(readme: string, speeds: Speeds): string {
  const [start, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`The README has no '${BEGIN}' before '${END}'.`);
  return `${readme.slice(0, start)}${BEGIN}\n${networksTable(speeds)}\n${readme.slice(end)}`;
}

export function networksTable(speeds: Speeds): string {
  const rows = Object.values(networks).map((make) => rowOf(make(), speeds));
  return [HEAD, HEAD.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function rowOf(network: Network, speeds: Speeds): string[] {
  const { id, title, published } = network;
  const speed = Object.hasOwn(speeds, id) ? speeds[id] : undefined;
  return [
    ...[title, `\`${id}\``, millions(countParameters(network)), millions(countMultiplications(network).total)],
    ...accuracyOf(published),
    published?.weights?.licence ?? '–',
    speed === undefined ? '–' : `${Number(speed.toPrecision(2))}`,
  ];
}

function accuracyOf(published: Published | undefined): [top1: string, source: string] {
  const accuracy = published?.accuracy;
  return accuracy ? [accuracy.top1.toFixed(1), accuracy.source] : ['–', '–'];
}

/** Three digits: 61 K, 4.65 M, 15.5 G. */
function millions(count: number): string {
  const units: readonly (readonly [number, string])[] = [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'K'],
  ];
  const [size, unit] = units.find(([each]) => count >= each) ?? [1, ''];
  return `${Number((count / size).toPrecision(3))} ${unit}`.trim();
}
