import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom, shuffledIndices } from '../../../shared/math/random.ts';
import type { Preprocessing } from '../../../shared/networks/network.ts';
import type { DrawnView } from '../loading/decoder.ts';
import { openProducers, type Producers } from '../loading/producers.ts';
import { inSlices, type RowSource, readBatches, subsetOfRows } from '../training/rows.ts';
import { type LeftOut, openLeftOut } from './left-out.ts';
import { streamedRows } from './streamed-rows.ts';
import { createWaitMeter } from './wait-meter.ts';

const decoder = new URL('../loading/photo-decoder-for-tests.ts', import.meta.url);
const CROP = 2;
const PLANE = CROP * CROP;
const preprocessing: Preprocessing = {
  ...{ resizeShortSide: 4, cropSize: CROP, interpolation: 'bicubic' },
  ...{ mean: [0, 0, 0], standardDeviation: [1, 1, 1] },
};
let folder: string;
let open: Producers<DrawnView>[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'thaw-streamed-'));
  mkdirSync(join(folder, 'run'));
  open = [];
});
afterEach(async () => {
  for (const producers of open) await producers.close();
  rmSync(folder, { recursive: true });
});

const labelOf = (number: number): number => (number * 5) % 7;
function itemOf(text: string) {
  const sha256 = createHash('sha256').update(text).digest('hex');
  const path = join(folder, sha256);
  writeFileSync(path, text);
  return { sha256, path };
}
const photos = (count: number) => Array.from({ length: count }, (_, number) => itemOf(`${number} ${labelOf(number)}`));

type Setting = {
  readonly items: ReturnType<typeof photos>;
  readonly threads?: number;
  readonly batchSize?: number; // of the slots
  readonly slots?: number;
  readonly leftOut?: LeftOut;
  readonly breathe?: () => void;
  readonly log?: string;
};
async function sourceOf({ items, threads = 2, batchSize = 4, slots = 3, ...given }: Setting): Promise<RowSource> {
  const producers = openProducers<DrawnView>({ threads, slots, batchSize, preprocessing, decoder });
  open.push(producers);
  const labels = Int32Array.from(items, (_, number) => labelOf(number));
  const drawn = { ...(given.log !== undefined && { log: given.log }) } as unknown as DrawnView; // of the test's decoder
  return streamedRows({
    rows: { featureShape: [3, CROP, CROP], labels, groups: labels, read: async () => new Float32Array(0) },
    ...{ items, producers, drawn },
    leftOut: given.leftOut ?? (await openLeftOut(join(folder, 'run'), true)),
    meter: createWaitMeter(
      threads,
      () => performance.now(),
      () => undefined,
    ),
    breathe: given.breathe ?? (() => undefined),
  });
}

type Learnt = { readonly features: number[]; readonly labels: number[]; readonly rows: number[] };
async function learn(source: RowSource, slices: readonly Int32Array[], epoch: number): Promise<Learnt[]> {
  const batches: Learnt[] = [];
  for await (const { features, labels, rows } of readBatches(source, slices, epoch))
    batches.push({ features: [...features], labels: [...labels], rows: [...rows] });
  return batches;
}

/** The planes of each row say its number, its label and the epoch: what the decoder wrote for that photo. */
function expectOwnPixels({ features, labels, rows }: Learnt, epoch: number): void {
  expect(features).toHaveLength(rows.length * 3 * PLANE);
  const expected = rows.flatMap((row) => [row, labelOf(row), epoch].flatMap((value) => Array(PLANE).fill(value)));
  expect(features).toEqual(expected);
  expect(labels).toEqual(rows.map(labelOf));
}

