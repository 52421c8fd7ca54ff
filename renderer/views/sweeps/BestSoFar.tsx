import { useMemo } from 'react';
import type { SweepReport } from '../../../shared/contract/sweeps.ts';
import { bestSoFar } from '../../../shared/sweeps/best-so-far.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { CurveChart } from '../../parts/CurveChart.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { Stat } from '../../parts/Stat.tsx';
import styles from './sweeps.module.css';

const END = { isThin: true, dash: [4, 3], colour: 'var(--text-quiet)' };

/** The best point after each trial, with the interval of its photos. */
export function BestSoFar({ report }: { readonly report: SweepReport }) {
  const t = useText('sweeps');
  const format = useFormat();
  const steps = useMemo(() => bestSoFar(report.trials), [report.trials]);
  const { best } = report;
  return (
    <Panel title={t('bestSoFar')}>
      <Stat
        label={t('heldOut')}
        shown={format.percent(best?.accuracy)}
        interval={best === null ? undefined : format.percentInterval(best.interval)}
        hint={t('intervalHint')}
      />
      {steps.length > 1 && (
        <CurveChart
          title={t('bestSoFar')}
          x={steps.map(({ trials }) => trials)}
          xLabel={t('trials')}
          heightPixels={180}
          formatY={(value) => format.percent(value, 0)}
          curves={[
            { label: t('best'), colour: 'var(--accent)', values: steps.map(({ accuracy }) => accuracy) },
            { ...END, label: t('interval'), values: steps.map(({ interval }) => interval[0]) },
            { ...END, label: '', values: steps.map(({ interval }) => interval[1]) },
          ]}
        />
      )}
      <p className={styles.hint}>{t('flatters')}</p>
    </Panel>
  );
}
