import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canMount } from '../../kernel/mounts-for-tests.ts';
import { type FeatureStoreOptions, openFeatureStore } from './store.ts';

const KEY = 'c'.repeat(64);
const idOf = (i: number): string => createHash('sha256').update(String(i)).digest('hex');
const rowOf = (i: number): number[] => [i, i + 0.5, -i];
const ids = (from: number, end: number) => Array.from({ length: end - from }, (_, i) => idOf(from + i));
const rows = (from: number, end: number) =>
  Float32Array.from(Array.from({ length: end - from }, (_, i) => rowOf(from + i)).flat());

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'thaw-features-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (change: Partial<FeatureStoreOptions> = {}) =>
  openFeatureStore(folder, KEY, { rowLength: 3, mode: 'write', shardBytes: 4 * 12, ...change });
const namesOf = (ending: string) => readdirSync(join(folder, KEY)).filter((name) => name.endsWith(ending));

/** Ten rows in shards of 4, 4 and 2. */
async function writeTen(): Promise<void> {
  const store = await open();
  await store.append(ids(0, 10), rows(0, 10));
  await store.close();
}

describe('the feature store', () => {
  it('gives rows back bit for bit, in any order, now and after opening again', async () => {
    await writeTen();
    expect(namesOf('.shard')).toHaveLength(3);
    const store = await open({ mode: 'read' });
    for (let round = 0; round < 2; round++) {
      expect(await store.read([idOf(9), idOf(0), idOf(5), idOf(0)])).toEqual(
        Float32Array.from([9, 0, 5, 0].flatMap(rowOf)),
      );
    }
    expect(await store.read(ids(0, 10))).toEqual(rows(0, 10));
    expect(store.missing([idOf(11), idOf(3), idOf(11), idOf(12)])).toEqual([idOf(11), idOf(12)]);
    expect(store.damaged()).toEqual([]);
  });

  it('reads single rows of a verified large shard without reading the rest', async () => {
    const store = await open({ shardBytes: 1_000_000 });
    await store.append(ids(0, 50), rows(0, 50));
    await store.flush();
    await store.verify(ids(0, 1));
    expect(await store.read([idOf(42)])).toEqual(rows(42, 43));
    await store.close();
  });

  it('lets one writer in, and readers beside it; a second writer is told who writes', async () => {
    const writer = await open();
    await expect(open()).rejects.toMatchObject({
      code: 'PROJECT_LOCKED',
      message: expect.stringContaining(`${process.pid}`),
    });
    await (await open({ mode: 'read' })).close();
    await writer.close();
    await (await open()).close();
  });

  it('skips images it has, and refuses rows that are not finite or do not fit', async () => {
    await writeTen();
    const store = await open();
    await store.append(ids(8, 11), rows(0, 3));
    await store.flush();
    expect(await store.read(ids(8, 11))).toEqual(Float32Array.from([...rows(8, 10), ...rowOf(2)]));
    await expect(store.append([idOf(20)], Float32Array.of(1, Number.NaN, 1))).rejects.toMatchObject({
      code: 'LOSS_NOT_FINITE',
    });
    await expect(store.append([idOf(20)], Float32Array.of(1))).rejects.toThrow(RangeError);
    await store.close();
  });
});

