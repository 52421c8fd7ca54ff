import { Button } from '@mantine/core';
import type { EnsemblePlan, PlanPoint } from '../../../../shared/contract/ensembling.ts';
import type { RunRecord } from '../../../../shared/domain/run.ts';
import { useText } from '../../../lib/i18n/i18n.ts';
import { useFormat } from '../../../lib/use-format.ts';
import { useRunName } from '../../../lib/use-run-name.ts';
import { CurveChart } from '../../../parts/CurveChart.tsx';
import { Panel } from '../../../parts/Panel.tsx';
import { setName } from '../crops/crop-sets.ts';
import styles from '../evaluate.module.css';
import own from './ensemble.module.css';

type PlanResultProps = {
  readonly plan: EnsemblePlan;
  readonly runs: readonly RunRecord[];
  readonly isTesting: boolean;
  readonly onTest: () => void;
};

/** What nothing cheaper equals: accuracy against what it costs. */
export function PlanResult({ plan, runs, isTesting, onTest }: PlanResultProps) {
  const t = useText('ensemble');
  const format = useFormat();
  const { points, total, tried } = plan;
  const hasTest = points.some(({ test }) => test !== null);
  const curve = { colour: 'var(--accent)', label: t('right'), values: points.map(({ correct }) => correct / total) };
  const tested = {
    ...{ colour: 'var(--text)', label: t('testRightShort'), dash: [2, 3] },
    values: points.map(({ test }) => (test === null ? null : test.correct / test.total)),
  };
  const button = !hasTest && (
    <Button size="compact-xs" variant="default" loading={isTesting} onClick={onTest}>
      {t('testFront')}
    </Button>
  );
  return (
    <Panel title={t('front')} aside={button}>
      <p className={styles.hint}>{t('frontNote', { tried: format.count(tried), total: format.count(total) })}</p>
      {points.length > 1 && (
        <CurveChart
          title={t('front')}
          x={points.map(({ msPerPhoto }) => msPerPhoto)}
          xLabel={t('ms')}
          curves={hasTest ? [curve, tested] : [curve]}
          heightPixels={180}
          formatY={(value) => format.percent(value, 0)}
        />
      )}
      <div className={styles.matrixScroller}>
        <table className={styles.perClass} aria-label={t('front')}>
          <thead className={styles.heads}>
            <tr>
              <th scope="col" className={styles.rowHead}>
                {t('runsName')}
              </th>
              <th scope="col">{t('setsName')}</th>
              <th scope="col">{t('ms')}</th>
              <th scope="col">{t('size')}</th>
              <th scope="col">{t('right')}</th>
              {hasTest && <th scope="col">{t('testRightShort')}</th>}
            </tr>
          </thead>
          <tbody>
            {points.map((point) => (
              <PointRow key={`${point.views} ${point.runIds.join()}`} {...{ point, total, runs }} />
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

type PointRowProps = { readonly point: PlanPoint; readonly total: number; readonly runs: readonly RunRecord[] };

function PointRow({ point, total, runs }: PointRowProps) {
  const t = useText('ensemble');
  const format = useFormat();
  const nameOf = useRunName();
  const { runIds, views, msPerPhoto, bytes, correct, interval, test } = point;
  const names = runIds.map((id) => {
    const run = runs.find(({ runId }) => runId === id);
    return run === undefined ? id : nameOf(run);
  });
  return (
    <tr>
      <th scope="row" className={`${styles.rowHead} ${own.names}`}>
        {names.map((name, at) => (
          <span key={runIds[at]}>{name}</span>
        ))}
      </th>
      <td>{setName(t, views)}</td>
      <td>{format.fixed(msPerPhoto, 1)}</td>
      <td>{format.bytes(bytes)}</td>
      <td>
        {format.percent(correct / total)} <span className={styles.quiet}>{format.percentInterval(interval)}</span>
      </td>
      {test !== null && (
        <td>
          {format.percent(test.correct / test.total)}{' '}
          <span className={styles.quiet}>{format.percentInterval(test.interval)}</span>
        </td>
      )}
    </tr>
  );
}
