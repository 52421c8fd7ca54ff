import { wilsonInterval } from '../../../shared/math/statistics.ts';
import type { JobView } from '../../lib/client/jobs-store.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useDeviceText } from '../../lib/use-device-text.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Stat } from '../../parts/Stat.tsx';
import styles from './run.module.css';
import type { RunPage } from './use-run-page.ts';

type RunFiguresProps = { readonly page: RunPage };

/** Where it stands: phase, epoch, speed, time left, device, who waits for whom. */
export function RunFigures({ page: { job, run, epochs, device, isRunning } }: RunFiguresProps) {
  const t = useText('run');
  const app = useText('app');
  const format = useFormat();
  const deviceText = useDeviceText();
  const progress = isRunning ? (job?.progress ?? null) : null;
  const total = run?.config.recipe.epochs ?? null;
  const wait = job?.wait ?? null;
  const [correct, judged] = [run?.selectionCorrect ?? null, run?.selectionTotal ?? null];
  const isCross = run?.config.selection.kind === 'cross-validation';
  return (
    <div className={styles.figures}>
      {progress !== null && (
        <Stat
          label={app(`phases.${progress.phase}`)}
          shown={progress.within ? app('trialOf', progress.within) : progressOf(progress, format, t)}
        />
      )}
      <Stat
        label={t('epoch')}
        shown={t('epochOf', { done: format.count(epochs.length), total: format.count(total) })}
      />
      {progress !== null && <Stat label={t('speed')} shown={format.rate(progress.unitsPerSecond)} />}
      {progress !== null && <Stat label={t('timeLeft')} shown={format.clock(progress.secondsLeft)} />}
      {correct !== null && judged !== null && judged > 0 && (
        <Stat
          label={isCross ? t('bestCross') : t('best')}
          shown={format.percent(correct / judged)}
          interval={`${format.percentInterval(wilsonInterval(correct, judged))} · ${t('epochOf', { done: format.count(correct), total: format.count(judged) })}`}
        />
      )}
      {device !== null && (
        <div className={styles.device}>
          <Stat label={t('device')} shown="" />
          <span>{deviceText(device)}</span>
        </div>
      )}
      {wait !== null && (
        <Stat
          label={t('waits')}
          hint={t('waitsHint')}
          shown=""
          interval={t('waitsText', { training: format.percent(wait.training, 0), data: format.percent(wait.data, 0) })}
        />
      )}
    </div>
  );
}

function progressOf(
  { done, total }: NonNullable<JobView['progress']>,
  format: ReturnType<typeof useFormat>,
  t: ReturnType<typeof useText<'run'>>,
): string {
  return total === null ? format.count(done) : t('epochOf', { done: format.count(done), total: format.count(total) });
}
