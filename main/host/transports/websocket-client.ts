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
import { MAX_FRAME_BYTES, ReplyFrame, type RequestFrame, tokenHeader } from './frames.ts';

type Pending = {
  readonly command: CommandName;
  readonly options: CallOptions;
  readonly resolve: (result: Result<never>) => void;
};

/** Joins the host that has the project open; throws AppError PROJECT_LOCKED when nobody answers there. */
export async function joinHost(place: { readonly port: number; readonly token: string }): Promise<Client> {
  const socket = new WebSocket(`ws://127.0.0.1:${place.port}`, {
    headers: { [tokenHeader]: place.token },
    maxPayload: MAX_FRAME_BYTES,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', (cause) =>
      reject(new AppError('PROJECT_LOCKED', 'Another Thaw has this project open and does not answer.', { cause })),
    );
  });
  const pending = new Map<number, Pending>();
  let lastId = 0;
  socket.on('message', (data) => receive(ReplyFrame.parse(JSON.parse(String(data))), pending));
  socket.on('close', () => failAll(pending));
  return {
    call: <N extends CommandName>(command: N, input: CommandInput<N>, options: CallOptions = {}) =>
      new Promise<Result<CommandOutput<N>>>((resolve) => {
        const id = ++lastId;
        const send = (frame: RequestFrame): void => socket.send(JSON.stringify(frame));
        pending.set(id, { command, options, resolve: resolve as Pending['resolve'] });
        options.signal?.addEventListener('abort', () => send({ kind: 'cancel', id }), { once: true });
        send({ kind: 'call', id, command, input });
      }),
    close: async () => socket.close(),
  };
}

function receive(frame: ReplyFrame, pending: Map<number, Pending>): void {
  const call = pending.get(frame.id);
  if (call === undefined) return;
  if (frame.kind === 'event') return call.options.onEvent?.(frame.event);
  pending.delete(frame.id);
  if (frame.kind === 'failure') return call.resolve({ ok: false, failure: frame.failure });
  call.resolve({ ok: true, value: commands[call.command].output.parse(frame.value) as never });
}

function failAll(pending: Map<number, Pending>): void {
  const failure: Failure = {
    code: 'PROJECT_LOCKED',
    message: 'The Thaw that had this project open has ended. Run the command again.',
  };
  for (const call of pending.values()) call.resolve({ ok: false, failure });
  pending.clear();
}
