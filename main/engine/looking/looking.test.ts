import { describe, expect, it } from 'vitest';
import { blurred, hotMask, joined } from './blur.ts';
import { enlarge, gradCam } from './heat.ts';

describe('gradCam', () => {
  it('weighs channels by their mean gradient, keeps what speaks for the class and scales the hottest to 1', () => {
    const features = Float32Array.of(1, 2, 0, 4, /* second channel */ 3, 0, 1, 0);
    const gradient = Float32Array.of(1, 1, 3, 3, /* mean -1 */ -1, -1, -1, -1); // means 2 and -1
    expect([...gradCam(features, gradient, [2, 2, 2])]).toEqual([0, 0.5, 0, 1]); // -1, 4, -1, 8 before
  });

  it('is cold everywhere where nothing speaks for the class', () => {
    expect([...gradCam(Float32Array.of(1, 1), Float32Array.of(-1, -1), [1, 1, 2])]).toEqual([0, 0]);
  });
});

describe('enlarge', () => {
  it('keeps values at the centres of cells and lies between them elsewhere', () => {
    const large = enlarge(Float32Array.of(0, 1, 0, 1), [2, 2], 6);
    expect(large[1]).toBeCloseTo(0, 6); // the centre of the first cell
    expect(large[4]).toBeCloseTo(1, 6);
    expect(large[2]).toBeCloseTo(1 / 3, 6);
    expect(large[0]).toBe(0); // nothing outside the first centre is colder
  });
});

describe('blurred', () => {
  it('keeps an even picture and the sum of one dot away from the border', () => {
    const side = 31;
    expect(Math.max(...blurred(new Float32Array(2 * side * side).fill(0.5), side, 2))).toBeCloseTo(0.5, 5);
    const dot = new Float32Array(side * side);
    dot[15 * side + 15] = 1;
    const soft = blurred(dot, side, 2);
    expect(soft.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
    expect(soft[15 * side + 15]).toBeCloseTo(1 / (2 * Math.PI * 4), 2);
    expect(soft[15 * side + 17]).toBeCloseTo(soft[17 * side + 15]!, 7);
    expect(soft[15 * side + 17]! / soft[15 * side + 15]!).toBeCloseTo(Math.exp(-0.5), 3);
  });
});

describe('hotMask and joined', () => {
  it('covers what is at least half as hot as the hottest', () => {
    const { mask, share } = hotMask(Float32Array.of(1, 0.5, 0.49, 0), 2, 0.01);
    expect([...mask]).toEqual([1, 1, 0, 0]);
    expect(share).toBe(0.5);
    const hot = Float32Array.of(1, 1, 1, 1, 2, 2, 2, 2);
    expect([...joined(hot, new Float32Array(8), mask)]).toEqual([1, 1, 0, 0, 2, 2, 0, 0]);
  });
});
