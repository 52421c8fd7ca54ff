import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import type { Preprocessing } from '../../../shared/networks/network.ts';
import { createLoader } from './loader.ts';

const folder = mkdtempSync(join(tmpdir(), 'thaw-decoder-'));
afterAll(() => rmSync(folder, { recursive: true }));
const preprocessing: Preprocessing = {
  resizeShortSide: 40,
  cropSize: 32,
  interpolation: 'bicubic',
  mean: [0.5, 0.4, 0.25],
  standardDeviation: [0.5, 0.2, 1],
};

function chunk(type: string, data: Uint8Array): Buffer {
  const content = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(content), 4);
  return Buffer.concat([frame.subarray(0, 4), content, frame.subarray(4)]);
}

/** An RGB PNG of 60 x 40 pixels whose left part, `edge` pixels wide, has another colour than the rest. */
function png(left: readonly number[], right: readonly number[], edge: number): Buffer {
  const header = Buffer.from([0, 0, 0, 60, 0, 0, 0, 40, 8, 2, 0, 0, 0]);
  const row = [0, ...Array.from({ length: 60 }, (_, x) => (x < edge ? left : right)).flat()];
  const pixels = deflateSync(Buffer.from(Array(40).fill(row).flat()));
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

function itemOf(bytes: Buffer) {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const path = join(folder, `${sha256}.png`);
  writeFileSync(path, bytes);
  return { path, sha256 };
}

const normalised = (colour: readonly number[]) =>
  [0, 1, 2].map((c) => (colour[c]! / 255 - preprocessing.mean[c]!) / preprocessing.standardDeviation[c]!);

it('the real decoder: planes, normalisation and mirror agree with arithmetic, alike for 1 and 3 threads', async () => {
  const left = [250, 10, 40];
  const right = [5, 90, 200];
  const good = itemOf(png(left, right, 20));
  const plain = Array.from({ length: 7 }, (_, i) => itemOf(png([i * 30, i, 255 - i], [i * 30, i, 255 - i], 60)));
  const cut = itemOf(png(left, right, 30).subarray(0, 60));
  const passes = [];
  for (const threads of [1, 3]) {
    const items = [good, cut, ...plain];
    const views = ['centre', 'centre.mirror'];
    const loader = createLoader({ threads, slots: 2, batchSize: 4, preprocessing, views, items });
    const batches = [];
    for await (const { batch, failures } of loader) {
      batches.push(Float32Array.from(batch));
      expect(failures.every(({ failure }) => failure.code === 'IMAGE_UNREADABLE')).toBe(true);
      expect(failures.every(({ failure }) => failure.message.startsWith(cut.path))).toBe(true);
    }
    expect(batches.map(({ length }) => length / (2 * 3 * 32 * 32))).toEqual([3, 4, 1]);
    passes.push(batches);
  }
  expect(passes[1]).toEqual(passes[0]);
  const [first] = passes[0]!;
  const pixel = (view: number, c: number, x: number) => first![((view * 3 + c) * 32 + 16) * 32 + x]!;
  for (const c of [0, 1, 2]) {
    expect(pixel(0, c, 0)).toBeCloseTo(normalised(left)[c]!, 5);
    expect(pixel(0, c, 31)).toBeCloseTo(normalised(right)[c]!, 5);
    for (let x = 0; x < 32; x++) expect(pixel(1, c, x)).toBe(pixel(0, c, 31 - x));
  }
  const last = passes[0]![2]!;
  for (const c of [0, 1, 2]) expect(last[c * 32 * 32 + 500]).toBeCloseTo(normalised([180, 6, 249])[c]!, 5);
});
