import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AppError } from '../../../shared/contract/errors.ts';
import { seededRandom } from '../../../shared/math/random.ts';
import { type DownloadRequest, downloadFile, findPart } from './download-file.ts';
import { hubUrlOf } from './hub-file.ts';

const place = { repository: 'timm/tiny.test', path: 'model.safetensors', revision: 'main' };
const BYTES = 3_000_000;

function numbers(seed: number): Buffer {
  const random = seededRandom(seed);
  return Buffer.from(Uint8Array.from({ length: BYTES }, () => Math.floor(256 * random())));
}

type Hub = {
  readonly url: string;
  readonly ranges: string[]; // asked for, in order, without those that only ask for the size
  content: Buffer;
  cutAfterBytes: number | null; // the connection is broken then, once
  ignoresRanges: boolean;
  isSilent: boolean; // sends the head and nothing else
};

/** Answers as the hub's `resolve` does: parts of files, the SHA-256 as tag, 404 with a code. */
async function openHub(): Promise<Hub> {
  const hub: Hub = {
    ...{ url: '', ranges: [], content: numbers(1) },
    cutAfterBytes: null,
    ignoresRanges: false,
    isSilent: false,
  };
  const server: Server = createServer((request, response) => answer(hub, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return Object.assign(hub, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

function answer(hub: Hub, request: IncomingMessage, response: ServerResponse): void {
  if (request.url !== `/${place.repository}/resolve/main/${place.path}`) {
    response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end('no such file');
    return;
  }
  const { content } = hub;
  const tag = `"${createHash('sha256').update(content).digest('hex')}"`;
  const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const [start, end] = [Number(from), to === '' ? content.byteLength - 1 : Number(to)];
  if (request.headers.range !== 'bytes=0-0') hub.ranges.push(request.headers.range ?? 'all');
  const isPart = request.headers.range !== undefined && !(hub.ignoresRanges && start > 0);
  const body = isPart ? content.subarray(start, end + 1) : content;
  const range = isPart ? { 'content-range': `bytes ${start}-${end}/${content.byteLength}` } : {};
  response.writeHead(isPart ? 206 : 200, { etag: tag, 'content-length': body.byteLength, ...range });
  if (request.headers.range === 'bytes=0-0') response.end(body);
  else sendBody(hub, response, body);
}

function sendBody(hub: Hub, response: ServerResponse, body: Buffer): void {
  const cut = hub.cutAfterBytes;
  if (hub.isSilent) response.flushHeaders();
  else if (cut === null || cut >= body.byteLength) response.end(body);
  else {
    hub.cutAfterBytes = null;
    response.write(body.subarray(0, cut), () => setTimeout(() => response.destroy(), 50));
  }
}

function requestOf(hub: Hub, wish: Partial<DownloadRequest> = {}): DownloadRequest {
  const parent = mkdtempSync(join(tmpdir(), 'thaw-download-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const access = { hubUrl: hub.url, signal: new AbortController().signal };
  const folder = join(parent, 'tiny');
  return { place, folder, access, onBytes: () => undefined, pause: async () => undefined, ...wish };
}

/** Aborts when `bytes` have come. */
function stoppedAt(bytes: number): Pick<DownloadRequest, 'onBytes'> & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  return { signal: controller.signal, onBytes: (done) => (done >= bytes ? controller.abort() : undefined) };
}

describe('a download', () => {
  it('brings the file bit for bit, with the hash that the hub tells, and leaves nothing when it is done with', async () => {
    const hub = await openHub();
    const request = requestOf(hub);
    const told: number[] = [];
    const found = await downloadFile({ ...request, onBytes: (done) => told.push(done) });
    expect(readFileSync(found.file).equals(hub.content)).toBe(true);
    expect(found.sha256).toBe(createHash('sha256').update(hub.content).digest('hex'));
    expect(told[0]).toBe(0);
    expect(told.at(-1)).toBe(BYTES);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    await found.done('nothing');
    expect(readdirSync(join(request.folder, '..'))).toEqual([]);
  });

  it('goes on by itself where the connection was cut, and asks only for the rest', async () => {
    const hub = await openHub();
    hub.cutAfterBytes = 1_000_000;
    const found = await downloadFile(requestOf(hub));
    expect(readFileSync(found.file).equals(hub.content)).toBe(true);
    const starts = hub.ranges.map((range) => Number(/^bytes=(\d+)/.exec(range)?.[1] ?? 0));
    expect(starts).toHaveLength(2);
    expect(starts[1]).toBeGreaterThan(0);
    expect(starts[1]).toBeLessThanOrEqual(1_000_000);
    await found.done('nothing');
  });

  it('that was stopped goes on later from what is there', async () => {
    const hub = await openHub();
    const request = requestOf(hub);
    const stop = stoppedAt(1);
    hub.cutAfterBytes = 1_000_000;
    const stopped = downloadFile({ ...request, ...stop, access: { ...request.access, signal: stop.signal } });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    const part = await findPart(request.folder);
    expect(part?.of).toBe(BYTES);
    hub.cutAfterBytes = null;
    const found = await downloadFile(request);
    expect(found.resumedFromBytes).toBe(part?.bytes);
    expect(found.resumedFromBytes).toBeGreaterThan(0);
    expect(readFileSync(found.file).equals(hub.content)).toBe(true);
    await found.done('nothing');
  });

  it('starts anew where the hub has another file meanwhile', async () => {
    const hub = await openHub();
    const request = requestOf(hub);
    await (await downloadFile(request)).done('part');
    hub.content = numbers(2);
    const found = await downloadFile(request);
    expect(found.resumedFromBytes).toBe(0);
    expect(readFileSync(found.file).equals(hub.content)).toBe(true);
    await found.done('nothing');
  });

  it('does not take a whole file for the rest of one', async () => {
    const hub = await openHub();
    hub.cutAfterBytes = 1_000_000;
    hub.ignoresRanges = true;
    const request = requestOf(hub);
    await expect(downloadFile(request)).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: /does not give parts/,
    });
    expect(statSync(join(request.folder, 'file.part')).size).toBeLessThanOrEqual(1_000_000);
  });

  it('of what is not there says so', async () => {
    const hub = await openHub();
    const request = requestOf(hub, { place: { ...place, path: 'other.safetensors' } });
    await expect(downloadFile(request)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('from a hub that cannot be reached fails with what to do, after a few tries', async () => {
    const pauses: number[] = [];
    const request = requestOf({ ...(await openHub()), url: 'http://127.0.0.1:9' });
    const failed = downloadFile({ ...request, pause: async (ms) => void pauses.push(ms) });
    await expect(failed).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: /What has come is kept: ask again/,
    });
    expect(pauses).toEqual([500, 2000, 5000]);
  });

  it('stops within two seconds, also while the other side is silent', async () => {
    const hub = await openHub();
    hub.isSilent = true;
    const controller = new AbortController();
    const request = requestOf(hub, { access: { hubUrl: hub.url, signal: controller.signal } });
    setTimeout(() => controller.abort(), 300);
    const startedMs = performance.now();
    await expect(downloadFile(request)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(performance.now() - startedMs).toBeLessThan(2300);
  });

  it('of one file is done by one process at a time', async () => {
    const hub = await openHub();
    const request = requestOf(hub);
    const first = await downloadFile(request);
    await expect(downloadFile(request)).rejects.toMatchObject({ code: 'PROJECT_LOCKED' });
    await first.done('nothing');
  });
});

describe('the place of the hub', () => {
  it('is the client library’s own unless THAW_HUB_URL names another one that is encrypted or on this machine', () => {
    expect(hubUrlOf({})).toBeNull();
    expect(hubUrlOf({ THAW_HUB_URL: 'https://mirror.example/' })).toBe('https://mirror.example');
    expect(hubUrlOf({ THAW_HUB_URL: 'http://127.0.0.1:8080' })).toBe('http://127.0.0.1:8080');
    for (const bad of ['http://mirror.example', 'file:///etc', 'nothing'])
      expect(() => hubUrlOf({ THAW_HUB_URL: bad })).toThrow(AppError);
  });
});
