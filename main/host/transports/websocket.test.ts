import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Client, CommandEvent } from '../../../shared/contract/commands.ts';
import { commands } from '../../../shared/contract/commands.ts';
import { AppError, type Result } from '../../../shared/contract/errors.ts';
import { MAX_FRAME_BYTES } from '../../../shared/contract/frames.ts';
import { RunId } from '../../../shared/domain/ids.ts';
import type { Handlers } from '../dispatch.ts';
import { tokenHeader } from './token.ts';
import { joinHost } from './websocket-client.ts';
import { type ContractServer, serveContract } from './websocket-server.ts';

const token = 'a'.repeat(48);
const importInput = { paths: ['/a'], splitFromFolders: false };
const emptyImport = { found: 0, imported: 0, duplicates: [], skipped: [], conflicts: [], notReached: 0 };
const started: string[] = []; // the handlers that were reached

/** 'library.import' runs until it is stopped; 'runs.predict' gives a failure whose message is `messageLength` long. */
let messageLength = 0;
const refuse = (): never => {
  throw new AppError('NOT_FOUND', 'not here');
};
const runId = RunId.parse('run_aaaaaaaaaaaa');
const handlers = {
  ...Object.fromEntries(Object.keys(commands).map((name) => [name, refuse])),
  'library.import': async (_input, { onEvent, signal }) => {
    started.push('import');
    onEvent({ kind: 'note', text: 'begun' });
    if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    started.push('import ended');
    return { ...emptyImport, cancelled: true };
  },
  'runs.list': async () => [],
  'runs.predict': async () => {
    const failure = { code: 'IMAGE_EMPTY', message: 'x'.repeat(messageLength) } as const;
    return {
      runId,
      ensembleId: null,
      classes: [],
      judgement: null,
      predictions: [],
      skipped: [{ path: '/a', failure }],
    };
  },
} satisfies Partial<Handlers> as unknown as Handlers;

let server: ContractServer;
const sockets: WebSocket[] = [];
beforeEach(async () => {
  started.length = 0;
  server = await serveContract(handlers, token);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await server.drain();
});

