/** One training, running or ended, from the jobs of the host and the run book. */
import type { JobId } from '../../../shared/contract/jobs.ts';
import { RunId } from '../../../shared/domain/ids.ts';
import { type EpochReport, isResumable, type RunRecord } from '../../../shared/domain/run.ts';
import { useCommand, useJob, useJobs } from '../../lib/client/hooks.ts';
import { isTraining, type JobView } from '../../lib/client/jobs-store.ts';

export type RunPage = {
  readonly job: JobView | null; // while this host runs it, or just ran it
  readonly run: RunRecord | null; // null: not recorded (yet)
  readonly epochs: readonly EpochReport[];
  readonly device: string | null; // what computes, or computed; null: not known yet
  readonly isRunning: boolean;
  readonly isResumable: boolean;
  readonly isLoading: boolean;
};

/** `id`: of a job or of a run. */
export function useRunPage(id: string): RunPage {
  const named = useJob(id as JobId);
  const jobs = useJobs();
  const asked = RunId.safeParse(id);
  const runId = named?.runId ?? (asked.success ? asked.data : null);
  const job = named ?? jobs.find((one) => one.runId !== null && one.runId === runId && isTraining(one)) ?? null;
  const { data: runs, isPending } = useCommand('runs.list', {});
  const run = runs?.find((one) => one.runId === runId) ?? null;
  const isRunning = job?.state === 'running';
  const { data: curves } = useCommand('runs.curves', run === null || isRunning ? null : { runId: run.runId });
  const stored = curves?.epochs ?? [];
  return {
    job,
    run,
    device: job?.device ?? (run?.device ? Object.values(run.device).map(String).join('; ') : null),
    epochs: isRunning || stored.length === 0 ? (job?.epochs ?? []) : stored,
    isRunning,
    isResumable: !isRunning && run !== null && isResumable(run),
    isLoading: isPending,
  };
}
