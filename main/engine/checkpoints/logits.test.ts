import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Sha256 } from '../../../shared/domain/ids.ts';
import { findLogits, type Logits, listLogits, pickRows, readLogits, writeLogits } from './logits.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'thaw-logits-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const logits: Logits = {
  side: 'validation',
  view: '3',
  source: { weightsSha256: Sha256.parse('a'.repeat(64)), thawVersion: '1.2.3' },
  runId: 'run_abc',
  classes: ['ant', 'bee, "=1+1" 蜂'],
  imageIds: ['a'.repeat(64), 'b'.repeat(64), 'c'.repeat(64)],
  values: Float32Array.of(1, -2, 3.25, 1e-38, -0, 88),
};
const name = { side: 'validation', view: '3' };
const file = () => join(folder, 'logits-validation-3.bin');

it('gives logits back with their images, classes, view and run; views lie beside each other', async () => {
  await writeLogits(folder, logits);
  await writeLogits(folder, { ...logits, view: 'top-left.mirror', imageIds: [], values: new Float32Array() });
  expect(await readLogits(folder, name)).toEqual(logits);
  expect((await readLogits(folder, { side: 'validation', view: 'top-left.mirror' })).values).toHaveLength(0);
  expect(await listLogits(folder)).toEqual([name, { side: 'validation', view: 'top-left.mirror' }]);
});

it('any flipped bit, a cut-off end, a swapped or a missing file is CACHE_DAMAGED, never other numbers', async () => {
  await writeLogits(folder, logits);
  const good = readFileSync(file());
  for (let at = 0; at < good.length; at++) {
    const bytes = Buffer.from(good);
    bytes[at]! ^= 1 << (at % 8);
    writeFileSync(file(), bytes);
    await expect(readLogits(folder, name)).rejects.toMatchObject({ code: 'CACHE_DAMAGED' });
  }
  truncateSync(file(), statSync(file()).size - 1);
  await expect(readLogits(folder, name)).rejects.toMatchObject({ code: 'CACHE_DAMAGED' });
  writeFileSync(join(folder, 'logits-test-3.bin'), good);
  await expect(readLogits(folder, { side: 'test', view: '3' })).rejects.toThrow(/another view/);
  await expect(readLogits(folder, { side: 'test', view: '4' })).rejects.toThrow(/gone/);
});

it('refuses wrong counts, doubled images or classes, values that are not finite and names that leave the folder', async () => {
  await expect(writeLogits(folder, { ...logits, values: new Float32Array(5) })).rejects.toThrow(RangeError);
  await expect(writeLogits(folder, { ...logits, imageIds: ['a', 'b', 'a'] })).rejects.toThrow(/twice/);
  await expect(writeLogits(folder, { ...logits, classes: ['x', 'x'] })).rejects.toThrow(/twice/);
  const values = Float32Array.of(1, 2, 3, Number.POSITIVE_INFINITY, 5, 6);
  await expect(writeLogits(folder, { ...logits, values })).rejects.toMatchObject({ code: 'LOSS_NOT_FINITE' });
  await expect(writeLogits(folder, { ...logits, side: '../x' })).rejects.toThrow();
  await expect(writeLogits(folder, { ...logits, view: '../x' })).rejects.toThrow();
  expect(await listLogits(folder)).toEqual([]);
});

it('logits of other weights, or of another Thaw, are as good as missing', async () => {
  await writeLogits(folder, logits);
  const other = Sha256.parse('b'.repeat(64));
  expect(await findLogits(folder, name, logits.source)).toEqual(logits);
  expect(await findLogits(folder, name, { ...logits.source, weightsSha256: other })).toBeNull();
  expect(await findLogits(folder, name, { ...logits.source, thawVersion: '1.2.4' })).toBeNull();
  expect(await findLogits(folder, { ...name, view: '4' }, logits.source)).toBeNull();
});

it('gives the rows of some photos in the order in which they are asked for', () => {
  const [a, , c] = logits.imageIds;
  const picked = pickRows(logits, [c!, a!]);
  expect([picked.imageIds, [...picked.values]]).toEqual([
    [c, a],
    [-0, 88, 1, -2],
  ]);
  expect(() => pickRows(logits, ['d'.repeat(64)])).toThrow(/no logits/);
});
