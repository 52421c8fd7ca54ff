import { WebSocket } from 'ws';
import type {
  CallOptions,
  Client,
  CommandInput,
  CommandName,
  CommandOutput,
} from '../../../shared/contract/commands.ts';
import { commands } from '../../../shared/contract/commands.ts';
import { AppError, type Failure, type Result } from '../../../shared/contract/errors.ts';
import { MAX_FRAME_BYTES, ReplyFrame, type RequestFrame } from '../../../shared/contract/frames.ts';
import { closedFailure } from '../dispatch.ts';
import { tokenHeader } from './token.ts';

type Pending = {
  readonly command: CommandName;
  readonly options: CallOptions;
  readonly resolve: (result: Result<never>) => void;
};

const HANDSHAKE_MS = 2000;

/**
 * Joins the host that has the project open; throws AppError PROJECT_LOCKED when nobody answers there.
 *
 * onLost: the connection ended, and not by `close`.
 */
export async function joinHost(
  place: { readonly port: number; readonly token: string },
  onLost: () => void = () => undefined,
): Promise<Client> {
  const socket = new WebSocket(`ws://127.0.0.1:${place.port}`, {
    headers: { [tokenHeader]: place.token },
    maxPayload: MAX_FRAME_BYTES,
    handshakeTimeout: HANDSHAKE_MS,
  });
  await opened(socket);
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let ending: Failure = hostEnded;
  socket.on('message', (data) => {
    const frame = parseFrame(String(data));
    if (frame !== null) return receive(frame, pending);
    ending = malformedAnswer;
    socket.terminate();
  });
  let isClosing = false;
  socket.on('close', () => {
    failAll(pending, ending);
    if (!isClosing) onLost();
  });
  return {
    call: <N extends CommandName>(command: N, input: CommandInput<N>, options: CallOptions = {}) =>
      new Promise<Result<CommandOutput<N>>>((resolve) => {
        if (socket.readyState !== socket.OPEN) return resolve({ ok: false, failure: ending });
        const id = ++lastId;
        const send = (frame: RequestFrame): void => socket.send(JSON.stringify(frame));
        const cancel = (): void => {
          if (pending.has(id) && socket.readyState === socket.OPEN) send({ kind: 'cancel', id });
        };
        pending.set(id, { command, options, resolve: resolve as Pending['resolve'] });
        send({ kind: 'call', id, command, input });
        options.signal?.addEventListener('abort', cancel, { once: true });
        if (options.signal?.aborted) cancel();
      }),
    close: async () => {
      isClosing = true;
      ending = closedFailure;
      failAll(pending, ending);
      socket.close();
    },
  };
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', resolve);
    // also later: an error without a listener would end this process; 'close' follows and fails what is pending
    socket.on('error', (cause) =>
      reject(new AppError('PROJECT_LOCKED', 'Another Thaw has this project open and does not answer.', { cause })),
    );
  });
}

function parseFrame(text: string): ReplyFrame | null {
  try {
    return ReplyFrame.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function receive(frame: ReplyFrame, pending: Map<number, Pending>): void {
  const call = pending.get(frame.id);
  if (call === undefined) return;
  if (frame.kind === 'event') return call.options.onEvent?.(frame.event);
  pending.delete(frame.id);
  if (frame.kind === 'failure') return call.resolve({ ok: false, failure: frame.failure });
  const output = commands[call.command].output.safeParse(frame.value);
  call.resolve(output.success ? { ok: true, value: output.data as never } : { ok: false, failure: malformedAnswer });
}

const hostEnded: Failure = {
  code: 'PROJECT_LOCKED',
  message: 'The Thaw that had this project open has ended. Run the command again.',
};
const malformedAnswer: Failure = {
  code: 'BUG',
  message: 'The Thaw that has this project open answered what this one does not understand. Are both the same version?',
};

function failAll(pending: Map<number, Pending>, failure: Failure): void {
  for (const call of pending.values()) call.resolve({ ok: false, failure });
  pending.clear();
}
