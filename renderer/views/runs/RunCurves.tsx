import type { RunId } from '../../../shared/domain/ids.ts';
import { useCommand } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { CurveChart } from '../../parts/CurveChart.tsx';
import { Loading } from '../../parts/Loading.tsx';
import styles from './runs.module.css';

type RunCurvesProps = { readonly runId: RunId };

/** Accuracy and loss of one run by epoch. */
export function RunCurves({ runId }: RunCurvesProps) {
  const t = useText('runs');
  const format = useFormat();
  const epochs = useCommand('runs.curves', { runId }).data?.epochs;
  if (epochs === undefined) return <Loading />;
  if (epochs.length === 0) return <p className={styles.quiet}>{t('noCurves')}</p>;
  const isHeldOut = epochs.some(({ valLoss }) => valLoss !== null);
  const x = epochs.map(({ epoch }) => epoch + 1);
  const pair = (train: readonly number[], val: readonly (number | null)[]) => [
    ...(isHeldOut ? [{ label: t('validation'), colour: 'var(--accent)', values: val }] : []),
    { label: t('training'), colour: 'var(--text-quiet)', values: train, isThin: true },
  ];
  return (
    <div className={styles.curves}>
      <div>
        <h4 className={styles.chartTitle}>{t('accuracyCurve')}</h4>
        <CurveChart
          title={t('accuracyCurve')}
          x={x}
          xLabel={t('epoch')}
          heightPixels={160}
          formatY={(value) => format.percent(value, 0)}
          curves={pair(
            epochs.map(({ trainAccuracy }) => trainAccuracy),
            epochs.map(({ valAccuracy }) => valAccuracy),
          )}
        />
      </div>
      <div>
        <h4 className={styles.chartTitle}>{t('lossCurve')}</h4>
        <CurveChart
          title={t('lossCurve')}
          x={x}
          xLabel={t('epoch')}
          heightPixels={160}
          curves={pair(
            epochs.map(({ trainLoss }) => trainLoss),
            epochs.map(({ valLoss }) => valLoss),
          )}
        />
      </div>
    </div>
  );
}
