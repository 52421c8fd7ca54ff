import { type UseQueryOptions, type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { Client, CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import type { FailureError } from './failure-error.ts';
import { ask, useHost } from './hooks.ts';

type Answers = CommandOutput<'runs.answers'>;

/**
 * Answers of a run photo by photo, asked for once a `version` and never by itself again: a look at the test side is
 * counted each time.
 */
export function answersQuery(
  client: Client,
  input: CommandInput<'runs.answers'>,
  { version, isEnabled }: { readonly version: string; readonly isEnabled: boolean },
): UseQueryOptions<Answers, FailureError> {
  return {
    queryKey: ['answers', input, version],
    queryFn: () => ask(client, 'runs.answers', input),
    enabled: isEnabled,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    refetchOnMount: false,
    retry: false,
  };
}

export function useAnswers(
  input: CommandInput<'runs.answers'>,
  version: string,
  isEnabled: boolean,
): UseQueryResult<Answers, FailureError> {
  return useQuery(answersQuery(useHost().client, input, { version, isEnabled }));
}
