import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { systemErrorCode } from '../../kernel/system-error.ts';

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
  webmanifest: 'application/manifest+json',
  txt: 'text/plain; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  webp: 'image/webp',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
  wasm: 'application/wasm',
};

/** The type of what a file name ends with; null for what this server does not send. */
export function contentType(fileName: string): string | null {
  const ending = /\.([a-z0-9]+)$/.exec(fileName)?.[1] ?? '';
  return Object.hasOwn(types, ending) ? (types[ending] ?? null) : null;
}

export type FileAnswer = {
  readonly path: string;
  readonly type: string;
  readonly isForever: boolean; // its address names its content
  readonly isHead: boolean;
};

/** Sends a plain file; false where there is none (a link is none either) and nothing was sent. */
export async function sendFile(response: ServerResponse, answer: FileAnswer): Promise<boolean> {
  const file = await openPlainFile(answer.path);
  if (file === null) return false;
  try {
    const found = await file.stat();
    if (!found.isFile()) return false;
    response.writeHead(200, {
      'Content-Type': answer.type,
      'Content-Length': found.size,
      'Cache-Control': answer.isForever ? 'private, max-age=31536000, immutable' : 'no-cache',
    });
    if (answer.isHead || found.size === 0) response.end();
    else await pipeline(file.createReadStream({ autoClose: false, end: found.size - 1 }), response);
    return true;
  } finally {
    await file.close();
  }
}

async function openPlainFile(path: string): Promise<FileHandle | null> {
  try {
    // without O_NONBLOCK a named pipe would hold the open for ever
    return await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR', 'EACCES', 'EPERM'].includes(systemErrorCode(error))) return null;
    throw error;
  }
}
