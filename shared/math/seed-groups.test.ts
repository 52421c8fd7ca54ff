import { describe, expect, it } from 'vitest';
import { seededRandom } from './random.ts';
import { meanDifference, seedBootstrapInterval } from './seed-groups.ts';
import { pairedBootstrapInterval } from './statistics.ts';

const options = () => ({ random: seededRandom(3) });
const row = (photos: number, right: number): boolean[] => Array.from({ length: photos }, (_, at) => at < right);

describe('the interval of two ways to train, over photos and seeds', () => {
  it('is that of the seeds alone where photos do not differ', () => {
    // accuracies 1 and 0 against 1 and 1: drawn again, the difference is 0, 1/2 or 1 with chances 1/4, 1/2, 1/4
    const groups = { first: [row(40, 40), row(40, 0)], second: [row(40, 40), row(40, 40)] };
    expect(meanDifference(groups)).toBe(0.5);
    expect(seedBootstrapInterval(groups, options())).toEqual([0, 1]);
  });

  it('is that of the photos alone where seeds do not differ, as far as normal theory and the paired bootstrap say', () => {
    const [first, second] = [row(400, 300), row(400, 320)]; // 20 fixed, none broken
    const groups = { first: [first, first, first], second: [second, second] };
    const [low, high] = seedBootstrapInterval(groups, options());
    const share = 20 / 400;
    const halfWidth = 1.96 * Math.sqrt((share * (1 - share)) / 400);
    expect(low).toBeCloseTo(share - halfWidth, 2);
    expect(high).toBeCloseTo(share + halfWidth, 2);
    const paired = pairedBootstrapInterval({ first, second }, { random: seededRandom(4) });
    expect(Math.abs(low - paired[0])).toBeLessThan(0.004);
    expect(Math.abs(high - paired[1])).toBeLessThan(0.004);
  });

  it('is wider than that of any single pair where seeds differ as well', () => {
    const groups = { first: [row(200, 120), row(200, 160)], second: [row(200, 130), row(200, 170)] };
    const [low, high] = seedBootstrapInterval(groups, options());
    const pair = pairedBootstrapInterval({ first: groups.first[0]!, second: groups.second[0]! }, options());
    expect(high - low).toBeGreaterThan(2 * (pair[1] - pair[0]));
    expect([low < 0.05, high > 0.05]).toEqual([true, true]);
  });

  it('refuses a way without runs, and runs on different photos', () => {
    expect(() => seedBootstrapInterval({ first: [], second: [row(3, 1)] }, options())).toThrow(/needs a run/);
    expect(() => seedBootstrapInterval({ first: [row(2, 1)], second: [row(3, 1)] }, options())).toThrow(/same photos/);
  });
});
