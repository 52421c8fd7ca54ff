import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { commands } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { MAX_FRAME_BYTES } from '../../../shared/contract/frames.ts';
import { createInProcessClient, type Handlers } from '../dispatch.ts';
import { type AppServer, serveApp } from './serve-app.ts';
import { checkedName, MOST_UPLOAD_BYTES } from './uploads.ts';

const thumb = 'a'.repeat(64);
let root: string;
let server: AppServer;
let cookie: string;
let calls: string[];
const sockets: WebSocket[] = [];

const handlers = {
  ...Object.fromEntries(
    Object.keys(commands).map((name) => [
      name,
      async () => {
        calls.push(name);
        throw new AppError('NOT_FOUND', 'not here');
      },
    ]),
  ),
  'runs.list': async () => [],
} as unknown as Handlers;
const client = createInProcessClient(handlers, async () => undefined);

type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string };
type Asked = { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string | Buffer };

/** The target goes out as it is: a URL class would tidy '..' away. */
function ask(target: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: server.port, path: target, method, headers: { ...headers } };
    const asked = request(options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString() }),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
const own = (): string => `http://127.0.0.1:${server.port}`;
const admitted = (target: string, asked: Asked = {}): Promise<Answer> =>
  ask(target, { ...asked, headers: { cookie, origin: own(), ...asked.headers } });
const tokenOf = (link: string): string => link.slice(link.indexOf('/?'));

beforeEach(async () => {
  calls = [];
  root = mkdtempSync(join(tmpdir(), 'thaw-serve-'));
  const pagesFolder = join(root, 'pages');
  const projectFolder = join(root, 'project');
  for (const folder of [join(pagesFolder, 'assets'), join(projectFolder, 'thumbs'), join(projectFolder, 'previews')])
    mkdirSync(folder, { recursive: true });
  writeFileSync(join(pagesFolder, 'index.html'), 'the page');
  writeFileSync(join(pagesFolder, 'assets', 'app-1.js'), 'script');
  writeFileSync(join(pagesFolder, '.secret.json'), 'secret');
  writeFileSync(join(root, 'outside.txt'), 'secret');
  symlinkSync(join(root, 'outside.txt'), join(pagesFolder, 'link.txt'));
  writeFileSync(join(projectFolder, 'thaw.sqlite'), 'secret');
  writeFileSync(join(projectFolder, 'thumbs', `${thumb}.jpg`), 'picture');
  writeFileSync(join(projectFolder, 'previews', `${thumb}.webp`), 'preview');
  server = await serveApp({ client, projectFolder, pagesFolder, port: 0 });
  const entered = await ask(tokenOf(server.link()));
  cookie = String(entered.headers['set-cookie']?.[0]).split(';')[0] ?? '';
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await server.close();
  rmSync(root, { recursive: true, force: true });
});

describe('the link', () => {
  it('lets one browser in, once, by a cookie that no script and no other site gets', async () => {
    const link = tokenOf(server.link());
    const first = await ask(link);
    expect(first.status).toBe(200);
    expect(first.headers['set-cookie']?.[0]).toMatch(/^thaw-\d+=[0-9a-f]{64}; HttpOnly; SameSite=Strict; Path=\/$/);
    expect((await ask(link)).status).toBe(401); // used up
    expect((await ask(`${link.slice(0, -1)}g`)).status).toBe(401);
    expect((await ask(link, { headers: { cookie } })).status).toBe(200); // who is in may open it again
    expect(tokenOf(server.link())).not.toBe(link);
  });

  it('is needed for everything', async () => {
    for (const target of ['/', '/assets/app-1.js', `/thumb/${thumb}`, '/nothing'])
      expect((await ask(target)).status).toBe(401);
    expect((await ask('/', { headers: { cookie: `thaw-${server.port}=${'0'.repeat(64)}` } })).status).toBe(401);
    expect(
      (await ask('/upload?session=abcdefgh&name=a.jpg', { method: 'POST', headers: { origin: own() } })).status,
    ).toBe(401);
  });
});

describe('a refusal', () => {
  it.each([
    ['zh-CN,zh;q=0.9,en;q=0.8', '请打开'],
    ['en;q=0.5, zh-TW', '请打开'],
    ['en-GB,en;q=0.9,zh;q=0.8', 'Open the address'],
    ['de;q=nonsense,,;', 'Open the address'],
  ])('is worded in the language that the browser asks for: %s', async (wanted, words) => {
    const refusal = await ask('/', { headers: { 'accept-language': wanted } });
    expect(refusal).toMatchObject({ status: 401, headers: { 'content-type': 'text/plain; charset=utf-8' } });
    expect(refusal.body).toContain(words);
  });
});

