/** Charts of the lab as SVG: panels side by side, what was measured on the left, what was published on the right. */

export type Point = {
  readonly x: number;
  readonly y: number;
  readonly low?: number; // 95 %
  readonly high?: number;
};
export type Series = { readonly name: string; readonly points: readonly Point[]; readonly isDashed?: true };
export type Panel = {
  readonly title: string;
  readonly note: string; // source, or how it was measured
  readonly x: { readonly label: string; readonly ticks: readonly (readonly [value: number, text: string])[] };
  readonly y: { readonly label: string; readonly isLog?: true };
  readonly series: readonly Series[];
  readonly isJoined: boolean; // points of a series by a line; else a bar for each, with its name
};
export type Chart = { readonly title: string; readonly panels: readonly Panel[] };

const panelWidth = 480;
const panelHeight = 380;
const margin = { left: 58, right: 112, top: 84, bottom: 48 } as const;
const colours = ['#0b7a75', '#cc79a7', '#e69f00', '#0072b2', '#56606a']; // Okabe-Ito; ice and ember belong to the freeze depth
const styles = `text{font-family:Inter,'Noto Sans',system-ui,sans-serif;font-size:12px;fill:#1a1e1f;font-variant-numeric:tabular-nums}
.paper{fill:#fff}.head{font-size:18px;font-weight:600}.name{font-weight:600;font-size:13px}.quiet{fill:#566063}.hair{stroke:#dde1e1;fill:none}`;

