/** Follows what the host works on, whoever started it, for as long as the app lives: windows may come and go. */
import type { JobStatus } from '../../shared/contract/jobs.ts';
import { connectHost, type HostClient } from './host-client.ts';
import type { ProjectHost } from './project-host.ts';
import { createWorkInHand, type Ended } from './work-in-hand.ts';

export type WorkWatch = {
  readonly running: () => readonly JobStatus[];
  /** Follows the host that is open now. */
  readonly follow: (host: ProjectHost) => Promise<void>;
  /** Starts what the shell itself has to ask of the host; null where no host is there. */
  readonly client: () => HostClient | null;
};
export type WorkWatchParts = {
  readonly onChange: (running: readonly JobStatus[]) => void;
  readonly onEnded: (ended: Ended) => void;
  readonly now?: () => number; // milliseconds of a monotonic clock
};

export function createWorkWatch({ onChange, onEnded, now = () => performance.now() }: WorkWatchParts): WorkWatch {
  const work = createWorkInHand(now);
  let client: HostClient | null = null;
  const onHostGone = (): void => {
    client = null;
    work.forget();
    onChange([]);
  };
  return {
    running: work.running,
    client: () => client,
    follow: async (host) => {
      const connected = await connectHost(host.openPort, onHostGone);
      client = connected;
      void connected.call('events.watch', {}, (event) => {
        const ended = work.take(event);
        onChange(work.running());
        for (const one of ended) onEnded(one);
      });
    },
  };
}
