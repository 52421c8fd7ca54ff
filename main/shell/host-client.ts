/** The shell's own client of the contract, over a port like that of the renderer. */
import { type CommandInput, type CommandName, type CommandOutput, commands } from '../../shared/contract/commands.ts';
import { type Result, toFailure } from '../../shared/contract/errors.ts';
import { ReplyFrame, type RequestFrame } from '../../shared/contract/frames.ts';
import type { HostEvent } from '../../shared/contract/jobs.ts';
import type { HostPort, PortListener } from './project-host.ts';

type Waiting = { readonly onEvent: (event: HostEvent) => void; readonly settle: (result: Result<unknown>) => void };
export type HostClient = {
  readonly call: <N extends CommandName>(
    name: N,
    input: CommandInput<N>,
    onEvent?: (event: HostEvent) => void,
  ) => Promise<Result<CommandOutput<N>>>;
  readonly close: () => void;
};

/** Connects; onEnd: the host is gone. Calls under way then end as CANCELLED. */
export async function connectHost(
  openPort: (listener: PortListener) => Promise<HostPort>,
  onEnd: () => void,
): Promise<HostClient> {
  const waiting = new Map<number, Waiting>();
  let nextId = 0;
  const endAll = (): void => {
    const failure = { code: 'CANCELLED', message: 'The project was closed. Open it again.' } as const;
    for (const call of waiting.values()) call.settle({ ok: false, failure });
    waiting.clear();
  };
  const port = await openPort({
    onFrame: (text) => receive(text, waiting),
    onEnd: () => {
      endAll();
      onEnd();
    },
  });
  return {
    call: async (name, input, onEvent = () => undefined) => {
      const id = nextId++;
      const result = await new Promise<Result<unknown>>((settle) => {
        waiting.set(id, { onEvent, settle });
        port.send(JSON.stringify({ kind: 'call', id, command: name, input } satisfies RequestFrame));
      });
      if (!result.ok) return result;
      const output = commands[name].output.safeParse(result.value);
      return (output.success ? { ok: true, value: output.data } : { ok: false, failure: toFailure(output.error) }) as
        | Result<CommandOutput<typeof name>>
        | never;
    },
    close: () => {
      endAll();
      port.close();
    },
  };
}

function receive(text: string, waiting: Map<number, Waiting>): void {
  const frame = ReplyFrame.parse(JSON.parse(text)); // from our own host: anything else is a bug
  const call = waiting.get(frame.id);
  if (call === undefined) return;
  if (frame.kind === 'event') {
    if (frame.event.kind === 'host') call.onEvent(frame.event.event);
    return;
  }
  waiting.delete(frame.id);
  call.settle(frame.kind === 'value' ? { ok: true, value: frame.value } : { ok: false, failure: frame.failure });
}
