import { useStore } from 'zustand';
import type { Failure } from '../../../shared/contract/errors.ts';
import type { JobStatus } from '../../../shared/contract/jobs.ts';
import type { EnsembleId } from '../../../shared/domain/ensemble.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import type { ViewSet } from '../../../shared/domain/view-set.ts';
import { useJob, useJobResult, useStartJob } from '../../lib/client/hooks.ts';
import type { Predictions } from './answer-groups.ts';
import { askedStore } from './asked-store.ts';

export type Asking = {
  readonly state: 'none' | 'running' | 'done' | 'failed';
  readonly output: Predictions | undefined;
  readonly failure: Failure | null;
  readonly share: number | null; // 0 to 1; null: not known
  readonly ask: (paths: readonly string[]) => void;
  readonly askAgain: (() => void) | null; // by what is chosen now; null: nothing was asked yet
};

export type Asked = {
  readonly run: RunRecord;
  readonly ensembleId: EnsembleId | null; // its members answer instead
  readonly views: ViewSet;
};

/** Prediction as a job: one at a time, the last one kept. */
export function useAsking({ run: { runId }, ensembleId, views }: Asked): Asking {
  const jobId = useStore(askedStore, (state) => state.jobId);
  const paths = useStore(askedStore, (state) => state.paths);
  const job = useJob(jobId);
  const starting = useStartJob('runs.predict');
  const result = useJobResult('runs.predict', jobId);
  const start = (asked: readonly string[]): void =>
    starting.mutate(
      { runId, ...(ensembleId !== null && { ensembleId }), paths: [...asked], views },
      { onSuccess: (started) => askedStore.setState({ jobId: started, paths: asked }) },
    );
  const progress = job?.progress ?? null;
  return {
    state: stateOf({
      wasAsked: jobId !== null,
      isStarting: starting.isPending,
      job: job?.state,
      hasAnswer: result.data !== undefined,
      hasNoAnswer: result.isError,
    }),
    output: result.data,
    failure: job?.failure ?? result.error?.failure ?? null,
    share: progress === null || progress.total === null ? null : progress.done / progress.total,
    ask: start,
    askAgain: paths.length === 0 ? null : () => start(paths),
  };
}

type Standing = {
  readonly wasAsked: boolean;
  readonly isStarting: boolean;
  readonly job: JobStatus['state'] | undefined;
  readonly hasAnswer: boolean;
  readonly hasNoAnswer: boolean; // the host forgot it
};

function stateOf({ wasAsked, isStarting, job, hasAnswer, hasNoAnswer }: Standing): Asking['state'] {
  if (isStarting) return 'running';
  if (!wasAsked || job === 'cancelled') return 'none';
  if (hasAnswer) return 'done';
  return job === 'failed' || hasNoAnswer ? 'failed' : 'running';
}
