import type { JobStatus } from '../../shared/contract/jobs.ts';
import { announce } from '../lib/announce.ts';
import { textOf } from '../lib/i18n/i18n.ts';
import { JOB_NAMES } from '../lib/job-name.ts';
import { notifyFailure } from '../lib/notify.tsx';

/** Tells the end of long work: a failure as a message, a success to screen readers (the view shows it). */
export function showJobEnd(job: JobStatus): void {
  const t = textOf('app');
  const name = t(JOB_NAMES[job.command]);
  if (job.state === 'done') announce(t('jobDone', { job: name }));
  if (job.state === 'failed' && job.failure !== null) {
    announce(t('jobFailed', { job: name }));
    notifyFailure(job.failure);
  }
}
