/** The contract in React: answers by `useCommand`, actions by `useAction`, long work by `useStartJob`, `useJobs`, `useJob`. */
import {
  keepPreviousData,
  type QueryClient,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
} from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import {
  type Client,
  type CommandInput,
  type CommandName,
  type CommandOutput,
  commands,
} from '../../../shared/contract/commands.ts';
import type { JobCommand, JobId } from '../../../shared/contract/jobs.ts';
import { notifyFailure } from '../notify.tsx';
import { FailureError, failureOf } from './failure-error.ts';
import { findJob, type JobsStore, type JobView } from './jobs-store.ts';

export type HostAccess = { readonly client: Client; readonly jobs: JobsStore; readonly queries: QueryClient };

export const HostContext = createContext<HostAccess | null>(null);

export function useHost(): HostAccess {
  const host = useContext(HostContext);
  if (host === null) throw new Error('No HostContext above this component.');
  return host;
}

/** Asks and throws a FailureError where it failed; for query functions. */
export async function ask<N extends CommandName>(
  client: Client,
  name: N,
  input: CommandInput<N>,
): Promise<CommandOutput<N>> {
  const result = await client.call(name, input);
  if (!result.ok) throw new FailureError(result.failure);
  return result.value;
}

export type CommandQueryOptions = { readonly isEnabled?: boolean; readonly keepsPrevious?: boolean };

/** The answer to a command, asked again when the host says that it changed. `data` undefined: not there yet. Input null: not asked. */
export function useCommand<N extends CommandName>(
  name: N,
  input: CommandInput<N> | null,
  { isEnabled = true, keepsPrevious = false }: CommandQueryOptions = {},
): UseQueryResult<CommandOutput<N>, FailureError> {
  const { client } = useHost();
  return useQuery<CommandOutput<N>, FailureError>({
    queryKey: [name, input],
    queryFn: () => ask(client, name, input!),
    enabled: isEnabled && input !== null,
    ...(keepsPrevious ? { placeholderData: keepPreviousData as never } : {}),
  });
}

export type ActionOptions = { readonly isQuiet?: boolean }; // quiet: the caller shows the failure itself

/** A command as something to do: `.mutate(input)`. A failure is shown as a notification unless it is quiet. */
export function useAction<N extends CommandName>(
  name: N,
  { isQuiet = false }: ActionOptions = {},
): UseMutationResult<CommandOutput<N>, FailureError, CommandInput<N>> {
  const { client } = useHost();
  return useMutation<CommandOutput<N>, FailureError, CommandInput<N>>({
    mutationFn: (input) => ask(client, name, input),
    onError: (error) => {
      if (!isQuiet) notifyFailure(failureOf(error));
    },
  });
}

/** Starts a command as a job of the host: `.mutateAsync(input)` answers its id at once. */
export function useStartJob<N extends JobCommand>(command: N): UseMutationResult<JobId, FailureError, CommandInput<N>> {
  const { client } = useHost();
  return useMutation<JobId, FailureError, CommandInput<N>>({
    mutationFn: async (input) => (await ask(client, 'jobs.start', { command, input })).jobId,
    onError: (error) => notifyFailure(failureOf(error)),
  });
}

/** Jobs that run or ended lately, the newest first. */
export function useJobs(): readonly JobView[] {
  return useStore(useHost().jobs, ({ jobs }) => jobs);
}

/** One job with its epochs; null: unknown (yet). */
export function useJob(jobId: JobId | null): JobView | null {
  return useStore(useHost().jobs, ({ jobs }) => findJob(jobs, jobId));
}

/** What a finished job answered, checked by its command's schema; undefined until it is there. */
export function useJobResult<N extends JobCommand>(
  command: N,
  jobId: JobId | null,
): UseQueryResult<CommandOutput<N>, FailureError> {
  const { client } = useHost();
  const isDone = useJob(jobId)?.state === 'done';
  return useQuery<CommandOutput<N>, FailureError>({
    queryKey: ['jobs.result', jobId],
    enabled: isDone && jobId !== null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY, // the host forgets old jobs; what was asked for once stays
    queryFn: async () => {
      const { output } = await ask(client, 'jobs.result', { jobId: jobId! });
      return commands[command].output.parse(output) as CommandOutput<N>;
    },
  });
}
