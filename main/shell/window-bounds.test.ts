import { describe, expect, it } from 'vitest';
import { MINIMUM, restoreBounds } from './window-bounds.ts';

const desk = { x: 0, y: 0, width: 1920, height: 1040 };
const second = { x: 1920, y: 0, width: 1280, height: 984 };

describe('restored bounds', () => {
  it('open the window where it was left', () => {
    const left = { x: 2000, y: 50, width: 900, height: 700 };
    expect(restoreBounds(left, [desk, second])).toEqual(left);
  });

  it('open it in the middle of the first display when the display it was on is gone', () => {
    const { x, y, width, height } = restoreBounds({ x: 2000, y: 50, width: 900, height: 700 }, [desk]);
    expect(x + width / 2).toBe(desk.width / 2);
    expect(y + height / 2).toBe(desk.height / 2);
  });

  it.each([
    ['too far right to be caught', { x: 1900, y: 0, width: 900, height: 700 }],
    ['above the screen', { x: 100, y: -30, width: 900, height: 700 }],
    ['below the screen', { x: 100, y: 1030, width: 900, height: 700 }],
  ])('do not leave the window %s', (_where, left) => {
    const { x, y } = restoreBounds(left, [desk]);
    expect([x, y]).not.toEqual([left.x, left.y]);
  });

  it('shrink to a smaller display, and never under the minimum', () => {
    const huge = restoreBounds({ x: 0, y: 0, width: 5000, height: 4000 }, [desk]);
    expect([huge.width, huge.height]).toEqual([desk.width, desk.height]);
    const tiny = restoreBounds({ x: 0, y: 0, width: 130, height: 41 }, [desk]);
    expect([tiny.width, tiny.height]).toEqual([MINIMUM.width, MINIMUM.height]);
  });
});
