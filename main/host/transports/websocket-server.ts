import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { MAX_FRAME_BYTES } from '../../../shared/contract/frames.ts';
import { dispatch, type Handlers } from '../dispatch.ts';
import { createFramePort, type FramePortParts } from './frame-port.ts';
import { isSameSecret, tokenHeader } from './token.ts';

export type ContractServer = {
  readonly port: number;
  readonly openCalls: () => number; // of joined front ends
  /** Waits until no joined front end has a call open, then closes; what they ask from then on is not run. */
  readonly drain: () => Promise<void>;
};

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
    verifyClient: ({ req }: { req: IncomingMessage }) =>
      req.headers.origin === undefined && isSameSecret(String(req.headers[tokenHeader] ?? ''), token),
  });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  const open = new Set<Promise<unknown>>();
  let isClosing = false;
  const call: FramePortParts['call'] = (request, context) => {
    const running = dispatch(handlers, request, context).finally(() => open.delete(running));
    open.add(running);
    return running;
  };
  server.on('connection', (socket) => serveSocket(socket, { call, isClosing: () => isClosing }));
  return {
    port: (server.address() as AddressInfo).port,
    openCalls: () => open.size,
    drain: async () => {
      while (open.size > 0) await Promise.allSettled(open);
      isClosing = true;
      await closeSockets(server);
    },
  };
}

/** Says goodbye to every front end, gives it half a second, and ends the server. */
export async function closeSockets(server: WebSocketServer): Promise<void> {
  for (const client of server.clients) client.close(1001, 'the project is being closed');
  const goodbye = setTimeout(() => {
    for (const client of server.clients) client.terminate();
  }, CLOSE_GRACE_MS);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearTimeout(goodbye);
}

/** Serves the contract to one socket until it closes. */
export function serveSocket(
  socket: WebSocket,
  { call, isClosing }: { readonly call: FramePortParts['call']; readonly isClosing: () => boolean },
): void {
  const port = createFramePort({
    call,
    send: (text) => {
      if (socket.readyState === socket.OPEN) socket.send(text);
    },
    onBroken: () => socket.terminate(),
    now: () => performance.now(),
  });
  socket.on('message', (data) => {
    if (!isClosing() && !port.receive(String(data))) socket.close(1008, 'not a frame of the contract');
  });
  socket.on('error', () => socket.close()); // an oversized or broken frame: ws closes the connection with its code
  socket.on('close', () => port.end());
}