describe('what is sent', () => {
  it('is the page, its parts, and pictures of the project', async () => {
    expect((await admitted('/')).body).toBe('the page');
    expect(await admitted('/assets/app-1.js')).toMatchObject({ status: 200, body: 'script' });
    expect((await admitted(`/thumb/${thumb}`)).body).toBe('picture');
    expect((await admitted(`/preview/${thumb}`)).headers['content-type']).toBe('image/webp');
    expect(await admitted('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });

  it.each([
    '/../outside.txt',
    '/assets/../../outside.txt',
    '/%2e%2e/outside.txt',
    '/..%2foutside.txt',
    '/..\\outside.txt',
    '//etc/passwd',
    '/link.txt',
    '/.secret.json',
    '/assets',
    '/assets/',
    '/index.html%00.js',
    '/thaw.sqlite',
    '/thumb/../thaw.sqlite',
    `/thumb/${thumb.toUpperCase()}`,
    `/thumb/${thumb}.jpg`,
    `/thumb/${thumb.slice(1)}b`,
    `/view/${thumb}`, // no such picture
    '/contract',
    '/uploads/x',
    `/${'a/'.repeat(7900)}`,
  ])('fault 16: is nothing for %s', async (target) => {
    const answer = await admitted(target);
    expect(answer.status).toBe(404);
    expect(answer.body).not.toContain('secret');
  });

  it('carries a policy without anything inline, refusals too', async () => {
    for (const target of ['/', '/nothing', `/thumb/${thumb}`]) {
      const { headers } = await admitted(target);
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/unsafe|\*/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
    }
  });
});

describe('fault 17: who may ask', () => {
  it.each([
    ['another host name, bent to this machine', { host: 'evil.example' }],
    ['another port', { host: '127.0.0.1:1' }],
    ['a foreign origin', { origin: 'http://evil.example' }],
    ['no real origin', { origin: 'null' }],
    ['a page elsewhere, as the browser says', { 'sec-fetch-site': 'cross-site' }],
    ['another port of this machine', { 'sec-fetch-site': 'same-site' }],
  ])('refuses %s', async (_what, headers: Record<string, string>) => {
    expect((await admitted('/', { headers })).status).toBe(403);
    const upload = { method: 'POST', body: 'x', headers };
    expect((await admitted('/upload?session=abcdefgh&name=a.jpg', upload)).status).toBe(403);
    expect(await knock({ cookie, origin: own(), ...headers })).toBe('403');
  });

  it('lets a socket in with cookie and own origin only', async () => {
    expect(await knock({ cookie, origin: own() })).toBe('open');
    expect(await knock({ cookie })).toBe('403');
    expect(await knock({ origin: own() })).toBe('403');
    expect(await knock({ cookie, origin: own() }, '/contract/')).toBe('403');
    expect(await knock({ cookie, origin: own() }, '/')).toBe('403');
  });

  it('refuses other methods', async () => {
    for (const method of ['PUT', 'OPTIONS', 'DELETE', 'TRACE'])
      expect((await admitted('/', { method })).status).toBe(405);
  });
});

function connect(headers: Record<string, string>, path = '/contract'): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers });
  sockets.push(socket);
  return socket;
}

function knock(headers: Record<string, string>, path?: string): Promise<string> {
  const socket = connect(headers, path);
  return new Promise((resolve) => {
    socket.on('open', () => resolve('open'));
    socket.on('error', (error) => resolve(/\d{3}/.exec(error.message)?.[0] ?? error.message));
  });
}

describe('fault 17: what may be said', () => {
  const openSocket = async (): Promise<WebSocket> => {
    const socket = connect({ cookie, origin: own() });
    await new Promise((resolve) => socket.once('open', resolve));
    return socket;
  };

  it.each([
    ['not JSON', 'hello', 1008],
    ['an own __proto__', '{"kind":"cancel","id":1,"__proto__":{}}', 1008],
    ['100 MB', 'x'.repeat(100_000_000), 1009],
    ['one byte more than is allowed', 'x'.repeat(MAX_FRAME_BYTES + 1), 1009],
  ])('ends the connection of who sends %s', async (_what, text, code) => {
    const socket = await openSocket();
    const closed = new Promise((resolve) => socket.on('close', (given) => resolve(given)));
    socket.on('error', () => undefined);
    socket.send(text);
    expect(await closed).toBe(code);
    expect((await admitted('/')).status).toBe(200); // the server lives on
  });

  it('answers unknown commands, wrong types and too many calls with a failure that reaches no handler', async () => {
    const socket = await openSocket();
    const answers: { readonly id: number; readonly kind: string; readonly failure?: { readonly message: string } }[] =
      [];
    socket.on('message', (data) => answers.push(JSON.parse(String(data))));
    const send = (id: number, command: string, input: unknown): void =>
      socket.send(JSON.stringify({ kind: 'call', id, command, input }));
    const startedMs = performance.now();
    send(0, 'constructor', {});
    send(1, 'runs.delete', { runIds: ['../../x'] });
    send(2, 'settings.set', { language: 'en', theme: 'dark', notify: 'yes' });
    for (let id = 3; id < 1003; id += 1) send(id, 'runs.list', {});
    while (answers.length < 1003) await new Promise((resolve) => setTimeout(resolve, 5));
    const elapsedSeconds = (performance.now() - startedMs) / 1000;
    expect(answers.filter(({ id, kind }) => id < 3 && kind === 'failure').length).toBe(3);
    expect(calls).toEqual([]);
    const refused = answers.filter(({ id, failure }) => id >= 3 && failure?.message.includes('a second'));
    const mostRefused = 603; // of 1003 calls 400 are let in at once, 3 of which were the wrong ones
    expect(refused.length).toBeLessThanOrEqual(mostRefused);
    expect(refused.length).toBeGreaterThan(Math.max(0, mostRefused - 1 - 200 * elapsedSeconds)); // then 200 a second
  });
});

describe('an upload', () => {
  const post = (name: string, asked: Asked = {}, session = 'abcdefgh'): Promise<Answer> =>
    admitted(`/upload?session=${session}&name=${encodeURIComponent(name)}`, {
      method: 'POST',
      body: 'bytes',
      ...asked,
    });

  it('lies under its name below a folder of its session until the session is dropped, or the server ends', async () => {
    const names = ['Tigger/a.jpg', 'Tigger/a.jpg', '=1+1.png', '<img onerror>.jpg', 'new\nline.jpg', '猫.jpg'];
    const stored: { path: string; root: string }[] = [];
    for (const name of names) stored.push(JSON.parse((await post(name)).body));
    expect(new Set(stored.map(({ path }) => path)).size).toBe(names.length);
    expect(stored[1]?.path.endsWith(join('Tigger', 'a (2).jpg'))).toBe(true);
    for (const { path, root: folder } of stored) {
      expect(path.startsWith(join(root, 'project', 'uploads'))).toBe(true);
      expect(path.startsWith(folder)).toBe(true);
      expect(readFileSync(path, 'utf8')).toBe('bytes');
    }
    await post('b.jpg', {}, 'otherother');
    const list = (): string[] => readdirSync(join(root, 'project', 'uploads'));
    expect(list().length).toBe(2);
    expect((await admitted('/upload?session=abcdefgh', { method: 'DELETE' })).status).toBe(200);
    expect(list()).toEqual([`${process.pid}-otherother`]);
    await server.close();
    expect(list()).toEqual([]);
  });

  it.each([
    '',
    '/',
    '../a.jpg',
    'a/../../b.jpg',
    '/etc/passwd',
    'a//b.jpg',
    './a',
    'a/.',
    'a\0.jpg',
    'x'.repeat(256),
    `${'a/'.repeat(40)}b`,
  ])('fault 16: is refused as %j and writes nothing', async (name) => {
    const answer = await post(name);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body).failure.code).toBe('INVALID_INPUT');
    expect(readdirSync(root).sort()).toEqual(['outside.txt', 'pages', 'project']);
    expect(readdirSync(join(root, 'project'))).not.toContain('uploads');
  });

  it('is refused without a fit session, without a length and over the limit', async () => {
    for (const session of ['', 'short', '../../..', 'UPPERCASE', 'a'.repeat(33)])
      expect((await post('a.jpg', {}, encodeURIComponent(session))).status).toBe(400);
    expect((await post('a.jpg', { headers: { 'transfer-encoding': 'chunked' } })).status).toBe(400);
    const long = new Promise<string>((resolve) => {
      const headers = { cookie, origin: own(), 'content-length': String(MOST_UPLOAD_BYTES + 1) };
      const options = {
        host: '127.0.0.1',
        port: server.port,
        path: '/upload?session=abcdefgh&name=a.jpg',
        method: 'POST',
        headers,
      };
      const asked = request(options, (answer) => resolve(String(answer.statusCode)));
      asked.on('error', () => resolve('ended'));
      asked.write('x');
    });
    expect(await long).toBe('413');
  });

  it('on Windows has no name that Windows would read otherwise', () => {
    for (const name of ['CON', 'com1.jpg', 'a:b.jpg', 'a\\b.jpg', 'dot.', 'a?.jpg'])
      expect(() => checkedName(name, 'win32')).toThrow(AppError);
    expect(checkedName('CON/console.jpg', 'linux')).toBe(join('CON', 'console.jpg'));
  });
});

it('says that a port is taken', async () => {
  const again = { client, projectFolder: join(root, 'project'), pagesFolder: root, port: server.port };
  await expect(serveApp(again)).rejects.toThrow(/taken/);
});
