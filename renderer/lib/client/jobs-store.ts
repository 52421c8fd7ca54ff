/** Long work as the host tells it: running jobs with their epochs, and those that ended while this window was open. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { HostEvent, JobId, JobStatus } from '../../../shared/contract/jobs.ts';
import type { EpochReport } from '../../../shared/domain/run.ts';

export type JobView = JobStatus & { readonly epochs: readonly EpochReport[] };
export type JobsState = { readonly jobs: readonly JobView[] }; // the newest first
export type JobsStore = StoreApi<JobsState>;

const MOST_ENDED = 20;

export function createJobsStore(): JobsStore {
  return createStore<JobsState>(() => ({ jobs: [] }));
}

/** The jobs after one event. Epochs told twice (after a new connection) are kept once. */
export function withEvent(jobs: readonly JobView[], event: HostEvent): readonly JobView[] {
  if (event.kind === 'changed') return jobs;
  if (event.kind === 'job') return withJob(jobs, event.job);
  return jobs.map((job) => (job.jobId === event.jobId ? { ...job, epochs: joined(job.epochs, event.epochs) } : job));
}

function withJob(jobs: readonly JobView[], status: JobStatus): readonly JobView[] {
  const old = jobs.find(({ jobId }) => jobId === status.jobId);
  if (old !== undefined) return jobs.map((job) => (job === old ? { ...status, epochs: old.epochs } : job));
  const all = [{ ...status, epochs: [] }, ...jobs].toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
  const ended = all.filter(({ state }) => state !== 'running');
  const tooOld = new Set(ended.slice(MOST_ENDED));
  return all.filter((job) => !tooOld.has(job));
}

function joined(old: readonly EpochReport[], told: readonly EpochReport[]): readonly EpochReport[] {
  const byEpoch = new Map([...old, ...told].map((report) => [report.epoch, report]));
  return [...byEpoch.values()].toSorted((a, b) => a.epoch - b.epoch);
}

/** Whether a job went from running to an end by this event. */
export function endedJob(jobs: readonly JobView[], event: HostEvent): JobStatus | null {
  if (event.kind !== 'job' || event.job.state === 'running') return null;
  const old = jobs.find(({ jobId }) => jobId === event.job.jobId);
  return old?.state === 'running' ? event.job : null;
}

export function findJob(jobs: readonly JobView[], jobId: JobId | null): JobView | null {
  return jobs.find((job) => job.jobId === jobId) ?? null;
}

/** A training, begun or gone on with. */
export function isTraining({ command }: Pick<JobView, 'command'>): boolean {
  return command === 'runs.train' || command === 'runs.resume';
}
