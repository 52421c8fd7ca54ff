import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createImagingPool, type ImagingPool } from '../imaging/pool.ts';
import { findSharedFolder } from '../imaging/testing-shared.ts';
import {
  type ImportItem,
  type ImportOptions,
  type ImportSink,
  type ImportSummary,
  importPhotos,
  type SinkAnswer,
} from './import.ts';

const hostile = findSharedFolder('data', 'hostile');
let folder = '';
let pool: ImagingPool;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'thaw-import-'));
  pool = createImagingPool({ processes: 2 });
});
afterAll(async () => {
  await pool.close();
  await rm(folder, { recursive: true, force: true });
});

/** A sink that keeps photos by hash, as the store does. */
function memorySink(): ImportSink & { readonly items: ImportItem[] } {
  const items: ImportItem[] = [];
  const addOne = (item: ImportItem): SinkAnswer => {
    const known = items.find((other) => other.inspection.sha256 === item.inspection.sha256);
    if (known === undefined) {
      items.push(item);
      return { kind: 'imported' };
    }
    if (known.className === item.className) return { kind: 'duplicate', sameAs: known.path };
    return { kind: 'conflict', sameAs: known.path, className: known.className };
  };
  return { add: async (found) => found.map(addOne), items };
}

function optionsFor(root: string, sink: ImportSink): ImportOptions {
  return {
    roots: [root],
    splitFromFolders: false,
    thumbnailFolder: join(folder, 'thumbs'),
    copyFolder: null,
    pool,
    sink,
  };
}

function accounted(summary: ImportSummary): number {
  const { imported, duplicates, conflicts, skipped, notReached } = summary;
  return imported + duplicates.length + conflicts.length + skipped.length + notReached;
}

async function picture(path: string, background: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await sharp({ create: { width: 16, height: 12, channels: 3, background } })
    .png()
    .toFile(path);
}

const Expected = z.record(
  z.string(),
  z.object({ expect: z.string(), also_ok: z.string().optional(), same_as: z.string().optional() }),
);

describe.skipIf(hostile === null)('the hostile folder', () => {
  it('faults 1-12: every file ends as expected, the counts add up and no file is lost', async () => {
    const root = hostile ?? '';
    const sink = memorySink();
    const summary = await importPhotos(optionsFor(root, sink));
    const expected = Expected.parse(JSON.parse(await readFile(join(root, 'EXPECTED.json'), 'utf8')));
    const outcome = new Map<string, string>();
    for (const item of sink.items) outcome.set(basename(item.path), 'imported');
    for (const { path } of summary.duplicates) outcome.set(basename(path), 'duplicate');
    for (const { path } of summary.skipped) outcome.set(basename(path), 'skipped');
    const wrong = (await readdir(root)).filter((name) => {
      const row = expected[name];
      const got = outcome.get(name) ?? 'skipped'; // silently: .DS_Store, Thumbs.db
      return row === undefined || (got !== row.expect && got !== row.also_ok);
    });
    expect(wrong).toEqual([]);
    expect(accounted(summary)).toBe(summary.found);
    expect(summary.duplicates.map(({ sameAs }) => basename(sameAs))).toEqual(['twin-a.jpg']);
    const failure = (name: string) => summary.skipped.find(({ path }) => basename(path) === name);
    expect(failure('truncated.jpg')?.message).toContain('incomplete');
    expect(failure('zero-byte.jpg')?.code).toBe('IMAGE_EMPTY');
    expect(failure('external.svg')?.message).toContain('SVG');
    expect(failure('.DS_Store')).toBeUndefined();
    expect(summary.skipped.some(({ code }) => code === 'BUG')).toBe(false);
  });
});

it('labels by folder, takes the side from the first level when asked, and reports conflicts', async () => {
  const root = join(folder, 'sides');
  await picture(join(root, 'train', 'cat', 'a.png'), 'red');
  await picture(join(root, 'valid', 'dog', 'deeper', 'b.png'), 'blue');
  await mkdir(join(root, 'valid', 'cat'));
  await copyFile(join(root, 'valid', 'dog', 'deeper', 'b.png'), join(root, 'valid', 'cat', 'c.png'));
  const sink = memorySink();
  const phases: string[] = [];
  const summary = await importPhotos({
    ...optionsFor(root, sink),
    splitFromFolders: true,
    onProgress: ({ phase, done, total }) => phases.push(`${phase} ${done}/${total}`),
  });
  expect(sink.items.map(({ className, side }) => [className, side])).toEqual([
    ['cat', 'train'],
    ['cat', 'val'],
  ]);
  expect(summary.conflicts).toMatchObject([{ className: 'dog', otherClassName: 'cat' }]);
  expect(accounted(summary)).toBe(3);
  expect(phases.at(-1)).toBe('importing 3/3');
});

it('fault 33: stops when cancelled, keeps what was imported and says what was not reached', async () => {
  const root = join(folder, 'many');
  for (let index = 0; index < 6; index += 1) await picture(join(root, 'k', `${index}.png`), `rgb(${index * 20},9,9)`);
  const controller = new AbortController();
  const kept = memorySink();
  const sink: ImportSink = {
    add: async (items) => {
      const answers = await kept.add(items);
      if (kept.items.length === 2) controller.abort();
      return answers;
    },
  };
  const slow: ImportOptions['pool'] = {
    inspect: (request) =>
      Number(basename(request.path, '.png')) < 2 ? pool.inspect(request) : new Promise<never>(() => undefined),
  };
  const summary = await importPhotos({ ...optionsFor(root, sink), pool: slow, signal: controller.signal });
  expect(summary).toMatchObject({ found: 6, imported: 2, notReached: 4, cancelled: true });
});

it('fault 33: ends at once when stopped, also while a photo is being looked at', async () => {
  const root = join(folder, 'slow');
  await mkdir(root);
  await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .png()
    .toFile(join(root, 'a.png'));
  const stuck = { inspect: () => new Promise<never>(() => undefined) };
  const signal = AbortSignal.timeout(50);
  const summary = await importPhotos({ ...optionsFor(root, memorySink()), pool: stuck, signal });
  expect(summary).toMatchObject({ found: 1, imported: 0, notReached: 1, skipped: [], cancelled: true });
});
