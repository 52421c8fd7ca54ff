/**
 * The app for a browser on this machine: pages, pictures and uploads over HTTP, the contract over a WebSocket.
 *
 * Listens on the loopback address only. Every request must name this server as its host; every one but the page's first
 * must hold the cookie that the printed link gives, once; what changes something must come from a page of this server.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Client } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { MAX_FRAME_BYTES } from '../../../shared/contract/frames.ts';
import { systemErrorCode } from '../../kernel/system-error.ts';
import { callByName } from '../transports/call-by-name.ts';
import { closeSockets, serveSocket } from '../transports/websocket-server.ts';
import { createAdmission, isOwnHost, isOwnOrigin } from './admission.ts';
import { createRequestHandler } from './requests.ts';
import { createUploads } from './uploads.ts';

const MAX_SOCKETS = 16;
const MAX_CONNECTIONS = 128;
const MAX_HEADER_BYTES = 16 * 1024;
const UPLOAD_LIMIT_MS = 10 * 60_000;

export type AppServerRequest = {
  readonly client: Client; // stays the caller's, who closes it after the server
  readonly projectFolder: string;
  readonly pagesFolder: string; // the built renderer
  readonly port: number; // 0: any that is free
};
export type AppServer = {
  readonly port: number;
  /** The link that lets the next browser in, once. */
  readonly link: () => string;
  readonly close: () => Promise<void>;
};

/** Throws INVALID_INPUT where the port is taken or not allowed. */
export async function serveApp(request: AppServerRequest): Promise<AppServer> {
  const { client, projectFolder, pagesFolder } = request;
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: UPLOAD_LIMIT_MS });
  server.maxConnections = MAX_CONNECTIONS;
  const port = await listen(server, request.port);
  const uploads = await createUploads(projectFolder, process.pid);
  const admission = createAdmission(port);
  server.on('request', createRequestHandler({ port, admission, uploads, projectFolder, pagesFolder }));
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES });
  let isClosing = false;
  server.on('upgrade', (asked: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    const isFit =
      !isClosing &&
      isOwnHost(asked, port) &&
      isOwnOrigin(asked, true) &&
      admission.isAdmitted(asked) &&
      asked.url === '/contract';
    if (!isFit || sockets.clients.size >= MAX_SOCKETS) return refuseUpgrade(stream);
    sockets.handleUpgrade(asked, stream, head, (socket) =>
      serveSocket(socket, {
        call: (frame, context) => callByName(client, frame, context),
        isClosing: () => isClosing,
      }),
    );
  });
  return {
    port,
    link: () => `http://127.0.0.1:${port}/?token=${admission.token()}`,
    close: async () => {
      isClosing = true;
      const ended = new Promise<void>((resolve) => server.close(() => resolve()));
      await closeSockets(sockets);
      server.closeAllConnections();
      await ended;
      await uploads.close();
    },
  };
}

function refuseUpgrade(stream: Duplex): void {
  stream.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const why = systemErrorCode(cause) === 'EADDRINUSE' ? 'is taken' : `may not be used (${systemErrorCode(cause)})`;
      reject(new AppError('INVALID_INPUT', `Port ${port} ${why}. Choose another one with --port.`, { cause }));
    });
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
