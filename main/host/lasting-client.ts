import type { Client, CommandInput, CommandName, CommandOutput } from '../../shared/contract/commands.ts';
import { type Result, toFailure } from '../../shared/contract/errors.ts';
import { closedFailure } from './dispatch.ts';
import { type OpenRequest, openClient } from './open-client.ts';

type Reopening = Omit<OpenRequest, 'onLost'>;

/**
 * A client for a front end that stays: when the Thaw that it joined ends, the project is opened anew at once.
 *
 * Calls under way fail as PROJECT_LOCKED then, and so does 'events.watch': call again. Throws as openClient does when
 * the first opening fails; a later failure is the answer of the calls, and the next call tries once more.
 */
export async function openLastingClient(request: Reopening): Promise<Client> {
  let isClosed = false;
  let current: Promise<Client> | null = null;
  const open = (): Promise<Client> => {
    const opened = openClient({ ...request, onLost: renew });
    current = opened;
    opened.catch(() => {
      if (current === opened) current = null;
    });
    return opened;
  };
  function renew(): void {
    if (!isClosed) void open().catch(() => undefined); // the next call says why, or succeeds
  }
  await open();
  return {
    call: async <N extends CommandName>(name: N, input: CommandInput<N>, options = {}) => {
      if (isClosed) return { ok: false, failure: closedFailure };
      try {
        return await (await (current ?? open())).call(name, input, options);
      } catch (error) {
        return { ok: false, failure: toFailure(error) } satisfies Result<CommandOutput<N>>;
      }
    },
    close: async () => {
      isClosed = true;
      await (await current?.catch(() => null))?.close();
    },
  };
}
