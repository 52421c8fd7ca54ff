import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Sha256 } from '../../../shared/domain/ids.ts';
import { type ViewSet, viewsOf } from '../../../shared/domain/view-set.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { decodeImage } from '../../imaging/decode.ts';
import { renderViews } from '../../imaging/views.ts';
import { sha256Hex } from '../../kernel/hashing.ts';
import type { JobImage } from '../protocol/messages.ts';
import type { FrozenPart } from './frozen-part.ts';
import { assertViewsFit, type ViewLogits, viewLogits } from './view-logits.ts';

const lite0 = findNetwork('tf_efficientnet_lite0');
const network = { ...lite0, preprocessing: { ...lite0.preprocessing, resizeShortSide: 32, cropSize: 28 } }; // a small one, for speed
const context = { breathe: () => undefined, shouldStop: () => false, send: () => undefined };
let root: string;
let images: JobImage[];
let files: Buffer[];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'thaw-views-'));
  files = [];
  for (let photo = 0; photo < 5; photo += 1) {
    const [width, height] = [60 + photo * 5, 50];
    const pixels = Buffer.from({ length: width * height * 3 } as ArrayLike<number>).map(
      (_, at) => (at * (photo + 3)) >> 4,
    );
    files.push(
      await sharp(pixels, { raw: { width, height, channels: 3 } })
        .jpeg()
        .toBuffer(),
    );
  }
  files[3] = Buffer.from('not a picture');
  images = files.map((bytes, at) => {
    const path = join(root, `${at}.jpg`);
    writeFileSync(path, bytes);
    const imageId = Sha256.parse(sha256Hex(bytes));
    return { imageId, path, label: 0, groupId: imageId, side: 'test' };
  });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The first two values of each crop. */
const firstTwo = (input: Float32Array, count: number): Float32Array => {
  const length = input.length / count;
  return Float32Array.from({ length: count * 2 }, (_, at) => input[Math.floor(at / 2) * length + (at % 2)]!);
};

function fakeFrozen(batches: number[]): FrozenPart {
  return {
    ...{ network, suffix: network, weights: new Map(), rowShape: [2], threads: 2, executor: 'fake' },
    run: async (input, batch) => {
      batches.push(batch);
      return firstTwo(input, batch);
    },
    keyOfView: (view) => ({
      ...{ formatVersion: 1, preprocessing: network.preprocessing, decoderVersion: 'd', augmentation: null },
      ...{ augmentationSeed: null, view, weightsSha256: '0'.repeat(64), networkId: network.id, cut: 'x' },
      ...{ executor: { name: 'fake', version: '1', threads: 2 }, dtype: 'float32' },
    }),
    close: async () => undefined,
  };
}

async function collect(set: ViewSet, mostKeptBytes: number) {
  const batches: number[] = [];
  const reports: (readonly [number, number])[] = [];
  const featuresFolder = mkdtempSync(join(root, 'features-'));
  const found: ViewLogits[] = [];
  const request = {
    ...{ frozen: fakeFrozen(batches), featuresFolder, images, views: viewsOf(set), classCount: 2, mostKeptBytes },
    runHead: async (rows: Float32Array) => rows.map((value) => value * 2),
    report: (done: number, total: number) => reports.push([done, total]),
  };
  for await (const logits of viewLogits(request, context)) found.push({ ...logits, values: logits.values.slice() });
  return { found, batches, reports, kept: readdirSync(featuresFolder).length };
}

it('gives every view of every photo that can be read, whether features are kept or not', async () => {
  const set = 'positions:9@100,125'; // two groups
  const [kept, passing] = [await collect(set, Number.POSITIVE_INFINITY), await collect(set, 0)];
  expect([kept.kept, passing.kept]).toEqual([18, 0]);
  const readable = [0, 1, 2, 4];
  const looked = viewsOf(set)
    .filter((_, at) => at % 5 === 1)
    .map(({ id }) => id as string);
  for (const { found } of [kept, passing]) {
    expect(new Set(found.map(({ view }) => view))).toEqual(new Set(viewsOf(set).map(({ id }) => id)));
    expect(found.flatMap(({ skipped }) => skipped.map(({ imageId }) => imageId))).toEqual([images[3]!.imageId]);
    for (const { view, images: answered, values } of found) {
      expect(answered).toEqual(readable.map((at) => images[at]));
      if (!looked.includes(view)) continue;
      const crops = await Promise.all(
        readable.map(async (at) => renderViews(await decodeImage(files[at]!), network.preprocessing, [view])),
      );
      expect(values).toEqual(Float32Array.from(crops.flatMap((crop) => [crop[0]! * 2, crop[1]! * 2])));
    }
  }
});

it('never holds more than 16 crops in a batch, however many there are, and tells how far it is', async () => {
  for (const mostKeptBytes of [0, Number.POSITIVE_INFINITY]) {
    const { batches, reports } = await collect('grid:5x4', mostKeptBytes);
    expect(Math.max(...batches)).toBeLessThanOrEqual(16);
    expect(batches.reduce((sum, count) => sum + count, 0)).toBe(80);
    expect(reports.at(-1)).toEqual([10, 10]); // 2 groups of views of 5 photos
    expect(reports.map(([done]) => done)).toEqual(reports.map(([done]) => done).toSorted((a, b) => a - b));
  }
});

it('says from which scale on crops fit', () => {
  const { preprocessing } = lite0; // 224 of 256
  expect(() => assertViewsFit(viewsOf('grid:2x2@80,120'), preprocessing)).toThrow(/80 %.*205.*224.*from 88 %/);
  expect(() => assertViewsFit(viewsOf('grid:2x2@88'), preprocessing)).not.toThrow();
  expect(() => assertViewsFit(viewsOf('grid:2x2@87'), preprocessing)).toThrow(/INVALID_INPUT|from 88 %/);
});
