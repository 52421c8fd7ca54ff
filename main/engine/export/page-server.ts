/** The page in which a browser runs an export: everything it needs, on this machine only, behind an address nobody knows. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';
import type { RgbImage } from '../../imaging/resize.ts';

const Rows = z.array(z.array(z.number().nullable()).nullable()); // JSON has no NaN: it comes as null
const Answer = z.strictObject({
  runtime: z.string().max(300),
  failure: z.string().nullable(),
  fromPixels: Rows,
  fromFiles: Rows,
});
export type PageAnswer = Omit<z.infer<typeof Answer>, 'fromPixels' | 'fromFiles'> & {
  readonly fromPixels: readonly (readonly number[] | null)[];
  readonly fromFiles: readonly (readonly number[] | null)[];
};

const MOST_ANSWER_BYTES = 64 * 1024 * 1024;
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  mjs: 'text/javascript',
  js: 'text/javascript',
  json: 'application/json',
};

export type PageParts = {
  readonly library: Buffer; // tfjs as one file
  readonly folder: string; // of the export
  readonly count: number; // of pictures
  readonly pixelsOf: (at: number) => Promise<RgbImage>;
  readonly fileOf: (at: number) => Promise<Buffer>;
  readonly onPicture: () => void;
};
export type PageServer = {
  readonly url: string;
  readonly wasVisited: () => boolean;
  readonly answer: () => PageAnswer | null; // null: not yet
  readonly close: () => Promise<void>;
};

/** Serves until it is closed. */
export async function servePage(parts: PageParts): Promise<PageServer> {
  const secret = randomBytes(16).toString('hex');
  let answer: PageAnswer | null = null;
  let isVisited = false;
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (!path.startsWith(`/${secret}/`)) return void response.writeHead(404).end();
    isVisited = true;
    const name = path.slice(secret.length + 2);
    const respond = async (): Promise<void> => {
      if (name === 'done' && request.method === 'POST') {
        answer = readAnswer(await bodyOf(request));
        response.end();
      } else await serveFile(parts, name, response);
    };
    respond().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/${secret}/page.html`,
    wasVisited: () => isVisited,
    answer: () => answer,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function readAnswer(body: string): PageAnswer {
  const parsed = Answer.parse(JSON.parse(body));
  const numbers = (rows: z.infer<typeof Rows>) => rows.map((row) => row?.map((value) => value ?? Number.NaN) ?? null);
  return { ...parsed, fromPixels: numbers(parsed.fromPixels), fromFiles: numbers(parsed.fromFiles) };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_ANSWER_BYTES) throw new RangeError('The page answers more than can be meant.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function serveFile(parts: PageParts, name: string, response: ServerResponse): Promise<void> {
  const [, kind, number] = /^(pixels|file)\/(\d{1,6})$/.exec(name) ?? [];
  const at = Number(number);
  const type = TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
  response.setHeader('content-type', type);
  response.setHeader('cache-control', 'no-store');
  if (name === 'page.html') response.end(pageOf(parts.count));
  else if (name === 'tf.min.js') response.end(parts.library);
  else if (kind === 'file' && at < parts.count) response.end(await parts.fileOf(at));
  else if (kind === 'pixels' && at < parts.count) {
    const { width, height, pixels } = await parts.pixelsOf(at);
    parts.onPicture();
    response.setHeader('x-width', width);
    response.setHeader('x-height', height);
    response.end(pixels);
  } else if (/^export\/[A-Za-z0-9_.-]+$/.test(name)) response.end(await readFile(join(parts.folder, name.slice(7))));
  else response.writeHead(404).end();
}

/**
 * Asks the sample code about every picture, from the app's pixels and from its file, and posts what it answered.
 *
 * Where the browser decodes a file to the very same pixels, one answer is that for both: without a graphics card each takes half a second.
 */
function pageOf(count: number): string {
  return `<!doctype html><meta charset="utf-8"><title>Thaw: check of an export</title><script src="tf.min.js"></script>
<script type="module">
const answer = { runtime: navigator.userAgent.replace(/^.*(Chrom\\w+|Edg)\\/([\\d.]+).*$/, '$1 $2'), failure: null, fromPixels: [], fromFiles: [] };
try {
  const { decodeInBrowser, openClassifier } = await import('./export/classify.mjs');
  const config = await (await fetch('export/config.json')).json();
  await tf.ready();
  answer.runtime += ', tfjs ' + tf.version_core + ' on ' + tf.getBackend();
  const classifier = await openClassifier(tf, new URL('export/model.json', location.href).href, config);
  const isSame = (found, own) => {
    if (found.width !== own.width || found.height !== own.height) return false;
    for (let from = 0, to = 0; from < found.data.length; from += 4, to += 3)
      for (let channel = 0; channel < 3; channel += 1) if (found.data[from + channel] !== own.data[to + channel]) return false;
    return true;
  };
  for (let at = 0; at < ${count}; at += 1) {
    const pixels = await fetch('pixels/' + at);
    const width = Number(pixels.headers.get('x-width'));
    const height = Number(pixels.headers.get('x-height'));
    const data = new Uint8Array(await pixels.arrayBuffer());
    const own = { width, height, data };
    const row = await classifier.classify(own);
    answer.fromPixels.push(row);
    const picture = await decodeInBrowser(await (await fetch('file/' + at)).blob()).catch(() => null);
    answer.fromFiles.push(picture === null ? null : isSame(picture, own) ? row : await classifier.classify(picture));
  }
} catch (error) {
  answer.failure = String(error?.stack ?? error);
}
await fetch('done', { method: 'POST', body: JSON.stringify(answer) });
</script>`;
}