describe('streamedRows', () => {
  it('never mixes up label, photo and view, whatever the threads, the slots, the batch and the consumer do', async () => {
    const items = photos(61);
    const random = seededRandom(9);
    for (const [threads, slots, batchSize, rows] of [
      [1, 1, 1, 5],
      [2, 3, 4, 8],
      [4, 2, 7, 3],
      [4, 1, 16, 32],
    ] as const) {
      const source = await sourceOf({ items, threads, slots, batchSize });
      for (let epoch = 0; epoch < 3; epoch += 1) {
        const slices = inSlices(shuffledIndices(61, random), rows);
        let at = 0;
        for await (const { features, labels, rows: own } of readBatches(source, slices, epoch)) {
          if (random() < 0.2) await sleep(5);
          expect([...own]).toEqual([...slices[at]!]);
          expectOwnPixels({ features: [...features], labels: [...labels], rows: [...own] }, epoch);
          at += 1;
        }
        expect(at).toBe(slices.length);
      }
    }
  });

  it('gives the same batches with 1, 2 and 4 threads, and for the steps that are left of an epoch', async () => {
    const items = photos(30);
    const slices = inSlices(shuffledIndices(30, seededRandom(1)), 4);
    const one = await learn(await sourceOf({ items, threads: 1 }), slices, 5);
    for (const threads of [2, 4]) expect(await learn(await sourceOf({ items, threads }), slices, 5)).toEqual(one);
    expect(await learn(await sourceOf({ items }), slices.slice(3), 5)).toEqual(one.slice(3));
  });

  it('serves the rows of a subset by their own numbers', async () => {
    const source = await sourceOf({ items: photos(10) });
    const subset = subsetOfRows(source, Int32Array.of(7, 2, 9));
    const [batch] = await learn(subset, [Int32Array.of(2, 0)], 1);
    expect(batch!.rows).toEqual([2, 0]);
    expect(batch!.features.filter((_, at) => at % (3 * PLANE) === 0)).toEqual([9, 7]);
  });

  it('leaves a photo that is damaged in the middle of an epoch out of its batch and of all that follow, also when resumed', async () => {
    const items = photos(12);
    const leftOut = await openLeftOut(join(folder, 'run'), true);
    leftOut.endTrials();
    const source = await sourceOf({ items, leftOut });
    const slices = inSlices(Int32Array.from(items.keys()), 4);
    expect((await learn(source, slices, 0)).map(({ rows }) => rows.length)).toEqual([4, 4, 4]);
    const text = readFileSync(items[5]!.path);
    writeFileSync(items[5]!.path, 'another content');
    const second = await learn(source, slices, 1);
    expect(second.map(({ rows }) => rows)).toEqual([
      [0, 1, 2, 3],
      [4, 6, 7],
      [8, 9, 10, 11],
    ]);
    for (const batch of second) expectOwnPixels(batch, 1);
    writeFileSync(items[5]!.path, text); // it is there again: the run goes on as it would have without a stop
    const kept = await openLeftOut(join(folder, 'run'), false);
    const resumed = await sourceOf({ items, leftOut: kept });
    expect(await learn(resumed, slices, 1)).toEqual(second);
    expect(await learn(resumed, slices, 0)).toHaveLength(3);
    expect((await learn(resumed, slices, 0))[1]!.rows).toEqual([4, 5, 6, 7]);
    expect(kept.all()).toEqual([
      { imageId: items[5]!.sha256, failure: expect.objectContaining({ code: 'IMAGE_MISSING' }) },
    ]);
  });

  it('replaces a thread that dies and reports its photo; a batch of which nothing is left is empty', async () => {
    const items = [...photos(6), itemOf('exit 1'), itemOf('damaged 1'), itemOf('damaged 2'), itemOf('exit 2')];
    for (const threads of [1, 2]) {
      const source = await sourceOf({ items, threads, leftOut: await openLeftOut(join(folder, 'run'), true) });
      const slices = [Int32Array.of(0, 6, 1), Int32Array.of(7, 8, 9), Int32Array.of(2, 3)];
      expect((await learn(source, slices, 0)).map(({ rows }) => rows)).toEqual([[0, 1], [], [2, 3]]);
    }
    const told = await openLeftOut(join(folder, 'run'), false);
    const codes = new Map(told.all().map(({ imageId, failure }) => [imageId, failure.code]));
    expect(items.slice(6).map(({ sha256 }) => codes.get(sha256))).toEqual([
      ...['DECODER_CRASHED', 'IMAGE_UNREADABLE', 'IMAGE_UNREADABLE', 'DECODER_CRASHED'],
    ]);
    expect(told.isLeftOut(items[0]!.sha256, 0)).toBe(false);
  });

  it('stops instead of learning from nothing when the disk with the photos has gone', async () => {
    const items = photos(40);
    const source = await sourceOf({ items, batchSize: 16 });
    for (const { path } of items) rmSync(path);
    await expect(learn(source, [Int32Array.from(items.keys())], 0)).rejects.toMatchObject({ code: 'IMAGE_MISSING' });
    expect((await openLeftOut(join(folder, 'run'), false)).all()).toEqual([]);
  });

  it('fault 33: a cancel reaches it within 2 s while it waits for a photo that takes ten', async () => {
    const items = [itemOf('slow'), ...photos(3)];
    let waitsMs = Number.NaN; // since when: the threads have started
    const breathe = (): void => {
      if (Number.isNaN(waitsMs)) waitsMs = performance.now();
      if (performance.now() - waitsMs > 700) throw new Error('cancelled');
    };
    const source = await sourceOf({ items, breathe });
    await expect(learn(source, [Int32Array.of(0, 1, 2, 3)], 0)).rejects.toThrow('cancelled');
    expect(performance.now() - waitsMs).toBeLessThan(2700);
  });

  it('reads ahead of the consumer by no more photos than the slots hold', async () => {
    const log = join(folder, 'log');
    const [threads, slots, batchSize] = [4, 2, 3];
    const source = await sourceOf({ items: photos(40), threads, slots, batchSize, log });
    const started = (): number => readFileSync(log, 'utf8').trim().split('\n').length;
    let consumed = 0;
    for await (const { rows } of readBatches(
      source,
      inSlices(
        Int32Array.from({ length: 40 }, (_, at) => at),
        3,
      ),
      0,
    )) {
      await sleep(40);
      expect(started() - consumed).toBeLessThanOrEqual(slots * batchSize);
      consumed += rows.length;
    }
    expect(started()).toBe(40);
  });
});

describe('createWaitMeter', () => {
  it('tells the share of the time that each side waited, over all epochs so far', () => {
    let ms = 0;
    const told: object[] = [];
    const meter = createWaitMeter(
      2,
      () => ms,
      (waits) => told.push(waits),
    );
    ms = 500;
    meter.begin();
    meter.trainingWaited(100);
    ms = 1500;
    meter.end(600); // of 2 x 1000
    ms = 4000; // judging is no part of it
    meter.begin();
    meter.trainingWaited(100);
    ms = 5000;
    meter.tell(0);
    meter.tell(0); // at most once a second
    meter.end(200);
    expect(told).toEqual([
      { training: 0.1, data: 0.3 },
      { training: 0.1, data: 0.15 },
      { training: 0.1, data: 0.2 },
    ]);
  });
});
