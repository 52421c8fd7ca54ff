/** What every answer of the loopback server carries, and its short refusals. */
import type { ServerResponse } from 'node:http';

/** Nothing inline, nothing from elsewhere; connections to this server only. */
export function securityHeaders(port: number): Readonly<Record<string, string>> {
  const sockets = `ws://127.0.0.1:${port} ws://localhost:${port}`;
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    `connect-src 'self' ${sockets}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return {
    'Content-Security-Policy': policy,
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), usb=(), payment=()',
  };
}

const texts: Readonly<Record<number, string>> = {
  400: 'This request is not understood.',
  401: 'Open the address that `thaw serve` printed: it lets one browser in.',
  403: 'Only pages of this server may ask.',
  404: 'There is nothing here.',
  405: 'This is not how to ask for it.',
  411: 'Say how long the file is.',
  413: 'This is too large.',
  429: 'Too many requests. Ask more slowly.',
  500: 'This failed.',
  507: 'The disk is full.',
};

/** A plain sentence; nothing of the request is repeated. */
export function refuse(response: ServerResponse, status: number): void {
  if (response.headersSent) return void response.destroy();
  // what is left of a body is not read: the connection ends with the answer
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    ...(status >= 400 && { Connection: 'close' }),
  });
  response.end(`${texts[status] ?? ''}\n`);
}

export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(value));
}