function connect(headers: Record<string, string>): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}`, { headers });
  sockets.push(socket);
  return socket;
}
const whenOpen = (socket: WebSocket): Promise<string> =>
  new Promise((resolve) => {
    socket.on('open', () => resolve('open'));
    socket.on('error', (error) => resolve(error.message));
  });
const whenClosed = (socket: WebSocket): Promise<number> =>
  new Promise((resolve) => socket.on('close', (code) => resolve(code)));
const join = (): Promise<Client> => joinHost({ port: server.port, token });
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.failure.code);

describe('fault 17: who may speak', () => {
  it.each([
    ['no token', {}],
    ['a wrong token', { [tokenHeader]: 'b'.repeat(48) }],
    ['a shorter token', { [tokenHeader]: 'a' }],
    ['an Origin, as browsers send it', { [tokenHeader]: token, origin: 'http://127.0.0.1:8080' }],
    ['an empty Origin', { [tokenHeader]: token, origin: '' }],
  ])('refuses %s', async (_what, headers: Record<string, string>) => {
    expect(await whenOpen(connect(headers))).toContain('401');
  });

  it('lets the holder of the token in', async () => {
    expect(await whenOpen(connect({ [tokenHeader]: token }))).toBe('open');
  });
});

describe('fault 17: what may be said', () => {
  it.each([
    ['not JSON', 'hello', 1008],
    ['no frame', '{"kind":"call"}', 1008],
    ['a member too many', '{"kind":"cancel","id":1,"more":1}', 1008],
    ['an own __proto__', '{"kind":"cancel","id":1,"__proto__":{}}', 1008],
    ['a frame over the limit', 'x'.repeat(MAX_FRAME_BYTES + 1), 1009],
  ])('closes the connection of a front end that sends %s', async (_what, text, code) => {
    const socket = connect({ [tokenHeader]: token });
    await whenOpen(socket);
    const closed = whenClosed(socket);
    socket.send(text);
    expect(await closed).toBe(code);
    const other = await join();
    expect(await other.call('runs.list', {})).toEqual({ ok: true, value: [] }); // the host lives on
    await other.close();
  });

  it('refuses a second call of the same number and more than 64 at once', async () => {
    const socket = connect({ [tokenHeader]: token });
    await whenOpen(socket);
    const failures: number[] = [];
    const refused = new Promise<void>((resolve) => {
      socket.on('message', (data) => {
        const frame = JSON.parse(String(data)) as { kind: string; id: number };
        if (frame.kind === 'failure') failures.push(frame.id);
        if (failures.length === 2) resolve();
      });
    });
    const call = (id: number): void =>
      socket.send(JSON.stringify({ kind: 'call', id, command: 'library.import', input: importInput }));
    call(0);
    call(0);
    for (let id = 1; id <= 64; id += 1) call(id);
    await refused;
    expect(failures).toEqual([0, 64]);
    expect(server.openCalls()).toBe(64);
  });
});

describe('a joined front end', () => {
  it('gets events and answers, and can stop its call', async () => {
    const client = await join();
    const events: CommandEvent[] = [];
    const stop = new AbortController();
    const result = await client.call('library.import', importInput, {
      signal: stop.signal,
      onEvent: (event) => {
        events.push(event);
        stop.abort();
      },
    });
    expect(result).toEqual({ ok: true, value: { ...emptyImport, cancelled: true } });
    expect(events).toEqual([{ kind: 'note', text: 'begun' }]);
    const early = { signal: AbortSignal.abort() };
    expect(codeOf(await client.call('library.import', importInput, early))).toBe('ok'); // stopped before it began
    expect(codeOf(await client.call('project.summary', {}))).toBe('NOT_FOUND');
    await client.close();
  });

  it('is told when the answer is too large to be sent, and stays connected', async () => {
    messageLength = MAX_FRAME_BYTES;
    const client = await join();
    const result = await client.call('runs.predict', { runId, paths: ['/a'], views: 'centre' });
    expect(codeOf(result)).toBe('INVALID_INPUT');
    if (!result.ok) expect(result.failure.message).toContain('can be sent');
    expect(codeOf(await client.call('runs.list', {}))).toBe('ok');
    await client.close();
  });

  it('has its calls stopped when it goes away', async () => {
    const client = await join();
    const call = client.call('library.import', importInput);
    while (!started.includes('import')) await new Promise((resolve) => setTimeout(resolve, 5));
    await client.close();
    expect(codeOf(await call)).toBe('CANCELLED');
    while (!started.includes('import ended')) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(codeOf(await client.call('runs.list', {}))).toBe('CANCELLED'); // a call after close is answered, not left open
  });

  it('is waited for by the owner; once that closes, calls get a failure that says so', async () => {
    const client = await join();
    const stop = new AbortController();
    const call = client.call('library.import', importInput, { signal: stop.signal });
    while (server.openCalls() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    let hasDrained = false;
    const drained = server.drain().then(() => {
      hasDrained = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(hasDrained).toBe(false);
    stop.abort();
    expect(codeOf(await call)).toBe('ok');
    await drained;
    expect(codeOf(await client.call('runs.list', {}))).toBe('PROJECT_LOCKED');
    await expect(join()).rejects.toThrow(AppError);
  });
});

describe('a host that misbehaves', () => {
  const withHost = async (answer: (socket: WebSocket) => void, test: (client: Client) => Promise<void>) => {
    const fake = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    fake.on('connection', (socket) => socket.on('message', () => answer(socket)));
    await new Promise((resolve) => fake.once('listening', resolve));
    const client = await joinHost({ port: (fake.address() as { port: number }).port, token });
    try {
      await test(client);
    } finally {
      for (const socket of fake.clients) socket.terminate();
      fake.close();
    }
  };

  it.each([
    ['dies', (socket: WebSocket) => socket.terminate(), 'PROJECT_LOCKED'],
    ['sends no JSON', (socket: WebSocket) => socket.send('{'), 'BUG'],
    ['sends another frame', (socket: WebSocket) => socket.send('{"kind":"value"}'), 'BUG'],
    ['answers nonsense', (socket: WebSocket) => socket.send('{"kind":"value","id":1,"value":[{}]}'), 'BUG'],
    [
      'sends a frame over the limit',
      (socket: WebSocket) => socket.send('x'.repeat(MAX_FRAME_BYTES + 1)),
      'PROJECT_LOCKED',
    ],
  ])('fails the call when it %s', async (_what, answer, code) => {
    await withHost(answer, async (client) => {
      expect(codeOf(await client.call('runs.list', {}))).toBe(code);
    });
  });

  it('is not waited for without end when it never answers the handshake', async () => {
    const mute = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => mute.once('listening', resolve));
    const { port } = mute.address() as { port: number };
    await expect(joinHost({ port, token })).rejects.toMatchObject({ code: 'PROJECT_LOCKED' });
    mute.close();
  });
});
