import type { CalibrationReport, Reliability } from '../../../../shared/contract/judging.ts';
import { useText } from '../../../lib/i18n/i18n.ts';
import { useFormat } from '../../../lib/use-format.ts';
import { Panel } from '../../../parts/Panel.tsx';
import styles from '../evaluate.module.css';
import own from './judging.module.css';

const SIDE = 240; // of the square, in units of the drawing
const MARGIN = 32;
const TICKS = [0, 0.5, 1];

type ReliabilityPanelProps = { readonly report: CalibrationReport };

/** How often answers are right against how sure they are, as the run answered and calibrated. */
export function ReliabilityPanel({ report }: ReliabilityPanelProps) {
  const t = useText('judging');
  const format = useFormat();
  const { judgement, before, after } = report;
  const from = t(`from.${judgement.from}`, { shown: format.count(judgement.photos) });
  const figure = (value: number, interval: readonly [number, number]): string =>
    `${format.fixed(value, 3)} (${format.fixed(interval[0], 3)}–${format.fixed(interval[1], 3)})`;
  const row = (name: string, { figures }: Reliability) => (
    <tr key={name}>
      <th scope="row">{name}</th>
      <td>{figure(figures.error, figures.errorInterval)}</td>
      <td>{figure(figures.brier, figures.brierInterval)}</td>
      <td>{figure(figures.logLoss, figures.logLossInterval)}</td>
    </tr>
  );
  return (
    <Panel title={t('reliability')}>
      <p className={styles.hint}>
        {t('reliabilityHint')} {from}
      </p>
      <div className={own.diagrams}>
        <Diagram title={t('asItWas')} reliability={before} />
        <Diagram title={t('calibrated', { shown: format.number(judgement.temperature, 3) })} reliability={after} />
      </div>
      <div className={styles.matrixScroller}>
        <table className={own.figures} aria-label={t('figures')}>
          <thead>
            <tr>
              <td />
              <th scope="col" title={t('errorHint')}>
                {t('error')}
              </th>
              <th scope="col" title={t('brierHint')}>
                {t('brier')}
              </th>
              <th scope="col" title={t('logLossHint')}>
                {t('logLoss')}
              </th>
            </tr>
          </thead>
          <tbody>
            {row(t('asItWasShort'), before)}
            {row(t('calibratedShort'), after)}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

type DiagramProps = { readonly title: string; readonly reliability: Reliability };

/** Bars: accuracy of each bin with its 95 % interval; the dashed line is what honest probabilities give. */
function Diagram({ title, reliability }: DiagramProps) {
  const t = useText('judging');
  const format = useFormat();
  const bars = reliability.bins.flatMap(({ confidence, accuracy }) =>
    accuracy === null ? [] : [t('bin', { sure: format.percent(confidence, 0), right: format.percent(accuracy, 0) })],
  );
  const told = `${title}. ${bars.join('; ')}`;
  const x = (share: number): number => MARGIN + share * SIDE;
  const y = (share: number): number => 8 + (1 - share) * SIDE;
  return (
    <figure className={own.diagram}>
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${SIDE + MARGIN + 8} ${SIDE + MARGIN + 4}`} role="img" aria-label={told}>
        {TICKS.map((tick) => (
          <g key={tick} className={own.grid}>
            <line x1={x(0)} x2={x(1)} y1={y(tick)} y2={y(tick)} />
            <text x={MARGIN - 4} y={y(tick) + 4} textAnchor="end">
              {format.percent(tick, 0)}
            </text>
            <text x={x(tick)} y={y(0) + 16} textAnchor={tick === 1 ? 'end' : 'middle'}>
              {format.percent(tick, 0)}
            </text>
          </g>
        ))}
        {reliability.bins.map(({ from, to, accuracy, interval }) =>
          accuracy === null ? null : (
            <g key={from}>
              <rect
                className={own.barOfBin}
                x={x(from) + 1}
                y={y(accuracy)}
                width={x(to) - x(from) - 2}
                height={y(0) - y(accuracy)}
              />
              <line
                className={own.whisker}
                x1={(x(from) + x(to)) / 2}
                x2={(x(from) + x(to)) / 2}
                y1={y(interval[0])}
                y2={y(interval[1])}
              />
            </g>
          ),
        )}
        <line className={own.honest} x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} />
      </svg>
      <p className={own.axis}>{t('axis')}</p>
    </figure>
  );
}
