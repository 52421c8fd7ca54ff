import { Button, Progress } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { findShell } from '../lib/client/connection.ts';
import type { LineState } from '../lib/client/frame-client.ts';
import { useAction, useJobs } from '../lib/client/hooks.ts';
import type { JobView } from '../lib/client/jobs-store.ts';
import { useText } from '../lib/i18n/i18n.ts';
import { JOB_NAMES } from '../lib/job-name.ts';
import { goTo } from '../lib/router.ts';
import { useFormat } from '../lib/use-format.ts';
import { useProjectState } from './ProjectGate.tsx';
import styles from './Shell.module.css';

type StatusLineProps = { readonly line: LineState };

/** The one place for long work: phase, x of y, speed, time left, and a way to stop it. */
export function StatusLine({ line }: StatusLineProps) {
  const t = useText('app');
  const running = useJobs().filter(({ state }) => state === 'running');
  const [first] = running;
  const isClosed = useProjectState()?.state === 'failed'; // then nobody is there to connect to, and the view says why
  return (
    <section className={styles.status} aria-label={t('status')} data-line={isClosed ? undefined : line}>
      {line !== 'open' && !isClosed && <LineWords line={line} />}
      {line === 'open' && first === undefined && <span className={styles.statusQuiet}>{t('idle')}</span>}
      {line === 'open' && first !== undefined && <JobLine job={first} others={running.length - 1} />}
    </section>
  );
}

/** That nothing answers now; in a browser, whose server is started by hand, with what to do. */
function LineWords({ line }: StatusLineProps) {
  const t = useText('app');
  return (
    <>
      {line === 'lost' && <IconPlugConnectedX size={16} aria-hidden />}
      <span role={line === 'lost' ? 'alert' : undefined}>
        {line !== 'open' && t(line)} {line === 'lost' && findShell() === null && t('lostServe')}
      </span>
    </>
  );
}

type JobLineProps = { readonly job: JobView; readonly others: number };

function JobLine({ job, others }: JobLineProps) {
  const t = useText('app');
  const format = useFormat();
  const stop = useAction('jobs.stop');
  const { progress } = job;
  const share = progress?.total ? Math.min(100, (100 * progress.done) / progress.total) : null;
  return (
    <>
      <strong>{progress === null ? t(JOB_NAMES[job.command]) : t(`phases.${progress.phase}`)}</strong>
      <Progress
        className={styles.statusBar}
        value={share ?? 100}
        animated={share === null}
        size="sm"
        aria-label={t(JOB_NAMES[job.command])}
      />
      <span className={styles.statusQuiet}>{progress !== null && progressWords(progress, format, t)}</span>
      {others > 0 && <span className={styles.statusQuiet}>{t('moreJobs', { shown: format.count(others) })}</span>}
      <span className={styles.push} />
      {job.command.startsWith('runs.') && job.runId !== null && (
        <Button size="compact-xs" variant="subtle" onClick={() => goTo('run', job.jobId)}>
          {t('openRun')}
        </Button>
      )}
      {job.sweepId !== null && (
        <Button size="compact-xs" variant="subtle" onClick={() => goTo('sweeps', job.sweepId!)}>
          {t('openSweep')}
        </Button>
      )}
      <Button
        size="compact-xs"
        variant="default"
        loading={stop.isPending}
        onClick={() => stop.mutate({ jobId: job.jobId })}
      >
        {t('cancel')}
      </Button>
    </>
  );
}

function progressWords(
  { done, total, unitsPerSecond, secondsLeft, within }: NonNullable<JobView['progress']>,
  format: ReturnType<typeof useFormat>,
  t: ReturnType<typeof useText<'app'>>,
): string {
  const parts = [
    ...(within === undefined ? [] : [t('trialOf', within)]),
    total === null ? format.count(done) : t('ofTotal', { done: format.count(done), total: format.count(total) }),
    ...(unitsPerSecond === null ? [] : [format.rate(unitsPerSecond)]),
    ...(secondsLeft === null ? [] : [t('timeLeft', { time: format.clock(secondsLeft) })]),
  ];
  return parts.join(' · ');
}
