import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import type { Preprocessing } from '../../../shared/networks/network.ts';
import type { LoaderItem } from './control.ts';
import { createLoader, type LoaderOptions } from './loader.ts';

const folder = mkdtempSync(join(tmpdir(), 'thaw-loader-'));
afterAll(() => rmSync(folder, { recursive: true }));
const decoder = new URL('./decoder-for-tests.ts', import.meta.url);
const preprocessing: Preprocessing = {
  resizeShortSide: 4,
  cropSize: 2,
  interpolation: 'bicubic',
  mean: [0, 0, 0],
  standardDeviation: [1, 1, 1],
};

let fileCount = 0;
function itemOf(content: string | Uint8Array): LoaderItem {
  const path = join(folder, `${fileCount++}.jpg`);
  writeFileSync(path, content);
  return { path, sha256: createHash('sha256').update(content).digest('hex') };
}

function options(items: readonly LoaderItem[], change: Partial<LoaderOptions<number>> = {}): LoaderOptions<number> {
  return { threads: 2, slots: 2, batchSize: 4, preprocessing, views: [10, 20], items, decoder, ...change };
}

async function loadAll(settings: LoaderOptions<number>) {
  const batches = [];
  for await (const { batch, items, failures } of createLoader(settings))
    batches.push({ pixels: [...batch], items: [...items], failures: [...failures] });
  return batches;
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => itemOf(Uint8Array.of(i + 1)));

it('gives every view of every image in the order asked for, the same for 1, 2 and 5 threads and other slot counts', async () => {
  const items = numbers(22);
  const one = await loadAll(options(items, { threads: 1, slots: 1 }));
  expect(one.map((batch) => batch.items.length)).toEqual([4, 4, 4, 4, 4, 2]);
  expect(one.flatMap((batch) => batch.items)).toEqual(items);
  const expected = items.flatMap((_, i) => [10, 20].flatMap((view) => Array(12).fill((i + 1) * 1000 + view)));
  expect(one.flatMap((batch) => batch.pixels)).toEqual(expected);
  expect(await loadAll(options(items))).toEqual(one);
  expect(await loadAll(options(items, { threads: 5, slots: 3 }))).toEqual(one);
});

it('never writes into a batch the consumer still holds, however slow it is', async () => {
  for await (const { batch } of createLoader(options(numbers(16), { threads: 3, slots: 1 }))) {
    const before = [...batch];
    await sleep(30);
    expect([...batch]).toEqual(before);
  }
});

it('fills the slots while the event loop is blocked, as it is by inference', async () => {
  const signs = Array.from({ length: 12 }, (_, at) => join(folder, `decoded ${at}`));
  const items = signs.map((sign) => itemOf(`tell ${sign}`));
  const loader = createLoader(options(items, { slots: 3 }));
  const iterator = loader[Symbol.asyncIterator]();
  await iterator.next();
  const cell = new Int32Array(new SharedArrayBuffer(4));
  for (let waits = 0; waits < 3000 && !signs.every(existsSync); waits += 1) Atomics.wait(cell, 0, 0, 20); // blocks this thread
  expect(signs.filter((sign) => !existsSync(sign))).toEqual([]);
  expect((await iterator.next()).value!.items).toEqual(items.slice(4, 8));
  expect((await iterator.next()).value!.items).toEqual(items.slice(8));
  await loader.stop();
});

it('fault 8: a file that vanished or changed is reported, and the others close up without a gap', async () => {
  const items = numbers(6);
  rmSync(items[1]!.path);
  writeFileSync(items[2]!.path, 'other content');
  const [first, second] = await loadAll(options(items));
  expect(first!.items).toEqual([items[0], items[3]]);
  expect(new Set(first!.pixels)).toEqual(new Set([1010, 1020, 4010, 4020]));
  expect(first!.failures.map(({ item }) => item)).toEqual([items[1], items[2]]);
  expect(first!.failures.map(({ failure }) => failure.code)).toEqual(['IMAGE_MISSING', 'IMAGE_MISSING']);
  expect(first!.failures[1]!.failure.message).toMatch(/changed since it was imported/);
  expect(second!.items).toEqual(items.slice(4));
});

it('a thread that dies is replaced, its file reported; an unreadable file keeps its own reason', async () => {
  const items = [
    ...numbers(3),
    itemOf('exit'),
    ...numbers(2),
    itemOf('exit'),
    itemOf('throw'),
    itemOf('exit'),
    ...numbers(4),
  ];
  for (const threads of [1, 2]) {
    const batches = await loadAll(options(items, { threads }));
    const failures = batches.flatMap((batch) => batch.failures);
    expect(failures.map(({ item }) => items.indexOf(item))).toEqual([3, 6, 7, 8]);
    expect(failures.map(({ failure }) => failure.code)).toEqual([
      'DECODER_CRASHED',
      'DECODER_CRASHED',
      'IMAGE_UNREADABLE',
      'DECODER_CRASHED',
    ]);
    expect(batches.flatMap((batch) => batch.items)).toHaveLength(9);
  }
});

it('fails instead of starting threads for ever when the decoder cannot be loaded', async () => {
  const broken = options(numbers(3), { decoder: new URL('./no-such-module.ts', import.meta.url) });
  await expect(loadAll(broken)).rejects.toMatchObject({ code: 'DECODER_CRASHED' });
});

it('fault 33: stop ends a pass within 2 s though an image takes 10 s, and the waiting consumer is released', async () => {
  const loader = createLoader(options([...numbers(4), itemOf('slow'), itemOf('slow'), ...numbers(9)]));
  const iterator = loader[Symbol.asyncIterator]();
  await iterator.next();
  const waiting = iterator.next();
  await sleep(50);
  const start = performance.now();
  await loader.stop();
  expect((await waiting).done).toBe(true);
  expect(performance.now() - start).toBeLessThan(2000);
});

it('an empty list gives no batch; a second pass and impossible settings are refused', async () => {
  expect(await loadAll(options([]))).toEqual([]);
  expect(() => createLoader(options([], { threads: 0 }))).toThrow(/threads/);
  const loader = createLoader(options(numbers(1)));
  for await (const { items } of loader) expect(items).toHaveLength(1);
  await expect(loader[Symbol.asyncIterator]().next()).rejects.toThrow(/one pass/);
});
