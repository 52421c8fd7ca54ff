import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { quickestMs } from '../../e2e/fixtures/quickest.ts';
import type { CommandEvent } from '../../shared/contract/commands.ts';
import type { Result } from '../../shared/contract/errors.ts';
import type { JobResult } from '../engine/protocol/messages.ts';
import { isAlive } from '../kernel/process-identity.ts';
import { createEngineClient, type EngineClient } from './engine-client.ts';

const entry = fileURLToPath(new URL('./fake-engine-for-tests.ts', import.meta.url));
let client: EngineClient;
const WORKING_MS = 8000; // of 'work for long'
const HANG_MS = 3000; // longer than an engine takes to start on a machine that does other things too
const open = (hangMs?: number): void => {
  client = createEngineClient({ entry, ...(hangMs !== undefined && { hangMs }) });
};
afterEach(() => client.close());

type Extra = {
  readonly signal?: AbortSignal;
  readonly finishSignal?: AbortSignal;
  readonly onEvent?: (event: CommandEvent) => void;
};
const run = (behaviour: string, { signal, onEvent, finishSignal }: Extra = {}): Promise<Result<JobResult>> =>
  client.run(
    { kind: 'doctor', jobId: behaviour },
    { signal: signal ?? new AbortController().signal, onEvent: onEvent ?? (() => undefined), finishSignal },
  );
/** The process id that the fake engine tells, or the code of the failure. */
const answer = (result: Result<JobResult>): string =>
  result.ok ? (result.value.kind === 'evaluate' ? result.value.device.executor : '') : result.failure.code;
const whenGone = async (pid: number): Promise<void> => {
  while (isAlive(pid)) await sleep(10);
};

it('keeps the engine for the next job and hands its events on', async () => {
  open();
  const events: CommandEvent[] = [];
  const first = answer(await run('report and finish', { onEvent: (event) => events.push(event) }));
  expect(events.map(({ kind }) => kind)).toEqual(['note', 'progress']);
  expect(answer(await run('finish'))).toBe(first);
});

it('hands the wish to finish early on, also one that is older than the job', async () => {
  open();
  const pid = answer(await run('finish when asked to', { finishSignal: AbortSignal.timeout(100) }));
  expect(Number(pid)).toBeGreaterThan(0);
  expect(answer(await run('finish when asked to', { finishSignal: AbortSignal.abort() }))).toBe(pid);
});

it('fault 33: an engine that answers the cancel stays for the next job', async () => {
  open();
  const pid = answer(await run('finish'));
  const stopOne = async (): Promise<number> => {
    const startedMs = performance.now();
    expect(answer(await run('finish when cancelled', { signal: AbortSignal.timeout(100) }))).toBe('CANCELLED');
    return performance.now() - startedMs;
  };
  expect(await quickestMs(1000, stopOne)).toBeLessThan(1000);
  expect(answer(await run('finish'))).toBe(pid);
});

it('fault 33: an engine that ignores the cancel is killed after 1.5 s, and the next job gets another', async () => {
  open();
  const stopOne = async (): Promise<number> => {
    const pid = Number(answer(await run('finish')));
    const stop = new AbortController();
    const result = run('ignore cancel', { signal: stop.signal });
    await sleep(100);
    const startedMs = performance.now();
    stop.abort();
    expect(answer(await result)).toBe('CANCELLED');
    const elapsedMs = performance.now() - startedMs;
    expect(elapsedMs).toBeGreaterThan(1400);
    const next = Number(answer(await run('finish'))); // at once, while the killed one may still be there
    expect(next).toBeGreaterThan(0);
    expect(next).not.toBe(pid);
    await whenGone(pid);
    return elapsedMs;
  };
  expect(await quickestMs(2000, stopOne)).toBeLessThan(2000);
});

it('fault 33: a job that is cancelled before its turn is answered at once and never starts', async () => {
  open();
  let hasEnded = false;
  const first = run('work for long').finally(() => {
    hasEnded = true;
  });
  expect(answer(await run('crash', { signal: AbortSignal.timeout(50) }))).toBe('CANCELLED');
  expect(answer(await run('crash', { signal: AbortSignal.abort() }))).toBe('CANCELLED');
  expect(hasEnded).toBe(false); // seconds before their turn
  expect(Number(answer(await first))).toBeGreaterThan(0);
});

for (const behaviour of ['beat without counting', 'no heartbeat']) {
  it(`fault 32: an engine that hangs (${behaviour}) is killed as ENGINE_HUNG`, async () => {
    open(HANG_MS);
    const pid = Number(answer(await run('finish')));
    expect(answer(await run(behaviour))).toBe('ENGINE_HUNG');
    await whenGone(pid);
    expect(Number(answer(await run('finish')))).toBeGreaterThan(0);
  });
}

it('fault 32: an engine that works for longer than the limit, and counts, is left alone', async () => {
  open(WORKING_MS / 2); // far longer than an engine takes to start
  expect(Number(answer(await run('work for long')))).toBeGreaterThan(0);
});

it('fault 32: an engine is not called hung because the host itself was halted for longer than the limit', async () => {
  open(WORKING_MS / 2);
  await run('finish');
  const working = run('work for long');
  setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0.7 * WORKING_MS), 200);
  expect(Number(answer(await working))).toBeGreaterThan(0);
});

it('tells how a crashed engine ended and what it said last, then starts another', async () => {
  open();
  const result = await run('crash');
  expect(answer(result)).toBe('ENGINE_CRASHED');
  if (!result.ok) {
    expect(result.failure.message).toContain('SIGABRT');
    expect(result.failure.message).toContain('a library says why');
  }
  expect(Number(answer(await run('finish')))).toBeGreaterThan(0);
});

it('counts an engine that loses its pipe as crashed or hung, never waits for ever', async () => {
  open(HANG_MS);
  expect(['ENGINE_CRASHED', 'ENGINE_HUNG']).toContain(answer(await run('close the pipe')));
});

for (const behaviour of ['not JSON', 'unknown kind', 'deep']) {
  it(`ends an engine whose message is malformed (${behaviour}); the host lives on`, async () => {
    open();
    const result = await run(behaviour);
    expect(answer(result)).toBe('BUG');
    if (!result.ok) expect(result.failure.message.length).toBeLessThan(1000);
    expect(Number(answer(await run('finish')))).toBeGreaterThan(0);
  });
}

it('turns an engine that cannot be started into a failure', async () => {
  client = createEngineClient({ entry: `${entry}.missing` });
  const result = await run('finish');
  expect(answer(result)).toBe('ENGINE_CRASHED');
  if (!result.ok) expect(result.failure.message).toContain('Cannot find module');
});

it('fails a job whose listener cannot take an event, with the failure of the listener', async () => {
  open();
  const onEvent = (): never => {
    throw new Error('no space for it');
  };
  const result = await run('report and finish', { onEvent });
  expect(answer(result)).toBe('BUG');
  if (!result.ok) expect(result.failure.message).toContain('no space for it');
});

it('ends jobs under way and waiting when it is closed, and starts nothing afterwards', async () => {
  open();
  const pid = Number(answer(await run('finish')));
  const results = [run('work for long'), run('finish')];
  await client.close();
  expect(isAlive(pid)).toBe(false);
  expect((await Promise.all(results)).map(answer)).toEqual(['CANCELLED', 'CANCELLED']);
  expect(answer(await run('finish'))).toBe('CANCELLED');
});
