/** The contract over one line of frames: calls wait for the line, are checked on arrival, and fail where it ends. */
import {
  type CallOptions,
  type Client,
  type CommandInput,
  type CommandName,
  type CommandOutput,
  commands,
} from '../../../shared/contract/commands.ts';
import type { Failure, Result } from '../../../shared/contract/errors.ts';
import { ReplyFrame, type RequestFrame } from '../../../shared/contract/frames.ts';
import type { ContractPort } from '../../../shared/contract/shell.ts';

export type LineState = 'connecting' | 'open' | 'lost';

export type FrameClient = Client & {
  readonly lineState: () => LineState;
  readonly onLineState: (listener: () => void) => () => void;
};

type Waiting = {
  readonly command: CommandName;
  readonly onEvent: CallOptions['onEvent'];
  readonly finish: (result: Result<unknown>) => void;
  readonly request: RequestFrame;
};

type Options = { readonly connect: () => Promise<ContractPort>; readonly retryMs?: (attempt: number) => number };

const backOff = (attempt: number): number => Math.min(5000, 200 * 2 ** attempt);
const LOST: Failure = {
  code: 'ENGINE_CRASHED',
  message:
    'The connection to the program behind this window ended before the answer came. It is made again: try again.',
};

export function createFrameClient({ connect, retryMs = backOff }: Options): FrameClient {
  const waiting = new Map<number, Waiting>();
  const listeners = new Set<() => void>();
  let port: ContractPort | null = null;
  let state: LineState = 'connecting';
  let lastId = 0;
  let isClosed = false;

  const tell = (next: LineState): void => {
    state = next;
    for (const listener of listeners) listener();
  };
  const lose = (): void => {
    port = null;
    const lost = [...waiting.values()];
    waiting.clear();
    if (!isClosed) tell('lost');
    for (const call of lost) call.finish({ ok: false, failure: LOST });
    if (!isClosed) void open(0);
  };
  const open = async (attempt: number): Promise<void> => {
    if (isClosed) return;
    try {
      const next = await connect();
      port = next;
      next.onFrame((text) => receive(text, waiting));
      next.onClose(lose);
      for (const { request } of waiting.values()) next.send(JSON.stringify(request));
      tell('open');
    } catch {
      setTimeout(() => void open(attempt + 1), retryMs(attempt));
    }
  };
  void open(0);

  const call = <N extends CommandName>(
    command: N,
    input: CommandInput<N>,
    { onEvent, signal }: CallOptions = {},
  ): Promise<Result<CommandOutput<N>>> =>
    new Promise((resolve) => {
      lastId += 1;
      const id = lastId;
      const request: RequestFrame = { kind: 'call', id, command, input };
      waiting.set(id, { command, onEvent, request, finish: (result) => resolve(result as Result<CommandOutput<N>>) });
      port?.send(JSON.stringify(request));
      signal?.addEventListener('abort', () => port?.send(JSON.stringify({ kind: 'cancel', id })), { once: true });
    });

  return {
    call,
    close: async () => {
      isClosed = true;
      port?.close();
    },
    lineState: () => state,
    onLineState: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function receive(text: string, waiting: Map<number, Waiting>): void {
  const frame = ReplyFrame.safeParse(parseJson(text));
  if (!frame.success) return; // not of this contract: the call it may have been for fails when the line ends
  const call = waiting.get(frame.data.id);
  if (call === undefined) return;
  if (frame.data.kind === 'event') return call.onEvent?.(frame.data.event);
  waiting.delete(frame.data.id);
  if (frame.data.kind === 'failure') return call.finish({ ok: false, failure: frame.data.failure });
  const output = commands[call.command].output.safeParse(frame.data.value);
  if (output.success) return call.finish({ ok: true, value: output.data });
  const message = `The answer to ${call.command} does not fit the contract. Please report it.\n${output.error.message}`;
  call.finish({ ok: false, failure: { code: 'BUG', message } });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
