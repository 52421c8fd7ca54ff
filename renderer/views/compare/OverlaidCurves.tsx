import { useQueries } from '@tanstack/react-query';
import type { RunRecord } from '../../../shared/domain/run.ts';
import { ask, useHost } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { type Curve, CurveChart } from '../../parts/CurveChart.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { Said } from '../../parts/Said.tsx';
import styles from './compare.module.css';
import { epochAxis, onAxis, type RunEpochs } from './comparison.ts';
import { runStroke } from './RunLine.tsx';

type OverlaidCurvesProps = { readonly runs: readonly RunRecord[] };

/** Accuracy and loss of all runs over the same epochs: on validation where it was held out, else on training photos. */
export function OverlaidCurves({ runs }: OverlaidCurvesProps) {
  const t = useText('compare');
  const format = useFormat();
  const { client } = useHost();
  const answers = useQueries({
    queries: runs.map(({ runId }) => ({
      queryKey: ['runs.curves', { runId }],
      queryFn: () => ask(client, 'runs.curves', { runId }),
    })),
  });
  const epochs = answers.flatMap(({ data }) => (data === undefined ? [] : [data.epochs]));
  const failed = answers.find(({ error }) => error !== null)?.error;
  if (failed != null)
    return (
      <p className={styles.hint}>
        <Said text={failed.message} />
      </p>
    );
  if (epochs.length < runs.length) return <Loading />;
  const axis = epochAxis(epochs);
  if (axis.length === 0) {
    return (
      <Panel title={t('curves')}>
        <p className={styles.hint}>{t('noCurves')}</p>
      </Panel>
    );
  }
  const isHeldOut = epochs.every((one) => one.some(({ valLoss }) => valLoss !== null));
  const curves = (train: 'trainAccuracy' | 'trainLoss', val: 'valAccuracy' | 'valLoss'): readonly Curve[] =>
    runs.flatMap((run, at) => curvesOf(run, at, axis, epochs[at]!, isHeldOut ? [val, train] : [train]));
  const curvesOf = (
    { name }: RunRecord,
    at: number,
    x: readonly number[],
    of: RunEpochs,
    [thick, thin]: readonly ('trainAccuracy' | 'trainLoss' | 'valAccuracy' | 'valLoss')[],
  ): readonly Curve[] => {
    const { colour, dash } = runStroke(at);
    const line = { colour, ...(dash === null ? {} : { dash }) };
    const main = { label: name, ...line, values: onAxis(x, of, thick!) };
    if (thin === undefined) return [main];
    return [main, { label: t('trainingOf', { name }), ...line, isThin: true, values: onAxis(x, of, thin) }];
  };
  const [accuracy, loss] = isHeldOut
    ? [t('accuracyCurve'), t('lossCurve')]
    : [t('accuracyCurveTrain'), t('lossCurveTrain')];
  return (
    <Panel title={t('curves')}>
      <div className={styles.charts}>
        <div>
          <h4 className={styles.chartTitle}>{accuracy}</h4>
          <CurveChart
            title={accuracy}
            x={axis}
            xLabel={t('epoch')}
            curves={curves('trainAccuracy', 'valAccuracy')}
            formatY={(value) => format.percent(value, 0)}
          />
        </div>
        <div>
          <h4 className={styles.chartTitle}>{loss}</h4>
          <CurveChart title={loss} x={axis} xLabel={t('epoch')} curves={curves('trainLoss', 'valLoss')} />
        </div>
      </div>
    </Panel>
  );
}
