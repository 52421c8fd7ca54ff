import { describe, expect, it } from 'vitest';
import { type CommandEvent, commands } from '../../shared/contract/commands.ts';
import { AppError, type Result } from '../../shared/contract/errors.ts';
import { createInProcessClient, dispatch, type Handlers } from './dispatch.ts';

const noInput = {} as const;
const emptyImport = {
  found: 0,
  imported: 0,
  duplicates: [],
  skipped: [],
  conflicts: [],
  notReached: 0,
  cancelled: false,
};
/** Handlers that must not be reached, but for those given. */
function handlersWith(own: Partial<Handlers>): Handlers {
  const refuse = (): never => {
    throw new Error('reached');
  };
  return { ...Object.fromEntries(Object.keys(commands).map((name) => [name, refuse])), ...own } as Handlers;
}
const context = { onEvent: () => undefined, signal: new AbortController().signal };
const ask = (command: string, input: unknown, own: Partial<Handlers> = {}): Promise<Result<unknown>> =>
  dispatch(handlersWith(own), { command, input }, context);
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.failure.code);

describe('fault 17: what is no valid call reaches no handler', () => {
  for (const name of ['', 'nothing', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'x'.repeat(1_000_000)])
    it(`refuses the command '${name.slice(0, 20)}'`, async () => {
      const result = await ask(name, noInput);
      expect(codeOf(result)).toBe('INVALID_INPUT');
      if (!result.ok) expect(result.failure.message.length).toBeLessThan(200);
    });

  const inputs: Readonly<Record<string, unknown>> = {
    'no object': null,
    'an array': [],
    'a text': 'paths',
    'a missing member': { paths: ['/a'] },
    'a member too many': { paths: ['/a'], splitFromFolders: false, more: 1 },
    'a wrong type': { paths: ['/a'], splitFromFolders: 'no' },
    'no path': { paths: [], splitFromFolders: false },
    'an empty path': { paths: [''], splitFromFolders: false },
    'a text of 20 MB': { paths: ['x'.repeat(20_000_000)], splitFromFolders: false },
    'a key of 20 MB': { paths: ['/a'], splitFromFolders: false, ['k'.repeat(20_000_000)]: 1 },
    'too many paths': { paths: new Array(10_001).fill('/a'), splitFromFolders: false },
    'a million wrong paths': { paths: new Array(1_000_000).fill(7), splitFromFolders: false },
    'an own __proto__': JSON.parse('{"paths":["/a"],"splitFromFolders":false,"__proto__":{"isAdmin":true}}'),
    'an own constructor': JSON.parse('{"paths":["/a"],"splitFromFolders":false,"constructor":{"prototype":{}}}'),
  };
  for (const [what, input] of Object.entries(inputs))
    it(`refuses ${what} as input, in a short message`, async () => {
      const result = await ask('library.import', input);
      expect(codeOf(result)).toBe('INVALID_INPUT');
      if (!result.ok) expect(result.failure.message.length).toBeLessThan(2100);
      expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    });

  it('refuses a run id, a side and a number out of bounds', async () => {
    const view = { split: 'test', views: 'centre' };
    expect(codeOf(await ask('runs.evaluate', { runId: '../../etc', ...view }))).toBe('INVALID_INPUT');
    expect(codeOf(await ask('runs.evaluate', { runId: 'run_abcdefabcdef', ...view, split: 'all' }))).toBe(
      'INVALID_INPUT',
    );
    const train = { backbone: 'x', freeze: 'all', recipe: {} };
    for (const seed of [-1, 0.5, Number.NaN, 2 ** 60, '7'])
      expect(codeOf(await ask('runs.train', { ...train, seed }))).toBe('INVALID_INPUT');
  });
});

it('keeps the code of an expected failure and calls everything else a bug', async () => {
  const expected = async (): Promise<never> => {
    throw new AppError('DISK_FULL', 'full');
  };
  const bug = async (): Promise<never> => {
    throw new TypeError('x is undefined');
  };
  expect(codeOf(await ask('runs.list', noInput, { 'runs.list': expected }))).toBe('DISK_FULL');
  const result = await ask('runs.list', noInput, { 'runs.list': bug });
  expect(codeOf(result)).toBe('BUG');
  if (!result.ok) expect(result.failure.message).toContain('x is undefined');
  const wrongOutput = (async () => [{ runId: 'no id' }]) as unknown as Handlers['runs.list'];
  expect(codeOf(await ask('runs.list', noInput, { 'runs.list': wrongOutput }))).toBe('BUG');
});

describe('the contract inside one process', () => {
  it('hands events and the wish to stop to the caller and the handler', async () => {
    const events: CommandEvent[] = [];
    const handlers = handlersWith({
      'library.import': async (_input, { onEvent, signal }) => {
        onEvent({ kind: 'note', text: 'begun' });
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        return { ...emptyImport, cancelled: signal.aborted };
      },
    });
    const client = createInProcessClient(handlers, async () => undefined);
    const stop = new AbortController();
    const input = { paths: ['/a'], splitFromFolders: false };
    const result = client.call('library.import', input, {
      signal: stop.signal,
      onEvent: (event) => events.push(event),
    });
    stop.abort();
    expect(await result).toEqual({ ok: true, value: { ...emptyImport, cancelled: true } });
    expect(events).toEqual([{ kind: 'note', text: 'begun' }]);
  });

  it('stops the calls under way and waits for them before it closes, once, and takes none afterwards', async () => {
    const steps: string[] = [];
    const handlers = handlersWith({
      'runs.list': async (_input, { signal }) => {
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        await new Promise((resolve) => setTimeout(resolve, 20));
        steps.push('handler ended');
        return [];
      },
    });
    const client = createInProcessClient(handlers, async () => void steps.push('closed'));
    const call = client.call('runs.list', noInput);
    await Promise.all([client.close(), client.close()]);
    expect(steps).toEqual(['handler ended', 'closed']);
    expect((await call).ok).toBe(true);
    expect(codeOf(await client.call('runs.list', noInput))).toBe('CANCELLED');
  });
});