export function chartSvg({ title, panels }: Chart): string {
  const width = panels.length * panelWidth;
  const height = panelHeight + 44;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title><style>${styles}</style><rect class="paper" width="100%" height="100%"/>`,
    text({ x: 20, y: 32, kind: 'head' }, title),
    ...panels.map((panel, at) => `<g transform="translate(${at * panelWidth} 44)">${drawPanel(panel)}</g>`),
    '</svg>',
    '',
  ].join('\n');
}

type Scale = { readonly place: (value: number) => number; readonly ticks: readonly number[] };

function drawPanel(panel: Panel): string {
  const across = horizontal(panel);
  const up = vertical(panel);
  const right = panelWidth - margin.right;
  return [
    text({ x: 20, y: 22, kind: 'name' }, panel.title),
    text({ x: 20, y: 40, kind: 'quiet' }, panel.note),
    text({ x: 20, y: 66, kind: 'quiet' }, panel.y.label),
    ...up.ticks.map((tick) => {
      const y = up.place(tick);
      return `<path class="hair" d="M${margin.left} ${fixed(y)}H${right}"/>${text({ x: margin.left - 8, y: y + 4, anchor: 'end' }, short(tick))}`;
    }),
    ...panel.x.ticks.map(([value, words]) =>
      text({ x: across(value), y: panelHeight - margin.bottom + 18, anchor: 'middle' }, words),
    ),
    text({ x: (margin.left + right) / 2, y: panelHeight - 8, kind: 'quiet', anchor: 'middle' }, panel.x.label),
    ...panel.series.map((series, at) => (panel.isJoined ? drawLine : drawBar)(series, { at, across, up })),
    ...(panel.isJoined ? legend(panel, up) : []),
  ].join('');
}

type Place = { readonly at: number; readonly across: (value: number) => number; readonly up: Scale };

const colourOf = (at: number): string => colours[at % colours.length]!;

/** Its points are marked where they are few; a dashed one has hollow marks. */
function drawLine({ points, isDashed }: Series, { at, across, up }: Place): string {
  const steps = points.map(({ x, y }) => `${fixed(across(x))} ${fixed(up.place(y))}`);
  const dash = isDashed ? ' stroke-dasharray="5 4"' : '';
  const line = `<path d="M${steps.join('L')}" fill="none" stroke="${colourOf(at)}" stroke-width="2"${dash}/>`;
  const marks =
    points.length > 12 ? [] : points.map((point) => mark(point, isDashed ? '#fff' : colourOf(at), { at, across, up }));
  return `<g>${points.length > 1 ? line : ''}${marks.join('')}</g>`;
}

function mark({ x, y, low, high }: Point, fill: string, { at, across, up }: Place): string {
  const middle = fixed(across(x));
  const hasInterval = low !== undefined && high !== undefined;
  const bar = hasInterval
    ? `<path d="M${middle} ${fixed(up.place(low))}V${fixed(up.place(high))}" stroke="${colourOf(at)}" stroke-width="1.5"/>`
    : '';
  return `${bar}<circle cx="${middle}" cy="${fixed(up.place(y))}" r="3.5" fill="${fill}" stroke="${colourOf(at)}" stroke-width="1.5"/>`;
}

const barWidth = 40;

/** From zero to each point, its interval over it, its name at its side. */
function drawBar({ name, points }: Series, place: Place): string {
  const { at, across, up } = place;
  const bars = points.map((point) => {
    const [y, zero, middle] = [up.place(point.y), up.place(0), across(point.x)];
    const box = `x="${fixed(middle - barWidth / 2)}" y="${fixed(Math.min(y, zero))}" width="${barWidth}" height="${fixed(Math.abs(y - zero))}"`;
    const label = `<text x="${fixed(middle + barWidth / 2 + 6)}" y="${fixed(y + 4)}" style="font-weight:600">${escaped(name)}</text>`;
    return `<rect ${box} fill="${colourOf(at)}" fill-opacity="0.25"/>${mark(point, colourOf(at), place)}${label}`;
  });
  return `<g>${bars.join('')}<path d="M${margin.left} ${fixed(up.place(0))}H${panelWidth - margin.right}" stroke="#98a1a3"/></g>`;
}

/** Names at the ends of the lines, pushed apart where they would cover each other. */
function legend({ series }: Panel, up: Scale): string[] {
  const wanted = series
    .map(({ name, points }, at) => ({
      name,
      colour: colourOf(at),
      y: up.place(points.at(-1)?.y ?? 0),
    }))
    .toSorted((a, b) => a.y - b.y);
  let last = Number.NEGATIVE_INFINITY;
  return wanted.map(({ name, colour, y }) => {
    last = Math.max(last + 15, y);
    return `<text x="${panelWidth - margin.right + 10}" y="${fixed(last + 4)}" style="fill:${colour};font-weight:600">${escaped(name)}</text>`;
  });
}

function horizontal({ x, series, isJoined }: Panel): (value: number) => number {
  const all = [...x.ticks.map(([value]) => value), ...series.flatMap(({ points }) => points.map((point) => point.x))];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const inset = isJoined ? 14 : 60;
  const width = panelWidth - margin.left - margin.right - 2 * inset;
  return (value) => margin.left + inset + (high === low ? width / 2 : ((value - low) / (high - low)) * width);
}

function vertical({ y, series }: Panel): Scale {
  const all = series.flatMap(({ points }) =>
    points.flatMap((point) => [point.y, point.low ?? point.y, point.high ?? point.y]),
  );
  const bottom = panelHeight - margin.bottom;
  const height = bottom - margin.top;
  if (y.isLog) {
    const [low, high] = [
      Math.floor(Math.log10(Math.max(1e-3, Math.min(...all)))),
      Math.ceil(Math.log10(Math.max(...all, 1e-2))),
    ];
    const place = (value: number) =>
      bottom - ((Math.log10(Math.max(value, 10 ** low)) - low) / Math.max(1, high - low)) * height;
    return { place, ticks: Array.from({ length: high - low + 1 }, (_, at) => 10 ** (low + at)) };
  }
  const [least, most] = [Math.min(0, ...all), Math.max(0, ...all)];
  const step = niceStep((most - least) / 5 || 1);
  const [low, high] = [Math.floor(least / step), Math.ceil(most / step)];
  const place = (value: number) => bottom - ((value / step - low) / Math.max(1, high - low)) * height;
  return { place, ticks: Array.from({ length: high - low + 1 }, (_, at) => (low + at) * step) };
}

/** 1, 2 or 5 times a power of ten, not below `least`. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5, 10].find((factor) => factor * power >= least * 0.999) ?? 10) * power;
}

type Lettering = { readonly x: number; readonly y: number; readonly kind?: string; readonly anchor?: 'end' | 'middle' };

function text({ x, y, kind, anchor }: Lettering, words: string): string {
  const named = kind === undefined ? '' : ` class="${kind}"`;
  return `<text x="${fixed(x)}" y="${fixed(y)}"${named}${anchor === undefined ? '' : ` text-anchor="${anchor}"`}>${escaped(words)}</text>`;
}

const fixed = (value: number): string => String(Number(value.toFixed(1)));
const short = (value: number): string => String(Number(value.toPrecision(3)));

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
