import { useLayoutEffect } from 'react';
import { useStore } from 'zustand';
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import type { Failure } from '../../../shared/contract/errors.ts';
import type { JobCommand } from '../../../shared/contract/jobs.ts';
import { useJob, useJobResult, useStartJob } from './hooks.ts';
import { forgetJob, isOutdated, keepJob, keptJobKey, keptJobs } from './kept-jobs.ts';

export type KeptJob<N extends JobCommand> = {
  readonly state: 'none' | 'running' | 'done' | 'failed';
  readonly output: CommandOutput<N> | undefined;
  readonly failure: Failure | null;
  readonly notes: readonly string[];
  readonly share: number | null; // 0 to 1; null: not known
  readonly start: () => void;
};

/** The job of a command with this input: started on demand, found again when the view is opened again. */
export function useKeptJob<N extends JobCommand>(command: N, input: CommandInput<N>): KeptJob<N> {
  const key = keptJobKey(command, input);
  const jobId = useStore(keptJobs, ({ byInput }) => byInput[key] ?? null);
  useLayoutEffect(() => {
    if (isOutdated(keptJobs.getState(), key)) forgetJob(key); // only on arrival, before it is seen: nothing vanishes under one's eyes
  }, [key]);
  const job = useJob(jobId);
  const starting = useStartJob(command);
  const result = useJobResult(command, jobId);
  const hasStopped = job?.state === 'failed' || job?.state === 'cancelled';
  const isWaiting = starting.isPending || (jobId !== null && !hasStopped && result.data === undefined);
  return {
    state: stateOf({ hasStopped: hasStopped || result.isError, isWaiting, isDone: result.data !== undefined }),
    output: result.data,
    failure: job?.failure ?? result.error?.failure ?? null,
    notes: job?.notes ?? [],
    share: job?.progress == null || job.progress.total === null ? null : job.progress.done / job.progress.total,
    start: () => starting.mutate(input, { onSuccess: (id) => keepJob(key, id) }),
  };
}

type Standing = { readonly hasStopped: boolean; readonly isWaiting: boolean; readonly isDone: boolean };

function stateOf({ hasStopped, isWaiting, isDone }: Standing): KeptJob<'runs.evaluate'>['state'] {
  if (isDone) return 'done';
  if (hasStopped) return 'failed';
  return isWaiting ? 'running' : 'none';
}
