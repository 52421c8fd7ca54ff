import { QueryClient } from '@tanstack/react-query';
import { afterEach, expect, it, vi } from 'vitest';
import type { Client } from '../../../shared/contract/commands.ts';
import type { Failure } from '../../../shared/contract/errors.ts';
import { pictureTries } from '../pictures.ts';
import { createJobsStore } from './jobs-store.ts';
import { watchHost } from './watch.ts';

const LOST: Failure = { code: 'ENGINE_CRASHED', message: 'gone' };
let stop: () => void = () => undefined;
afterEach(() => stop());

it('after a lost line it watches before it asks again, so that nothing changes unseen in between', async () => {
  const said: string[] = [];
  const queries = new QueryClient();
  vi.spyOn(queries, 'invalidateQueries').mockImplementation(async () => void said.push('asked again'));
  const call = ((name: string, _input: object, { signal }: { signal?: AbortSignal } = {}) => {
    said.push(name);
    if (name !== 'events.watch') return Promise.resolve({ ok: true, value: { jobs: [] } });
    const isFirst = said.filter((one) => one === name).length === 1;
    if (isFirst) return Promise.resolve({ ok: false, failure: LOST });
    return new Promise((resolve) => signal?.addEventListener('abort', () => resolve({ ok: true, value: { told: 0 } })));
  }) as Client['call'];
  const client: Client = { call, close: async () => undefined };
  stop = watchHost({ client, store: createJobsStore(), queries, onJobEnd: () => undefined, retryMs: 1 });
  await expect.poll(() => said).toHaveLength(5);
  expect(said).toEqual(['events.watch', 'jobs.list', 'events.watch', 'asked again', 'jobs.list']);
  expect(pictureTries.getState().tries).toBe(1);
});
