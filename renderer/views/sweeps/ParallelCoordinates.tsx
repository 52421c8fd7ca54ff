import { useRef } from 'react';
import type { SweepReport, TrialReport } from '../../../shared/contract/sweeps.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { useWidth } from '../../lib/use-width.ts';
import { type Axis, axesOf, drawnTrials } from './parallel-axes.ts';
import styles from './sweeps.module.css';
import { useDimensionTexts } from './use-dimension-texts.ts';

const HEIGHT_PIXELS = 280;
const TOP_PIXELS = 44; // two lines of titles
const TITLE_PIXELS = 120; // axes nearer than this have their titles on two lines in turns
const BOTTOM_PIXELS = 14;
const SIDE_PIXELS = 76;
const MOST_LINES = 1500;
const MOST_TICKS = 12; // an axis with more is labelled at its ends

type ParallelCoordinatesProps = { readonly report: SweepReport; readonly marked: number | null }; // marked: a point

/** A line for each trial through all that was searched, to its accuracy; the table below says the same in figures. */
export function ParallelCoordinates({ report, marked }: ParallelCoordinatesProps) {
  const t = useText('sweeps');
  const format = useFormat();
  const place = useRef<HTMLDivElement>(null);
  const width = Math.max(320, useWidth(place));
  const trials = drawnTrials(report, MOST_LINES);
  const axes = axesOf(report, trials);
  const best = report.points[0]?.point;
  const xOf = (at: number): number => SIDE_PIXELS + (at / Math.max(1, axes.length - 1)) * (width - 2 * SIDE_PIXELS);
  const pathOf = (trial: TrialReport): string =>
    axes.map((axis, at) => `${at === 0 ? 'M' : 'L'}${xOf(at).toFixed(1)} ${yOf(axis.placeOf(trial))}`).join('');
  const kindOf = ({ point }: TrialReport): string => (point === marked ? 'marked' : point === best ? 'best' : 'other');
  const label = t('linesLabel', { trials: format.count(trials.length), axes: format.count(axes.length) });
  const isLast = (kind: string): number => ['other', 'best', 'marked'].indexOf(kind);
  const ordered = trials.toSorted((a, b) => isLast(kindOf(a)) - isLast(kindOf(b)));
  return (
    <div ref={place}>
      <svg width={width} height={HEIGHT_PIXELS} role="img" aria-label={label} className={styles.lines}>
        {ordered.map((trial) => (
          <path
            key={trial.position}
            d={pathOf(trial)}
            data-kind={kindOf(trial)}
            data-early={trial.state === 'stopped'}
          />
        ))}
        {axes.map((axis, at) => (
          <AxisLine
            key={axis.id}
            axis={axis}
            x={xOf(at)}
            titleY={at % 2 === 1 && xOf(1) - xOf(0) < TITLE_PIXELS ? 28 : 14}
            side={at === axes.length - 1 ? 'right' : 'left'}
            report={report}
          />
        ))}
      </svg>
      <p className={styles.hint}>{t('linesHint')}</p>
    </div>
  );
}

function yOf(at: number): string {
  return (TOP_PIXELS + (1 - at) * (HEIGHT_PIXELS - TOP_PIXELS - BOTTOM_PIXELS)).toFixed(1);
}

type AxisLineProps = {
  readonly axis: Axis;
  readonly x: number;
  readonly titleY: number;
  readonly side: 'left' | 'right'; // of the figures
  readonly report: SweepReport;
};

function AxisLine({ axis: { id, ticks }, x, titleY, side, report }: AxisLineProps) {
  const t = useText('sweeps');
  const format = useFormat();
  const { nameOf, textOfValue } = useDimensionTexts();
  const isOwn = id === 'seed' || id === 'fold' || id === 'accuracy';
  const title = isOwn ? t(`axes.${id}`) : nameOf(id);
  const shown = ticks.length > MOST_TICKS ? [ticks[0]!, ticks.at(-1)!] : ticks;
  const textOf = (value: Axis['ticks'][number]['value']): string => {
    if (id === 'accuracy') return format.percent(Number(value));
    if (id === 'fold') return format.count(Number(value) + 1);
    return id === 'seed' ? String(value) : textOfValue(id, value, report.spec.base.backbone);
  };
  const textX = side === 'left' ? x - 6 : x + 6;
  return (
    <g>
      <text x={x} y={titleY} textAnchor="middle" className={styles.axisTitle}>
        {title}
      </text>
      <line x1={x} x2={x} y1={yOf(1)} y2={yOf(0)} className={styles.axis} />
      {shown.map(({ value, at }) => (
        <text
          key={String(value)}
          x={textX}
          y={yOf(at)}
          dy="0.35em"
          textAnchor={side === 'left' ? 'end' : 'start'}
          className={styles.tick}
        >
          {textOf(value)}
        </text>
      ))}
    </g>
  );
}
