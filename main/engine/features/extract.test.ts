import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Preprocessing } from '../../../shared/networks/network.ts';
import { createLoader } from '../loading/loader.ts';
import { type ExtractionProgress, extractFeatures, imagesToExtract } from './extract.ts';
import { type FeatureStore, openFeatureStore } from './store.ts';

const decoder = new URL('../loading/decoder-for-tests.ts', import.meta.url);
const preprocessing: Preprocessing = {
  resizeShortSide: 4,
  cropSize: 2,
  interpolation: 'bicubic',
  mean: [0, 0, 0],
  standardDeviation: [1, 1, 1],
};
/** A network of arithmetic: row = [first pixel, sum of the pixels]; the decoder's pixels are 1000 * byte + view. */
const executor = {
  rowLength: 2,
  run: async (input: Float32Array, batch: number) =>
    Float32Array.from({ length: batch * 2 }, (_, i) => input[Math.floor(i / 2) * 12]! * (i % 2 === 0 ? 1 : 12)),
};
const rowsOf = (bytes: readonly number[], view: number) =>
  Float32Array.from(bytes.flatMap((byte) => [1, 12].map((factor) => factor * (byte * 1000 + view))));

let folder: string;
let stores: FeatureStore[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'thaw-extract-'));
  const keys = ['a'.repeat(64), 'b'.repeat(64)];
  stores = await Promise.all(
    keys.map((key) => openFeatureStore(join(folder, 'cache'), key, { rowLength: 2, mode: 'write', shardBytes: 24 })),
  );
});
afterEach(async () => {
  for (const store of stores) await store.close();
  rmSync(folder, { recursive: true });
});

function itemOf(content: string | Uint8Array) {
  const sha256 = createHash('sha256').update(content).digest('hex');
  const path = join(folder, `${sha256}.jpg`);
  writeFileSync(path, content);
  return { path, sha256 };
}
const numbers = (count: number) => Array.from({ length: count }, (_, i) => itemOf(Uint8Array.of(i + 1)));
const loaderOf = (items: ReturnType<typeof numbers>) =>
  createLoader({ threads: 2, slots: 2, batchSize: 4, preprocessing, views: [10, 20], items, decoder });
const job = (items: ReturnType<typeof numbers>) => ({
  executor,
  loader: loaderOf(items),
  stores,
  onProgress: (_: ExtractionProgress): void => undefined,
  shouldStop: () => false,
  nowMs: () => performance.now(),
});

it('puts the rows of each view into its own store, reports progress, and leaves nothing to do the second time', async () => {
  const items = numbers(10);
  const seen: ExtractionProgress[] = [];
  let ticks = 0;
  const result = await extractFeatures({
    ...job([...items, itemOf('throw')]),
    onProgress: (progress) => void seen.push(progress),
    nowMs: () => 1000 * ticks++, // a second passes between two looks at the clock
  });
  expect(result).toMatchObject({ imageCount: 10, elapsedMs: 4000, imagesPerSecond: 2.5, isStopped: false });
  expect(result.failures.map(({ failure }) => failure.code)).toEqual(['IMAGE_UNREADABLE']);
  expect(seen.map(({ done, total, secondsLeft }) => [done, total, secondsLeft])).toEqual([
    [4, 11, 7 / 4],
    [8, 11, 3 / 4],
    [11, 11, 0],
  ]);
  const bytes = items.map((_, i) => i + 1);
  for (const [view, store] of stores.entries())
    expect(await store.read(items.map(({ sha256 }) => sha256))).toEqual(rowsOf(bytes, [10, 20][view]!));
  expect(await imagesToExtract(stores, items)).toEqual([]);
});

it('goes on where it was stopped, and images of equal content are computed once', async () => {
  const items = numbers(9);
  let batches = 0;
  const result = await extractFeatures({ ...job(items), shouldStop: () => batches++ === 1 });
  expect(result).toMatchObject({ imageCount: 4, isStopped: true });
  const rest = await imagesToExtract(stores, [...items, ...items]);
  expect(rest).toEqual(items.slice(4));
  expect(await extractFeatures(job(rest))).toMatchObject({ imageCount: 5, isStopped: false });
  expect(await imagesToExtract(stores, items)).toEqual([]);
});

it('decodes the next batch while the network runs', async () => {
  const signs = Array.from({ length: 8 }, (_, at) => join(folder, `decoded ${at}`));
  const items = signs.map((sign) => itemOf(`tell ${sign}`));
  const patient = {
    ...executor,
    run: async (input: Float32Array, batch: number) => {
      await expect.poll(() => signs.filter((sign) => !existsSync(sign))).toEqual([]); // of both batches
      return await executor.run(input, batch);
    },
  };
  expect(await extractFeatures({ ...job(items), executor: patient })).toMatchObject({ imageCount: 8 });
});

it('ends the threads and keeps what it has when the network fails', async () => {
  const items = numbers(12);
  let runs = 0;
  const failing = {
    ...executor,
    run: async (input: Float32Array, batch: number) => {
      if (runs++ === 2) throw new Error('out of memory');
      return executor.run(input, batch);
    },
  };
  await expect(extractFeatures({ ...job(items), executor: failing })).rejects.toThrow(/out of memory/);
  for (const store of stores) await store.flush();
  expect(await imagesToExtract(stores, items)).toEqual(items.slice(8));
});
