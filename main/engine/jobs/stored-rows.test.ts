import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../shared/math/random.ts';
import { openFeatureStore } from '../features/store.ts';
import { openStoredRows } from './stored-rows.ts';

const ROWS = 40;
const SHAPE = [2, 3, 3];
const WIDTH = 18;
const key = 'c'.repeat(64);
const imageIds = Array.from({ length: ROWS }, (_, row) => row.toString(16).padStart(64, '0'));
const random = seededRandom(4);
const features = Float32Array.from({ length: ROWS * WIDTH }, random);
const labels = Int32Array.from(imageIds.keys(), (row) => row % 3);
const groups = Int32Array.from(imageIds.keys());
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'thaw-rows-'));
  const options = { rowLength: WIDTH, mode: 'write', shardBytes: 7 * WIDTH * 4, reserveBytes: 0 } as const;
  const store = await openFeatureStore(folder, key, options);
  await store.append(imageIds, features);
  await store.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = (maxBytesInMemory: number) =>
  openStoredRows({ folder, key, imageIds, featureShape: SHAPE, labels, groups, maxBytesInMemory });

describe('openStoredRows', () => {
  it.each([0, 1e9])('reads any rows in any order, from disk or from memory (%s bytes allowed)', async (allowed) => {
    const rows = await open(allowed);
    expect([rows.count, rows.featureShape]).toEqual([ROWS, SHAPE]);
    const wanted = Int32Array.of(39, 0, 7, 8, 7);
    const found = await rows.read(wanted);
    for (const [at, row] of wanted.entries())
      expect(found.subarray(at * WIDTH, (at + 1) * WIDTH)).toEqual(features.subarray(row * WIDTH, (row + 1) * WIDTH));
  });

  it('finds a shard that has gone', async () => {
    const rows = await open(0);
    const shards = readdirSync(join(folder, key)).filter((name) => name.endsWith('.shard'));
    expect(shards.length).toBeGreaterThan(4);
    rmSync(join(folder, key, shards[0]!));
    await expect(rows.read(Int32Array.from(imageIds.keys()))).rejects.toMatchObject({ code: 'CACHE_DAMAGED' });
  });
});
