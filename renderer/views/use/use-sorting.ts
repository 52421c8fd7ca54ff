import { useStore } from 'zustand';
import type { CommandOutput } from '../../../shared/contract/commands.ts';
import type { JobId } from '../../../shared/contract/jobs.ts';
import type { EnsembleId } from '../../../shared/domain/ensemble.ts';
import type { RunId } from '../../../shared/domain/ids.ts';
import { findShell } from '../../lib/client/connection.ts';
import { useAction, useJob, useJobResult, useStartJob } from '../../lib/client/hooks.ts';
import type { JobView } from '../../lib/client/jobs-store.ts';
import type { SortPlan } from './sort-counts.ts';
import { type SortState, sortStore, suggestedOutput } from './sort-store.ts';

export type Sorting = {
  readonly plan: SortPlan | undefined;
  readonly report: CommandOutput<'sort.start'> | undefined;
  readonly running: JobView | null; // looks at the photos, or sorts them
  readonly failure: string | null;
  readonly go: () => void;
  readonly stop: () => void;
  readonly close: () => void;
};

type Asker = { readonly runId: RunId; readonly ensembleId: EnsembleId | null };

const askerOf = ({ runId, ensembleId }: Pick<SortState, 'runId' | 'ensembleId'>) =>
  ensembleId === null ? { runId } : { runId, ensembleId };

/** Opens the dialog and asks the run or the ensemble about what is to be sorted; nothing is moved by that. */
export function useOpenSort(): (asker: Asker, paths: readonly string[]) => void {
  const planning = useStartJob('sort.plan');
  return (asker, paths) => {
    const output = findShell() === null ? '' : suggestedOutput(paths[0] ?? ''); // a browser's photos are copies, in no place of the person's
    sortStore.setState({ isOpen: true, paths, ...asker, planJob: null, sortJob: null, output, isWatching: false });
    planning.mutate(
      { ...askerOf(asker), paths: [...paths] },
      { onSuccess: (planJob) => sortStore.setState({ planJob }) },
    );
  };
}

export function useSorting(): Sorting {
  const { planJob, sortJob, mode, surePercent, output, isWatching, paths, runId, ensembleId } = useStore(sortStore);
  const planned = useJob(planJob);
  const sorted = useJob(sortJob);
  const planResult = useJobResult('sort.plan', planJob);
  const doneResult = useJobResult('sort.start', isWatching ? null : sortJob);
  const watchResult = useJobResult('sort.folder', isWatching ? sortJob : null);
  const plan = planResult.data;
  const starting = useStartJob('sort.start');
  const watching = useStartJob('sort.folder');
  const stopping = useAction('jobs.stop');
  const running = [planned, sorted].find((job) => job?.state === 'running') ?? null;
  const unread = [planResult, doneResult, watchResult].find(({ error }) => error !== null)?.error; // the host has gone meanwhile
  const failure = sorted?.failure?.message ?? planned?.failure?.message ?? unread?.message ?? null;
  return {
    ...{ plan, report: doneResult.data ?? watchResult.data, running, failure },
    go: () => {
      if (plan === undefined) return;
      const how = { mode, surePercent, output };
      const keep = { onSuccess: (jobId: JobId) => sortStore.setState({ sortJob: jobId }) };
      if (isWatching)
        watching.mutate({ ...askerOf({ runId, ensembleId }), paths: [...paths], ...how, watch: true }, keep);
      else starting.mutate({ planId: plan.planId, ...how }, keep);
    },
    stop: () => {
      if (running !== null) stopping.mutate({ jobId: running.jobId });
    },
    close: () => sortStore.setState({ isOpen: false }),
  };
}
