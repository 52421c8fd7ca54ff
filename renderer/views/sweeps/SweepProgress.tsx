import { Progress } from '@mantine/core';
import type { JobView } from '../../lib/client/jobs-store.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import styles from './sweeps.module.css';

type SweepProgressProps = { readonly job: JobView };

/** Trials done of all, and the time that is left. */
export function SweepProgress({ job: { progress, device } }: SweepProgressProps) {
  const t = useText('sweeps');
  const app = useText('app');
  const format = useFormat();
  const total = progress?.total ?? null;
  const share = progress === null || total === null || total === 0 ? null : progress.done / total;
  const words = [
    ...(progress === null || total === null
      ? []
      : [t('endedOf', { ended: format.count(progress.done), trials: format.count(total) })]),
    ...(progress?.secondsLeft == null ? [] : [app('timeLeft', { time: format.clock(progress.secondsLeft) })]),
    ...(device === null ? [] : [device]),
  ];
  return (
    <div className={styles.progress}>
      <Progress value={share === null ? 100 : 100 * share} animated aria-label={t('progress')} />
      <span className={styles.quiet}>{words.join(' · ')}</span>
    </div>
  );
}
