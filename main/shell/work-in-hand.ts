/** What the host works on, kept from its events: for the taskbar, for notifications, and for the question before quitting. */
import type { HostEvent, JobStatus } from '../../shared/contract/jobs.ts';

export type Ended = { readonly job: JobStatus; readonly tookMs: number }; // since it was first heard of
export type WorkInHand = {
  /** Takes an event; answers the jobs that ended with it. */
  readonly take: (event: HostEvent) => readonly Ended[];
  readonly running: () => readonly JobStatus[];
  readonly forget: () => void; // the host is gone
};

/** `now`: milliseconds of a monotonic clock, since the clock on the wall may jump in the middle of a job. */
export function createWorkInHand(now: () => number): WorkInHand {
  const running = new Map<string, { readonly job: JobStatus; readonly sinceMs: number }>();
  return {
    take: (event) => {
      if (event.kind !== 'job') return [];
      const { job } = event;
      const sinceMs = running.get(job.jobId)?.sinceMs;
      if (job.state === 'running') {
        running.set(job.jobId, { job, sinceMs: sinceMs ?? now() });
        return [];
      }
      running.delete(job.jobId);
      return sinceMs === undefined ? [] : [{ job, tookMs: now() - sinceMs }];
    },
    running: () => [...running.values()].map(({ job }) => job),
    forget: () => running.clear(),
  };
}

/** For the taskbar: a fraction in [0, 1] of the first job whose end is known, 'unknown' for work without one, null for none. */
export function taskbarProgress(jobs: readonly JobStatus[]): number | 'unknown' | null {
  for (const { progress } of jobs)
    if (progress !== null && progress.total !== null && progress.total > 0)
      return Math.min(1, progress.done / progress.total);
  return jobs.length === 0 ? null : 'unknown';
}

/** Whether something runs that would have to be resumed. */
export function isTraining(jobs: readonly JobStatus[]): boolean {
  return jobs.some(({ command }) => command === 'runs.train' || command === 'runs.resume');
}

const WORTH_TELLING_MS = 10_000;

/** Whether the end of a job is news: it took a while, and nobody stopped it by hand. */
export function isWorthTelling({ job, tookMs }: Ended): boolean {
  return job.state !== 'cancelled' && tookMs >= WORTH_TELLING_MS;
}
