/** The last job of a command for a run: started on demand, found again when the tab or the view is opened again. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { CommandInput, CommandOutput } from '../../../../shared/contract/commands.ts';
import type { Failure } from '../../../../shared/contract/errors.ts';
import type { JobId } from '../../../../shared/contract/jobs.ts';
import type { RunId } from '../../../../shared/domain/ids.ts';
import { useJob, useJobResult, useStartJob } from '../../../lib/client/hooks.ts';

type OfRun = 'runs.calibrate' | 'runs.strangers' | 'runs.retrain' | 'library.label-mistakes';

export type JobOfRun<N extends OfRun> = {
  readonly output: CommandOutput<N> | undefined; // of the last one that was done; stays while another runs
  readonly isRunning: boolean;
  readonly share: number | null; // 0 to 1; null: not known
  readonly failure: Failure | null;
  readonly start: (input: CommandInput<N>) => void;
};

type Kept = { readonly current: JobId | null; readonly done: JobId | null };
const kept = createStore<Readonly<Record<string, Kept>>>(() => ({}));
const NONE: Kept = { current: null, done: null };

export function useJobOfRun<N extends OfRun>(command: N, runId: RunId): JobOfRun<N> {
  const key = `${command} ${runId}`;
  const { current, done } = useStore(kept, (all) => all[key] ?? NONE);
  const job = useJob(current);
  const starting = useStartJob(command);
  const now = useJobResult(command, current);
  const before = useJobResult(command, done);
  const isDone = now.data !== undefined;
  const hasEnded = job?.state === 'failed' || job?.state === 'cancelled' || now.isError;
  const keep = (jobId: JobId): void =>
    kept.setState((all) => ({ ...all, [key]: { current: jobId, done: isDone ? current : done } }));
  return {
    output: now.data ?? before.data,
    isRunning: starting.isPending || (current !== null && !isDone && !hasEnded),
    share: job?.progress == null || job.progress.total === null ? null : job.progress.done / job.progress.total,
    failure: job?.failure ?? null,
    start: (input) => starting.mutate(input, { onSuccess: keep }),
  };
}
