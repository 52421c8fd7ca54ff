import { describe, expect, it } from 'vitest';
import { readBatches, rowsInMemory } from '../training/rows.ts';
import { viewRows } from './view-rows.ts';

const VIEWS = 3;
const imageIds = ['00000000', '00000001', '00000005', '0000000a', 'ffffffff'].map((head) => head.padEnd(64, '0'));
const labels = Int32Array.of(0, 1, 0, 1, 0);
/** A row is its photo's number and 100 times its view; the centre is view -1. */
const sourceOf = (rows: readonly number[], view: number) =>
  rowsInMemory({
    features: Float32Array.from(rows.flatMap((row) => [row, 100 * view])),
    featureShape: [2],
    labels: Int32Array.from(rows, (row) => labels[row]!),
  });
const learnt = [0, 1, 3, 4]; // photo 2 is only judged
const source = viewRows({
  centre: sourceOf([0, 1, 2, 3, 4], -1),
  imageIds,
  views: Array.from({ length: VIEWS }, (_, view) => sourceOf(learnt, view)),
  viewRow: Int32Array.from(imageIds, (_, row) => learnt.indexOf(row)),
});
const all = [Int32Array.of(4, 2, 0), Int32Array.of(3, 1)];

async function viewsOf(epoch?: number): Promise<Map<number, number>> {
  const found = new Map<number, number>();
  for await (const { features, rows, labels: own } of readBatches(source, all, epoch)) {
    expect([...own]).toEqual([...rows].map((row) => labels[row]));
    for (const [at, row] of rows.entries()) {
      expect(features[2 * at]).toBe(row);
      found.set(row, features[2 * at + 1]! / 100);
    }
  }
  return found;
}

describe('viewRows', () => {
  it('takes every view of a photo once in K epochs, and starts again', async () => {
    const epochs = await Promise.all(Array.from({ length: 2 * VIEWS }, (_, epoch) => viewsOf(epoch)));
    for (const row of learnt) {
      const seen = epochs.map((views) => views.get(row)!);
      expect(seen.slice(0, VIEWS).sort()).toEqual([0, 1, 2]);
      expect(seen.slice(VIEWS)).toEqual(seen.slice(0, VIEWS));
    }
  });

  it('mixes the views within an epoch', async () => {
    const views = await viewsOf(0);
    expect(new Set(learnt.map((row) => views.get(row))).size).toBeGreaterThan(1);
  });

  it('judges by the centre, also in training where a photo has no views', async () => {
    expect(new Set((await viewsOf()).values())).toEqual(new Set([-1]));
    expect((await viewsOf(1)).get(2)).toBe(-1);
  });
});
