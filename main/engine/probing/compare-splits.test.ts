import { beforeAll, describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../../shared/math/random.ts';
import { openTensorFlow } from '../tensorflow/door.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { compareSplits, type SplitsRequest } from './compare-splits.ts';

const WIDTH = 512;
const TELLING = 64; // columns
const FRAMES = 4; // of a burst
let ops: TensorOps;

beforeAll(async () => {
  ops = await openTensorFlow({ threads: 1 });
});

/** Bursts of the same picture a little changed. `isTelling` false: the features say nothing about the label. */
function bursts(count: number, isTelling: boolean): SplitsRequest {
  const random = seededRandom(3);
  const photos = count * FRAMES;
  const rows = new Float32Array(photos * WIDTH);
  for (let burst = 0; burst < count; burst += 1) {
    const centre = Array.from({ length: WIDTH }, () => normal(random));
    if (isTelling) for (let at = 0; at < TELLING; at += 1) centre[at]! += burst % 2 === 0 ? 1 : -1;
    for (let frame = 0; frame < FRAMES; frame += 1)
      for (let at = 0; at < WIDTH; at += 1)
        rows[(burst * FRAMES + frame) * WIDTH + at] = centre[at]! + 0.1 * normal(random);
  }
  const groups = Int32Array.from({ length: photos }, (_, row) => Math.floor(row / FRAMES));
  return {
    ...{ rows, width: WIDTH, groups, classCount: 2, folds: 4, seed: 1 },
    labels: groups.map((burst) => burst % 2),
    shouldStop: () => false,
    onEpoch: () => undefined,
  };
}

const share = (outcomes: readonly boolean[]): number => outcomes.filter(Boolean).length / outcomes.length;

describe('compareSplits', () => {
  it('shows that bursts parted by a random split let a classifier know answers that nothing else could tell', async () => {
    const { honest, random } = await compareSplits(ops, bursts(40, false));
    expect(share(random)).toBeGreaterThan(0.9); // its neighbours were learnt by heart
    expect(Math.abs(share(honest) - 0.5)).toBeLessThan(0.2); // a coin: 40 independent pictures, 2.5 deviations
  });

  it('finds no difference where the features tell the classes anyway, and leaves no tensor behind', async () => {
    const before = ops.tensorCount();
    const { honest, random } = await compareSplits(ops, bursts(40, true));
    expect(share(honest)).toBeGreaterThan(0.97);
    expect(share(random)).toBeGreaterThan(0.97);
    expect(ops.tensorCount()).toBe(before);
  });

  it('gives the same for the same seed, and stops when it is asked to', async () => {
    const request = bursts(12, false);
    expect(await compareSplits(ops, request)).toEqual(await compareSplits(ops, request));
    await expect(compareSplits(ops, { ...request, shouldStop: () => true })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});
