/** What the loopback server answers: the page, its parts, pictures of the project, uploads. Everything else is 404. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { ErrorCode } from '../../../shared/contract/errors.ts';
import { toFailure } from '../../../shared/contract/errors.ts';
import { parseMediaPath } from '../../../shared/contract/media.ts';
import { type Admission, isOwnHost, isOwnOrigin } from './admission.ts';
import { answerJson, refuse, securityHeaders } from './answers.ts';
import { contentType, sendFile } from './send-file.ts';
import type { Uploads } from './uploads.ts';

const MAX_TARGET_LENGTH = 16_000; // a name of 4,096 bytes, escaped
const pagePath = /^\/(?:[A-Za-z0-9_][A-Za-z0-9._-]*\/)*[A-Za-z0-9_][A-Za-z0-9._-]*$/; // no escapes, no '..', nothing hidden

export type RequestParts = {
  readonly port: number;
  readonly admission: Admission;
  readonly uploads: Uploads;
  readonly projectFolder: string;
  readonly pagesFolder: string;
};
type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse; readonly url: URL };

export function createRequestHandler(
  parts: RequestParts,
): (request: IncomingMessage, response: ServerResponse) => void {
  const headers = securityHeaders(parts.port);
  return (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    answer(parts, request, response).catch(() => refuse(response, 500));
  };
}

async function answer(parts: RequestParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { port, admission } = parts;
  const isReading = request.method === 'GET' || request.method === 'HEAD';
  if (!isOwnHost(request, port)) return refuse(response, 403);
  const url = parseTarget(request.url ?? '');
  if (url === null) return refuse(response, 404);
  const exchange = { request, response, url };
  const token = url.searchParams.get('token');
  // a link is followed from a terminal or a mail: its request may come from anywhere, but the token is the proof
  if (isReading && url.pathname === '/' && token !== null) return letIn(admission, exchange, token);
  if (!isOwnOrigin(request, !isReading)) return refuse(response, 403);
  if (!admission.isAdmitted(request)) return refuse(response, 401);
  if (url.pathname === '/upload') return upload(parts.uploads, exchange);
  if (!isReading) return refuse(response, 405);
  const file = fileOf(parts, url);
  if (file === null || !(await sendFile(response, { ...file, isHead: request.method === 'HEAD' })))
    refuse(response, 404);
}

function parseTarget(target: string): URL | null {
  if (!target.startsWith('/') || target.startsWith('//') || target.length > MAX_TARGET_LENGTH) return null;
  try {
    const url = new URL(target, 'http://thaw.invalid');
    return url.pathname === target.split(/[?#]/, 1)[0] ? url : null; // '/a/../b' and '/%2e' are not resolved but refused
  } catch {
    return null;
  }
}

/**
 * Exchanges the token for the cookie and goes on to the page by itself: a redirect would still count as coming from
 * where the link was, and the strict cookie would not be sent.
 */
function letIn(admission: Admission, { request, response }: Exchange, token: string): void {
  const cookie = admission.exchange(token);
  if (cookie === null && !admission.isAdmitted(request)) return refuse(response, 401);
  response.writeHead(200, {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    ...(cookie !== null && { 'Set-Cookie': cookie }),
  });
  response.end('<!doctype html><meta http-equiv="refresh" content="0;url=/"><title>Thaw</title>');
}

function fileOf({ projectFolder, pagesFolder }: RequestParts, { pathname }: URL) {
  const media = parseMediaPath(pathname);
  if (media !== null) {
    const type = contentType(media.fileName);
    return type === null ? null : { path: join(projectFolder, media.folder, media.fileName), type, isForever: true };
  }
  const path = pathname === '/' ? '/index.html' : pathname;
  const type = contentType(path);
  if (type === null || !pagePath.test(path)) return null;
  return { path: join(pagesFolder, path), type, isForever: path.startsWith('/assets/') };
}

const statusOf: Readonly<Partial<Record<ErrorCode, number>>> = {
  INVALID_INPUT: 400,
  IMAGE_TOO_LARGE: 413,
  DISK_FULL: 507,
  FILE_PERMISSION: 403,
};

/** POST /upload?session=..&name=a/b.jpg with the bytes: {path, root}. DELETE /upload?session=..: removes them. */
async function upload(uploads: Uploads, { request, response, url }: Exchange): Promise<void> {
  const session = url.searchParams.get('session') ?? '';
  try {
    if (request.method === 'POST')
      return answerJson(
        response,
        201,
        await uploads.store(request, { session, name: url.searchParams.get('name') ?? '' }),
      );
    if (request.method !== 'DELETE') return refuse(response, 405);
    await uploads.drop(session);
    answerJson(response, 200, {});
  } catch (error) {
    if (request.destroyed && !request.complete) return void response.destroy(); // the browser has gone
    const failure = toFailure(error);
    if (!response.headersSent) response.setHeader('Connection', 'close'); // what is left of the body is not read
    answerJson(response, statusOf[failure.code] ?? 500, { failure });
  }
}
