/** Listens to the host as long as the window lives: jobs go to the store, changes make answers stale. */
import type { QueryClient } from '@tanstack/react-query';
import type { Client } from '../../../shared/contract/commands.ts';
import type { HostEvent, JobStatus } from '../../../shared/contract/jobs.ts';
import { tryPicturesAgain } from '../pictures.ts';
import { staleCommands } from './invalidation.ts';
import { endedJob, type JobsStore, withEvent } from './jobs-store.ts';
import { outdateKeptJobs } from './kept-jobs.ts';

type Watched = {
  readonly client: Client;
  readonly store: JobsStore;
  readonly queries: QueryClient;
  readonly onJobEnd: (job: JobStatus) => void;
  readonly retryMs?: number;
};

/** Starts watching; the answer ends it. After a lost connection everything is asked again. */
export function watchHost({ client, store, queries, onJobEnd, retryMs = 1000 }: Watched): () => void {
  const stop = new AbortController();
  const take = (event: HostEvent): void => {
    if (event.kind === 'changed') {
      if (event.what.includes('library') || event.what.includes('classes')) outdateKeptJobs();
      const stale = staleCommands(event.what);
      void queries.invalidateQueries({ predicate: ({ queryKey }) => stale.has(queryKey[0] as never) });
      return;
    }
    const before = store.getState().jobs;
    store.setState({ jobs: withEvent(before, event) });
    const ended = endedJob(before, event);
    if (ended !== null) onJobEnd(ended);
  };
  const watch = async (): Promise<void> => {
    let isFirst = true;
    while (!stop.signal.aborted) {
      // First the watch, then the questions: what changes between the two is in the answers, what changes later is told.
      const watching = client.call(
        'events.watch',
        {},
        { signal: stop.signal, onEvent: (event) => event.kind === 'host' && take(event.event) },
      );
      if (!isFirst) {
        tryPicturesAgain();
        void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'answers' }); // those may be counted looks at test photos
      }
      const listed = await client.call('jobs.list', {});
      if (listed.ok) for (const job of listed.value.jobs.toReversed()) take({ kind: 'job', job });
      await watching;
      isFirst = false;
      if (!stop.signal.aborted) await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  };
  void watch();
  return () => stop.abort();
}
