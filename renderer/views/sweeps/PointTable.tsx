import { Anchor, Button } from '@mantine/core';
import { useState } from 'react';
import type { PointReport, SweepReport } from '../../../shared/contract/sweeps.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { routeHash } from '../../lib/router.ts';
import { useFormat } from '../../lib/use-format.ts';
import styles from './sweeps.module.css';
import { useDimensionTexts } from './use-dimension-texts.ts';

const PAGE_ROWS = 12;

type PointTableProps = {
  readonly report: SweepReport;
  readonly marked: number | null; // the point whose line stands out
  readonly onMark: (point: number | null) => void;
};

/** The points, the best first. */
export function PointTable({ report, marked, onMark }: PointTableProps) {
  const t = useText('sweeps');
  const app = useText('app');
  const format = useFormat();
  const { nameOf } = useDimensionTexts();
  const [limit, setLimit] = useState(PAGE_ROWS);
  const names = report.spec.dimensions.map(({ name }) => name);
  const left = report.points.length - limit;
  return (
    <>
      <p className={styles.hint}>{t('pointsHint')}</p>
      <div className={styles.scroller}>
        <table className={styles.table} aria-label={t('points')}>
          <thead>
            <tr>
              <th scope="col">{t('rank')}</th>
              {names.map((name) => (
                <th key={name} scope="col">
                  {nameOf(name)}
                </th>
              ))}
              <th scope="col" data-figure>
                {t('heldOut')}
              </th>
              <th scope="col" data-figure>
                {t('trials')}
              </th>
              <th scope="col">{t('run')}</th>
            </tr>
          </thead>
          <tbody onMouseLeave={() => onMark(null)}>
            {report.points.slice(0, limit).map((point, at) => (
              <PointRow
                key={point.point}
                rank={at + 1}
                point={point}
                report={report}
                isMarked={point.point === marked}
                onMark={onMark}
              />
            ))}
          </tbody>
        </table>
      </div>
      {left > 0 && (
        <Button size="compact-xs" variant="default" onClick={() => setLimit(limit + 4 * PAGE_ROWS)}>
          {app('showMore', { shown: format.count(Math.min(4 * PAGE_ROWS, left)) })}
        </Button>
      )}
    </>
  );
}

type PointRowProps = Pick<PointTableProps, 'report' | 'onMark'> & {
  readonly rank: number;
  readonly point: PointReport;
  readonly isMarked: boolean;
};

function PointRow({ rank, point, report, isMarked, onMark }: PointRowProps) {
  const t = useText('sweeps');
  const format = useFormat();
  const { textOfValue } = useDimensionTexts();
  const { spec, trials } = report;
  const own = trials.filter((trial) => trial.point === point.point && trial.runId !== null && trial.correct !== null);
  const [run] = own.toSorted((a, b) => b.correct! / b.total! - a.correct! / a.total!);
  const backbone = String(point.values.backbone ?? spec.base.backbone);
  return (
    <tr data-marked={isMarked} onMouseEnter={() => onMark(point.point)}>
      <th scope="row">
        <button
          type="button"
          className={styles.mark}
          aria-pressed={isMarked}
          aria-label={t('mark', { rank: format.count(rank) })}
          onFocus={() => onMark(point.point)}
          onBlur={() => onMark(null)}
        >
          {format.count(rank)}
        </button>
      </th>
      {spec.dimensions.map(({ name }) => (
        <td key={name}>{textOfValue(name, point.values[name], backbone)}</td>
      ))}
      <td data-figure>
        {format.percent(point.accuracy)} <span className={styles.quiet}>{format.percentInterval(point.interval)}</span>
      </td>
      <td data-figure>{format.count(point.trials)}</td>
      <td>
        {run?.runId != null && (
          <Anchor
            href={routeHash(['runs', run.runId])}
            size="sm"
            aria-label={t('openRunOf', { rank: format.count(rank) })}
          >
            {t('openRun')}
          </Anchor>
        )}
      </td>
    </tr>
  );
}
