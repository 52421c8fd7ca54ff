import { Anchor, Button } from '@mantine/core';
import type { RetrainReport } from '../../../shared/contract/judging.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import { wilsonInterval } from '../../../shared/math/statistics.ts';
import { useCommand } from '../../lib/client/hooks.ts';
import { currentLanguage, useText } from '../../lib/i18n/i18n.ts';
import { routeHash } from '../../lib/router.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Banner } from '../../parts/Banner.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { Said } from '../../parts/Said.tsx';
import { Stat } from '../../parts/Stat.tsx';
import { ConfusionMatrix } from './ConfusionMatrix.tsx';
import styles from './evaluate.module.css';
import own from './judging/judging.module.css';
import { useJobOfRun } from './judging/use-job-of-run.ts';

type Matrix = readonly (readonly number[])[];
type RetrainPanelProps = { readonly run: RunRecord };

/** The softmax trained anew with the labels of today: seconds, since its features are kept; the matrix shows what changed. */
export function RetrainPanel({ run }: RetrainPanelProps) {
  const t = useText('judging');
  const { output, isRunning, failure, start } = useJobOfRun('runs.retrain', run.runId);
  return (
    <Panel title={t('retrain')}>
      <p className={styles.hint}>{t('retrainHint')}</p>
      <div className={own.bar}>
        <Button size="xs" loading={isRunning} onClick={() => start({ runId: run.runId, language: currentLanguage() })}>
          {t('retrainNow')}
        </Button>
        {isRunning && <span role="status">{t('retraining')}</span>}
      </div>
      {failure !== null && !isRunning && (
        <Banner tone="danger" role="alert">
          <Said text={failure.message} />
        </Banner>
      )}
      {output !== undefined && <Retrained report={output} />}
    </Panel>
  );
}

function Retrained({ report }: { readonly report: RetrainReport }) {
  const t = useText('judging');
  const format = useFormat();
  const { run, side, classes, before, after, elapsedMs } = report;
  const [now, old] = [rightOf(after), before === null ? null : rightOf(before)];
  return (
    <div className={own.retrained}>
      <p className={own.summary}>
        {t(`retrainedOn.${side}`)} {t('retrainedIn', { shown: format.duration(elapsedMs) })}{' '}
        <Anchor size="sm" underline="always" href={routeHash(['evaluate', run.runId])}>
          {t('toNewRun', { name: run.name })}
        </Anchor>
      </p>
      <div className={own.counts}>
        {old !== null && (
          <Stat
            label={t('before')}
            shown={format.percent(old.correct / Math.max(1, old.total))}
            interval={format.percentInterval(wilsonInterval(old.correct, old.total))}
          />
        )}
        <Stat
          label={t('after')}
          shown={format.percent(now.correct / Math.max(1, now.total))}
          interval={format.percentInterval(wilsonInterval(now.correct, now.total))}
        />
      </div>
      <ConfusionMatrix classes={classes} confusion={after} previous={before} />
      {before !== null && <p className={styles.quiet}>{isSame(before, after) ? t('unchanged') : t('changeHint')}</p>}
      <CalibrateOffer run={run} />
    </div>
  );
}

/** What was measured of the old run does not hold for the new one; by the same class for neither, where one was chosen. */
function CalibrateOffer({ run: { runId, config } }: { readonly run: RunRecord }) {
  const t = useText('judging');
  const format = useFormat();
  const base = useCommand('runs.judgement', { runId: config.retrainedFrom ?? runId }).data?.judgement;
  const own = useCommand('runs.judgement', { runId }).data;
  const { output, isRunning, failure, start } = useJobOfRun('runs.calibrate', runId);
  const judgement = output?.judgement ?? own?.judgement ?? null;
  if (judgement !== null)
    return <p className={styles.quiet}>{t('isCalibrated', { shown: format.fixed(judgement.temperature, 2) })}</p>;
  if (own === undefined) return null;
  const neither = base == null ? {} : { neitherClass: base.neitherClass };
  return (
    <>
      <p className={styles.quiet}>
        {t('notCalibrated')}{' '}
        <Button
          size="compact-xs"
          variant="default"
          loading={isRunning}
          onClick={() => start({ runId, strangers: [], ...neither })}
        >
          {t('calibrateNow')}
        </Button>
      </p>
      {failure !== null && !isRunning && (
        <Banner tone="danger" role="alert">
          <Said text={failure.message} />
        </Banner>
      )}
    </>
  );
}

function isSame(before: Matrix, after: Matrix): boolean {
  return after.every((row, truth) => row.every((count, answer) => count === before[truth]?.[answer]));
}

function rightOf(matrix: Matrix): { readonly correct: number; readonly total: number } {
  return {
    correct: matrix.reduce((sum, row, at) => sum + row[at]!, 0),
    total: matrix.flat().reduce((sum, count) => sum + count, 0),
  };
}
