import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { useFormat } from '../lib/use-format.ts';
import styles from './parts.module.css';

export type Curve = {
  readonly label: string; // '': not in the legend, such as the other end of an interval
  readonly colour: string; // any CSS colour, or a variable: 'var(--accent)'
  readonly values: readonly (number | null)[]; // one for each x; null: a gap
  readonly isThin?: boolean;
  readonly dash?: readonly number[];
};

type CurveChartProps = {
  readonly title: string; // read out; what the curves are, in a sentence
  readonly x: readonly number[]; // rising
  readonly xLabel: string;
  readonly curves: readonly Curve[];
  readonly heightPixels?: number;
  readonly formatY?: (value: number) => string;
  readonly yRange?: readonly [number, number];
  readonly isLogX?: boolean;
};

/** Curves over one axis (uPlot), drawn in the colours of the theme, resized with their place. */
export function CurveChart(props: CurveChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props); // a change of theme draws what is shown now
  latest.current = props;
  const format = useFormat();
  const { title, x, curves, heightPixels = 220 } = props;
  const formatY = props.formatY ?? ((value: number) => format.number(value));
  const formatTicks = (ticks: readonly number[]): string[] =>
    props.formatY === undefined ? ticks.map((tick) => format.fixed(tick, decimalsOf(ticks))) : ticks.map(props.formatY);
  const shape = JSON.stringify([curves.map(({ values, ...rest }) => rest), props.xLabel, heightPixels, props.yRange]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: made anew only when the shape changes; data is set below
  useEffect(() => {
    const parent = place.current!;
    const draw = (): void => {
      plot.current?.destroy();
      const now = latest.current;
      plot.current = new uPlot(chartOptions({ ...now, formatTicks, parent }), chartData(now.x, now.curves), parent);
    };
    draw();
    const sized = new ResizeObserver(() => {
      plot.current?.setSize({ width: parent.clientWidth, height: heightPixels });
    });
    sized.observe(parent);
    const themed = new MutationObserver(draw);
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-mantine-color-scheme'] });
    return () => {
      sized.disconnect();
      themed.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [shape]);
  useEffect(() => plot.current?.setData(chartData(x, curves)), [x, curves]);

  return (
    <figure className={styles.chart} aria-label={title}>
      <div ref={place} style={{ height: heightPixels }} role="img" aria-label={describe(title, curves, formatY)} />
      <ul className={styles.chartLegend}>
        {curves
          .filter(({ label }) => label !== '')
          .map((curve) => (
            <li key={curve.label}>
              <LegendLine curve={curve} />
              {curve.label}
            </li>
          ))}
      </ul>
    </figure>
  );
}

type LegendLineProps = { readonly curve: Curve };

function LegendLine({ curve }: LegendLineProps) {
  const { colour, isThin = false, dash } = curve;
  return (
    <svg width="18" height="8" aria-hidden="true">
      <line x2="18" y1="4" y2="4" stroke={colour} strokeWidth={isThin ? 1.25 : 2.5} strokeDasharray={dash?.join(' ')} />
    </svg>
  );
}

function describe(title: string, curves: readonly Curve[], formatY: (value: number) => string): string {
  const ends = curves.map(({ label, values }) => {
    const last = values.findLast((value) => value !== null);
    return `${label} ${last == null ? '–' : formatY(last)}`;
  });
  return `${title}: ${ends.join(', ')}`;
}

function chartData(x: readonly number[], curves: readonly Curve[]): uPlot.AlignedData {
  return [[...x], ...curves.map(({ values }) => [...values])] as uPlot.AlignedData;
}

type Drawn = CurveChartProps & {
  readonly formatTicks: (ticks: readonly number[]) => string[];
  readonly parent: HTMLElement;
};

const MOST_DECIMALS = 4;

/** How many decimals tell the ticks of an axis apart. */
function decimalsOf(ticks: readonly number[]): number {
  const step = ticks.length < 2 ? 1 : Math.abs(ticks[1]! - ticks[0]!);
  return step === 0 ? 0 : Math.min(MOST_DECIMALS, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));
}

/** Steps of an axis that counts something, such as epochs: there is no epoch 1.5. */
const WHOLE_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

function chartOptions({
  parent,
  x,
  xLabel,
  curves,
  heightPixels = 220,
  formatTicks,
  yRange,
  isLogX,
}: Drawn): uPlot.Options {
  const css = getComputedStyle(parent);
  const colourOf = (colour: string): string => {
    const name = /^var\((--[\w-]+)\)$/.exec(colour)?.[1];
    return name === undefined ? colour : css.getPropertyValue(name).trim();
  };
  const isWhole = isLogX !== true && x.every(Number.isInteger);
  const axis = {
    stroke: colourOf('var(--text-quiet)'),
    grid: { stroke: colourOf('var(--line)'), width: 1 },
    ticks: { show: false },
    font: `12px ${css.fontFamily}`,
  };
  return {
    width: Math.max(1, parent.clientWidth),
    height: heightPixels,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { time: false, ...(isLogX === true ? { distr: 3 as const } : {}) },
      y: yRange === undefined ? {} : { range: [yRange[0], yRange[1]] },
    },
    axes: [
      {
        ...axis,
        label: xLabel,
        labelSize: 20,
        labelFont: axis.font,
        size: 28,
        ...(isWhole ? { incrs: WHOLE_STEPS } : {}),
      },
      { ...axis, size: 56, values: (_, ticks) => formatTicks(ticks) },
    ],
    series: [
      {},
      ...curves.map(({ label, colour, isThin = false, dash }) => ({
        label,
        stroke: colourOf(colour),
        width: isThin ? 1.25 : 2.5,
        points: { show: isSinglePoint },
        ...(dash === undefined ? {} : { dash: [...dash] }),
      })),
    ],
  };
}

/** Whether a curve has no two ends that a line could join; asked at each drawing, since curves of a training grow. */
function isSinglePoint(chart: uPlot, series: number): boolean {
  return [...(chart.data[series] ?? [])].filter((value) => value != null).length < 2;
}
