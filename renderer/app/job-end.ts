import type { JobStatus } from '../../shared/contract/jobs.ts';
import { announce } from '../lib/announce.ts';
import { textOf } from '../lib/i18n/i18n.ts';
import { JOB_NAMES } from '../lib/job-name.ts';
import { notifyFailure } from '../lib/notify.tsx';
import { parseRoute, type Route } from '../lib/router.ts';

/** The page of a training says itself how it ended: a message above it would say so twice. */
export function isInView({ jobId, runId }: Pick<JobStatus, 'jobId' | 'runId'>, { view, rest }: Route): boolean {
  return view === 'run' && (rest[0] === jobId || (runId !== null && rest[0] === runId));
}

/** Tells the end of long work: a failure as a message, a success to screen readers (the view shows it). */
export function showJobEnd(job: JobStatus): void {
  const t = textOf('app');
  const name = t(JOB_NAMES[job.command]);
  if (job.state === 'done') announce(t('jobDone', { job: name }));
  if (job.state === 'failed' && job.failure !== null) {
    announce(t('jobFailed', { job: name }));
    if (!isInView(job, parseRoute(window.location.hash))) notifyFailure(job.failure);
  }
}
