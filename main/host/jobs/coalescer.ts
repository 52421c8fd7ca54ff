import type { Changed, HostEvent, JobId, JobStatus } from '../../../shared/contract/jobs.ts';
import type { EpochReport } from '../../../shared/domain/run.ts';

const GAP_MS = 200; // 5 a second

export type Coalescer = {
  readonly job: (status: JobStatus) => void;
  readonly epochs: (jobId: JobId, epochs: readonly EpochReport[]) => void;
  readonly changed: (what: readonly Changed[]) => void;
  /** Sends what is kept back; nothing is sent from then on. */
  readonly end: () => void;
};

/**
 * Hands on at most 5 events of a kind a second (of a job, for those about jobs): the first at once, then the newest.
 *
 * A status replaces the one before it, epochs are put together, changes are united; nothing that was told is lost.
 */
export function createCoalescer(send: (event: HostEvent) => void, now: () => number): Coalescer {
  let jobs = new Map<JobId, JobStatus>();
  let epochs = new Map<JobId, Map<number, EpochReport>>();
  let changed = new Set<Changed>();
  let lastMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | null = null;
  let hasEnded = false;
  const flush = (): void => {
    timer = null;
    lastMs = now();
    const kept = { jobs, epochs, changed };
    jobs = new Map();
    epochs = new Map();
    changed = new Set();
    for (const job of kept.jobs.values()) send({ kind: 'job', job });
    for (const [jobId, reports] of kept.epochs)
      send({ kind: 'job-epochs', jobId, epochs: [...reports.values()].sort((a, b) => a.epoch - b.epoch) });
    if (kept.changed.size > 0) send({ kind: 'changed', what: [...kept.changed] });
  };
  const plan = (): void => {
    if (hasEnded || timer !== null) return;
    const waitMs = lastMs + GAP_MS - now();
    // even the first waits for the end of this turn, so that what is told together goes together
    timer = setTimeout(flush, Math.max(0, waitMs));
  };
  return {
    job: (status) => {
      jobs.set(status.jobId, status);
      plan();
    },
    epochs: (jobId, added) => {
      const reports = epochs.get(jobId) ?? new Map<number, EpochReport>();
      for (const report of added) reports.set(report.epoch, report);
      epochs.set(jobId, reports);
      plan();
    },
    changed: (what) => {
      for (const one of what) changed.add(one);
      plan();
    },
    end: () => {
      if (timer !== null) clearTimeout(timer);
      if (!hasEnded) flush();
      hasEnded = true;
    },
  };
}
