import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { CommandEvent } from '../../../shared/contract/commands.ts';
import { dispatch, type Handlers } from '../dispatch.ts';
import { MAX_FRAME_BYTES, type ReplyFrame, RequestFrame, tokenHeader } from './frames.ts';

export type ContractServer = {
  readonly port: number;
  /** Waits until no joined front end has a call open, then closes. */
  readonly drain: () => Promise<void>;
};

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
  const open = new Set<Promise<unknown>>();
  server.on('connection', (socket) => serveSocket(socket, handlers, open));
  return {
    port: (server.address() as AddressInfo).port,
    drain: async () => {
      while (open.size > 0) await Promise.allSettled(open);
      for (const client of server.clients) client.close();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function holdsToken(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(String(request.headers[tokenHeader] ?? ''));
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function serveSocket(socket: WebSocket, handlers: Handlers, open: Set<Promise<unknown>>): void {
  const calls = new Map<number, AbortController>();
  const send = (frame: ReplyFrame): void => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame));
  };
  const serveCall = async (frame: Extract<RequestFrame, { kind: 'call' }>): Promise<void> => {
    const abort = new AbortController();
    calls.set(frame.id, abort);
    const context = {
      signal: abort.signal,
      onEvent: (event: CommandEvent) => send({ kind: 'event', id: frame.id, event }),
    };
    const result = await dispatch(handlers, frame, context);
    calls.delete(frame.id);
    send(
      result.ok
        ? { kind: 'value', id: frame.id, value: result.value }
        : { kind: 'failure', id: frame.id, failure: result.failure },
    );
  };
  socket.on('message', (data) => {
    const frame = parseFrame(String(data));
    if (frame === null) return socket.close(1008, 'not a frame of the contract');
    if (frame.kind === 'cancel') return calls.get(frame.id)?.abort();
    const call = serveCall(frame).finally(() => open.delete(call));
    open.add(call);
  });
  socket.on('error', () => socket.close()); // an oversized or broken frame: ws closes the connection with its code
  socket.on('close', () => {
    for (const abort of calls.values()) abort.abort();
  });
}

function parseFrame(text: string): RequestFrame | null {
  try {
    return RequestFrame.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
