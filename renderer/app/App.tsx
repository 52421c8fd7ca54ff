import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { FailureError } from '../lib/client/failure-error.ts';
import type { FrameClient } from '../lib/client/frame-client.ts';
import { type HostAccess, HostContext } from '../lib/client/hooks.ts';
import { createJobsStore } from '../lib/client/jobs-store.ts';
import { watchHost } from '../lib/client/watch.ts';
import { theme } from '../theme/theme.ts';
import { showJobEnd } from './job-end.ts';
import { Shell } from './Shell.tsx';

function createHostAccess(client: FrameClient): HostAccess {
  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY, // the host says what changed
        refetchOnWindowFocus: false,
        networkMode: 'always',
        retry: (count, error) => count < 2 && error instanceof FailureError && error.failure.code === 'ENGINE_CRASHED',
      },
      mutations: { networkMode: 'always' },
    },
  });
  return { client, queries, jobs: createJobsStore() };
}

type AppProps = { readonly client: FrameClient };

/** The whole interface over one client. */
export function App({ client }: AppProps) {
  const host = useMemo(() => createHostAccess(client), [client]);
  useEffect(
    () => watchHost({ client: host.client, store: host.jobs, queries: host.queries, onJobEnd: showJobEnd }),
    [host],
  );
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <QueryClientProvider client={host.queries}>
        <HostContext.Provider value={host}>
          <Notifications position="bottom-right" limit={4} />
          <Shell lineState={client.lineState} onLineState={client.onLineState} />
        </HostContext.Provider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