describe('fault 27: a damaged shard', () => {
  async function expectRecovery(lostCount: number, reason: RegExp): Promise<void> {
    const store = await open();
    await store.verify(ids(0, 10));
    const lost = store.missing(ids(0, 10));
    expect(lost).toHaveLength(lostCount);
    expect(store.damaged()).toHaveLength(1);
    expect(store.damaged()[0]!.reason).toMatch(reason);
    expect(namesOf('.shard')).toHaveLength(2);
    for (const id of lost) {
      const i = ids(0, 10).indexOf(id);
      await store.append([id], rows(i, i + 1));
    }
    await store.flush();
    expect(await store.read(ids(0, 10))).toEqual(rows(0, 10));
    await store.close();
  }
  const shardWith = (i: number) => {
    const name = namesOf('.shard').find((n) => readFileSync(join(folder, KEY, n), 'latin1').includes(idOf(i)))!;
    return join(folder, KEY, name);
  };
  const flip = (file: string, at: number) => {
    const bytes = readFileSync(file);
    bytes[at < 0 ? bytes.length + at : at]! ^= 4;
    writeFileSync(file, bytes);
  };

  it('with a flipped payload byte costs its four images only', async () => {
    await writeTen();
    flip(shardWith(0), -40);
    await expectRecovery(4, /checksum/);
  });

  it('with a flipped checksum byte is not trusted either', async () => {
    await writeTen();
    flip(shardWith(0), -1);
    await expectRecovery(4, /checksum/);
  });

  it('that is truncated, lengthened or has a broken header is dropped at opening', async () => {
    for (const damage of [
      (file: string) => truncateSync(file, readFileSync(file).length - 5),
      (file: string) => appendFileSync(file, 'x'),
      (file: string) => flip(file, 14),
      (file: string) => truncateSync(file, 0),
      (file: string) => flip(file, 11),
    ]) {
      await writeTen();
      damage(shardWith(0));
      const store = await open();
      expect(store.missing(ids(0, 10))).toEqual(ids(0, 4));
      expect(store.damaged()).toHaveLength(1);
      await store.close();
      rmSync(join(folder, KEY), { recursive: true });
    }
  });

  it('met while reading is an error once; a reader leaves the file to the writer', async () => {
    await writeTen();
    flip(shardWith(0), -40);
    const reader = await open({ mode: 'read' });
    await expect(reader.read(ids(0, 10))).rejects.toMatchObject({ code: 'CACHE_DAMAGED' });
    expect(reader.missing(ids(0, 10))).toEqual(ids(0, 4));
    expect(await reader.read(ids(4, 10))).toEqual(rows(4, 10));
    expect(namesOf('.shard')).toHaveLength(3);
  });

  it('of another cache or row length is not mixed in', async () => {
    await writeTen();
    const store = await open({ rowLength: 4 });
    expect(store.missing(ids(0, 10))).toHaveLength(10);
    await store.close();
  });
});

it('fault 23: after kill -9 of a writer at any moment the store opens, whole shards only, no temporary files', async () => {
  const script = fileURLToPath(new URL('./writer-for-tests.ts', import.meta.url));
  for (let round = 0; round < 4; round++) {
    const child = spawn(process.execPath, [script, folder, KEY], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout!, 'data');
    await new Promise((resolve) => setTimeout(resolve, round * 7));
    child.kill('SIGKILL');
    await once(child, 'exit');
    const store = await openFeatureStore(folder, KEY, { rowLength: 100_000, mode: 'write' });
    expect(namesOf('.tmp')).toEqual([]);
    expect(store.damaged()).toEqual([]);
    const present = Array.from({ length: 1000 }, (_, i) => i).filter((i) => store.has(idOf(i)));
    expect(present.length).toBeGreaterThanOrEqual(2);
    for (const i of present) expect((await store.read([idOf(i)])).every((value) => value === i)).toBe(true);
    await store.close();
    rmSync(join(folder, KEY), { recursive: true });
  }
});

if (!canMount)
  console.warn('LEFT OUT: fault 25 (disk full) of the feature store: needs Linux, root and the right to mount.');

describe.skipIf(!canMount)('fault 25: a full disk', () => {
  beforeEach(() => void execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]));
  afterEach(() => void execFileSync('umount', [folder]));

  it('is seen before the work starts', async () => {
    const store = await open({ reserveBytes: 0 });
    await store.ensureSpace(1000);
    await expect(store.ensureSpace(100_000)).rejects.toMatchObject({ code: 'DISK_FULL' });
    await store.close();
    const reserving = await open();
    await expect(reserving.ensureSpace(1)).rejects.toMatchObject({ code: 'DISK_FULL' });
    await reserving.close();
  });

  it('in the middle of a shard leaves no temporary file and keeps the rows until there is room', async () => {
    const ballast = join(folder, 'ballast');
    writeFileSync(ballast, Buffer.alloc(900_000));
    const store = await open({ rowLength: 50_000, shardBytes: 1 });
    const values = new Float32Array(50_000).fill(1.5);
    await expect(store.append([idOf(0)], values)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(namesOf('.tmp')).toEqual([]);
    expect(store.has(idOf(0))).toBe(false);
    rmSync(ballast);
    await store.flush();
    expect(await store.read([idOf(0)])).toEqual(values);
    await store.close();
  });
});
