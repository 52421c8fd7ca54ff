/** What app:// and thumb:// answer: files of the interface, and pictures of the open project. Nothing else exists. */
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { parseMediaPath } from '../../shared/contract/media.ts';

export type Answer = {
  readonly status: 200 | 404;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};
type Found = { readonly path: string; readonly mimeType: string; readonly cacheControl: string };

const MIME_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
/** Segments of letters, digits, '_', '-' and inner dots: no '..', no hidden file, nothing escaped, no drive, no backslash. */
const SAFE_PATH = /^(\/[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)+$/;

export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' thumb: blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ');

const SAFETY = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
} as const;

/** A file of the built interface for a path of app://; null for every other path. */
export function findAppFile(rendererFolder: string, path: string): Found | null {
  const wanted = path === '/' || path === '' ? '/index.html' : path;
  const mimeType = MIME_TYPES[extname(wanted)];
  if (mimeType === undefined || !SAFE_PATH.test(wanted)) return null;
  const cacheControl = wanted === '/index.html' ? 'no-cache' : 'max-age=31536000, immutable';
  return { path: join(rendererFolder, ...wanted.slice(1).split('/')), mimeType, cacheControl };
}

/** A picture of the project for a path of thumb://; null for every other path, and where no project is open. */
export function findPicture(projectFolder: string | null, path: string): Found | null {
  const media = parseMediaPath(path);
  if (media === null || projectFolder === null) return null;
  const mimeType = MIME_TYPES[extname(media.fileName)];
  if (mimeType === undefined) return null;
  // named by content: what is under a name never changes
  return {
    path: join(projectFolder, media.folder, media.fileName),
    mimeType,
    cacheControl: 'max-age=31536000, immutable',
  };
}

/** Reads what was found; a missing file and a path that means nothing look the same. */
export async function answer(found: Found | null): Promise<Answer> {
  const body = found === null ? null : await readFile(found.path).catch(() => null);
  if (found === null || body === null) {
    const headers = { ...SAFETY, 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' };
    return { status: 404, headers, body: Buffer.from('Not found') };
  }
  const headers = { ...SAFETY, 'Content-Type': found.mimeType, 'Cache-Control': found.cacheControl };
  return { status: 200, headers, body };
}
