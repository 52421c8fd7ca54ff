import type { EpochReport } from '../../../shared/domain/run.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { CurveChart } from '../../parts/CurveChart.tsx';
import { Panel } from '../../parts/Panel.tsx';
import styles from './run.module.css';

type CurvesProps = { readonly epochs: readonly EpochReport[] };

/** Accuracy and loss side by side: validation thick, train thin. */
export function Curves({ epochs }: CurvesProps) {
  const t = useText('run');
  const format = useFormat();
  if (epochs.length === 0) return <p className={styles.quiet}>{t('noCurves')}</p>;
  const x = epochs.map(({ epoch }) => epoch + 1);
  const pair = (train: (one: EpochReport) => number, val: (one: EpochReport) => number | null) => {
    const learned = { label: t('trainCurve'), colour: 'var(--text-quiet)', values: epochs.map(train), isThin: true };
    const judged = { label: t('valCurve'), colour: 'var(--accent)', values: epochs.map(val) };
    return epochs.some((one) => val(one) !== null) ? [learned, judged] : [learned];
  };
  return (
    <div className={styles.pair}>
      <Panel title={t('accuracy')}>
        <CurveChart
          title={t('accuracy')}
          x={x}
          xLabel={t('epochAxis')}
          curves={pair(
            ({ trainAccuracy }) => trainAccuracy,
            ({ valAccuracy }) => valAccuracy,
          )}
          formatY={(value) => format.percent(value, 0)}
        />
      </Panel>
      <Panel title={t('loss')}>
        <CurveChart
          title={t('loss')}
          x={x}
          xLabel={t('epochAxis')}
          curves={pair(
            ({ trainLoss }) => trainLoss,
            ({ valLoss }) => valLoss,
          )}
        />
      </Panel>
    </div>
  );
}
