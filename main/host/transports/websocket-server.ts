import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { CommandEvent } from '../../../shared/contract/commands.ts';
import { dispatch, type Handlers } from '../dispatch.ts';
import { MAX_FRAME_BYTES, type ReplyFrame, RequestFrame, tokenHeader } from './frames.ts';

export type ContractServer = {
  readonly port: number;
  readonly openCalls: () => number; // of joined front ends
  /** Waits until no joined front end has a call open, then closes; what they ask from then on is not run. */
  readonly drain: () => Promise<void>;
};

const MAX_OPEN_CALLS = 64; // of one front end
const CLOSE_GRACE_MS = 500; // for the goodbye of a front end; one that is stopped or hung does not keep the owner

/**
 * Serves the contract on the loopback address to holders of the token.
 *
 * Browsers are refused (they send Origin): their way in, with a cookie, is the business of `thaw serve`.
 */
export async function serveContract(handlers: Handlers, token: string): Promise<ContractServer> {
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    maxPayload: MAX_FRAME_BYTES,
    verifyClient: ({ req }: { req: IncomingMessage }) => req.headers.origin === undefined && holdsToken(req, token),
  });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  const state: ServerState = { handlers, open: new Set(), isClosing: false };
  server.on('connection', (socket) => serveSocket(socket, state));
  return {
    port: (server.address() as AddressInfo).port,
    openCalls: () => state.open.size,
    drain: async () => {
      while (state.open.size > 0) await Promise.allSettled(state.open);
      state.isClosing = true;
      for (const client of server.clients) client.close(1001, 'the project is being closed');
      const goodbye = setTimeout(() => {
        for (const client of server.clients) client.terminate();
      }, CLOSE_GRACE_MS);
      await new Promise<void>((resolve) => server.close(() => resolve()));
      clearTimeout(goodbye);
    },
  };
}

type ServerState = { readonly handlers: Handlers; readonly open: Set<Promise<unknown>>; isClosing: boolean };

function holdsToken(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(String(request.headers[tokenHeader] ?? ''));
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function serveSocket(socket: WebSocket, state: ServerState): void {
  const calls = new Map<number, AbortController>();
  const send = (frame: ReplyFrame): void => {
    if (socket.readyState === socket.OPEN) socket.send(encodeReply(frame));
  };
  const refuse = (id: number, message: string): void =>
    send({ kind: 'failure', id, failure: { code: 'INVALID_INPUT', message } });
  const serveCall = async (frame: Extract<RequestFrame, { kind: 'call' }>): Promise<void> => {
    const { id } = frame;
    const abort = new AbortController();
    calls.set(id, abort);
    const onEvent = (event: CommandEvent): void => send({ kind: 'event', id, event });
    const result = await dispatch(state.handlers, frame, { signal: abort.signal, onEvent });
    calls.delete(id);
    send(result.ok ? { kind: 'value', id, value: result.value } : { kind: 'failure', id, failure: result.failure });
  };
  socket.on('message', (data) => {
    if (state.isClosing) return;
    const frame = parseFrame(String(data));
    if (frame === null) return socket.close(1008, 'not a frame of the contract');
    if (frame.kind === 'cancel') return calls.get(frame.id)?.abort();
    if (calls.has(frame.id)) return refuse(frame.id, `There is a call ${frame.id} already.`);
    if (calls.size >= MAX_OPEN_CALLS)
      return refuse(frame.id, `More than ${MAX_OPEN_CALLS} calls at once. Wait for some.`);
    const call = serveCall(frame)
      .catch(() => socket.terminate()) // an answer that has no JSON form: the front end learns that it is cut off
      .finally(() => state.open.delete(call));
    state.open.add(call);
  });
  socket.on('error', () => socket.close()); // an oversized or broken frame: ws closes the connection with its code
  socket.on('close', () => {
    for (const abort of calls.values()) abort.abort();
  });
}

/** An answer that the front end would refuse for its size becomes a failure that says so. */
function encodeReply(frame: ReplyFrame): string {
  const text = JSON.stringify(frame);
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_FRAME_BYTES) return text;
  const message = `The answer has ${bytes} bytes; ${MAX_FRAME_BYTES} can be sent to a second Thaw. Ask for less at once, or close the Thaw that opened the project first and run this again.`;
  return JSON.stringify({ kind: 'failure', id: frame.id, failure: { code: 'INVALID_INPUT', message } });
}

function parseFrame(text: string): RequestFrame | null {
  try {
    return RequestFrame.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
