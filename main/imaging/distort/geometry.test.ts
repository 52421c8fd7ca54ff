import { describe, expect, it } from 'vitest';
import { resizeCrop } from '../resize.ts';
import { applyTo, cropToPhoto, multiply } from './homography.ts';
import { renderAugmented } from './render.ts';
import {
  displacementOf,
  largestDifference,
  oracles,
  patterned,
  resizedBox,
  stillDrawn,
  warpedCrop,
} from './testing-oracles.ts';

describe('layOutBox', () => {
  it.each(oracles.boxes)('equals Pillow with box $box of $width x $height to $size', (row) => {
    const [left, top, right, bottom] = row.box;
    const box = { left, top, width: right - left, height: bottom - top };
    const values = resizedBox(patterned(row.width, row.height), box, { width: row.size[0], height: row.size[1] });
    expect(largestDifference(values, row.values)).toBeLessThan(2e-3);
  });

  it('gives the same in bands of a photo too large to be laid out whole', () => {
    const photo = patterned(3000, 1600);
    const window = { scaledWidth: 96, scaledHeight: 51, left: 0, top: 0, width: 96, height: 51 };
    const values = resizedBox(photo, { left: 0, top: 0, width: 3000, height: 1600 }, { width: 96, height: 51 });
    expect(largestDifference(values, resizeCrop(photo, window))).toBeLessThan(2e-3);
  });

  it('refuses a box that leaves the image', () => {
    const box = { left: 5, top: 0, width: 6, height: 6 };
    expect(() => resizedBox(patterned(10, 10), box, { width: 3, height: 3 })).toThrow(RangeError);
  });
});

describe('the map from crop to photo', () => {
  it.each(oracles.warps)(
    'samples as scipy: rotation $rotationDegrees, shear $shearDegrees, zoom $zoom, $border',
    (row) => {
      const { width, height, side, left, top } = row;
      const border = row.border === 'colour' ? { kind: row.border, colour: '#0ac85a' } : { kind: row.border };
      const drawn = {
        ...stillDrawn({ width, height }, side),
        ...row,
        border,
        window: { kind: 'box', left, top, width: side, height: side } as const,
      };
      expect(largestDifference(warpedCrop(patterned(width, height), drawn), row.values)).toBeLessThan(2e-3);
    },
  );

  it.each([
    [90, (x: number, y: number) => [y, 15 - x] as const],
    [180, (x: number, y: number) => [15 - x, 15 - y] as const],
    [-90, (x: number, y: number) => [15 - y, x] as const],
    [270, (x: number, y: number) => [15 - y, x] as const],
  ])('turns by %i degrees exactly', async (rotationDegrees, sourceOf) => {
    const photo = patterned(16, 16);
    const turned = await renderAugmented(photo, { ...stillDrawn(photo, 16), rotationDegrees });
    for (let y = 0; y < 16; y += 1) {
      for (let x = 0; x < 16; x += 1) {
        const [fromX, fromY] = sourceOf(x, y);
        const from = (fromY * 16 + fromX) * 3;
        expect(Array.from(turned.subarray((y * 16 + x) * 3, (y * 16 + x) * 3 + 3))).toEqual(
          Array.from(photo.pixels.subarray(from, from + 3)),
        );
      }
    }
  });

  it('takes corners where the drawn perspective says', () => {
    const cornerShifts = [
      [0.1, 0.2],
      [-0.3, 0.1],
      [0.05, -0.15],
      [-0.1, 0.12],
    ] as const;
    const matrix = cropToPhoto({ ...stillDrawn({ width: 40, height: 40 }, 20), cornerShifts });
    const corners = [
      [0, 0],
      [20, 0],
      [20, 20],
      [0, 20],
    ] as const;
    corners.forEach((corner, index) => {
      const [x, y] = applyTo(matrix, corner);
      expect(x).toBeCloseTo(corner[0] + cornerShifts[index]![0] * 20, 9);
      expect(y).toBeCloseTo(corner[1] + cornerShifts[index]![1] * 20, 9);
    });
  });

  it('is undone by the opposite rotation', () => {
    const middle = { width: 20, height: 20 };
    const there = cropToPhoto({ ...stillDrawn(middle, 20), rotationDegrees: 33 });
    const back = cropToPhoto({ ...stillDrawn(middle, 20), rotationDegrees: -33 });
    const unit = multiply(there, back);
    expect(largestDifference(unit, [1, 0, 0, 0, 1, 0, 0, 0, 1])).toBeLessThan(1e-12);
  });

  it('gives the axis-aligned pixels where a warp of no strength takes the long way, mirrored or not', async () => {
    const photo = patterned(16, 16);
    for (const mirror of [false, true]) {
      const drawn = { ...stillDrawn(photo, 16), mirror };
      expect(largestDifference(warpedCrop(photo, drawn), await renderAugmented(photo, drawn))).toBe(0);
    }
  });

  it('reads a reduced photo at the same places as the axis-aligned resize', async () => {
    const photo = patterned(64, 48);
    const box = { left: 8, top: 4, width: 48, height: 40 };
    const drawn = { ...stillDrawn(photo, 16), window: { kind: 'box', ...box } as const };
    const difference = largestDifference(warpedCrop(photo, drawn), await renderAugmented(photo, drawn));
    expect(difference).toBeLessThan(60); // half a pixel of the photo of phase: its grid is not the box's
    const aligned = { ...drawn, window: { kind: 'box', left: 16, top: 8, width: 32, height: 32 } as const };
    expect(largestDifference(warpedCrop(photo, aligned), await renderAugmented(photo, aligned))).toBeLessThan(1e-3);
  });
});

describe('displacementOf', () => {
  const side = 128;
  const fields = (kind: 'elastic' | 'grid') =>
    Array.from({ length: 60 }, (_, seed) => displacementOf({ kind, deviation: 0.03, smoothness: 0.05, seed }, side));

  it('has the standard deviation and the Gaussian correlation of smoothed white noise', () => {
    const sigma = 0.05 * side;
    let square = 0;
    let product = 0;
    let count = 0;
    const lag = 9;
    for (const { across, down } of fields('elastic')) {
      for (const field of [across, down]) {
        for (let row = 0; row < side; row += 1) {
          for (let column = 0; column + lag < side; column += 1) {
            const value = field[row * side + column]!;
            square += value * value;
            product += value * field[row * side + column + lag]!;
            count += 1;
          }
        }
      }
    }
    const expected = (0.03 * side) ** 2;
    expect(square / count / expected).toBeCloseTo(1, 1); // 120 fields of about 36 independent patches: 2 % of noise
    expect(product / square).toBeGreaterThan(Math.exp(-(lag * lag) / (4 * sigma * sigma)) - 0.04);
    expect(product / square).toBeLessThan(Math.exp(-(lag * lag) / (4 * sigma * sigma)) + 0.04);
  });

  it('gives independent knots on the coarse grid', () => {
    const spacing = 0.05 * side;
    const values = fields('grid').flatMap(({ across }) => [across[0]!, across[Math.round(spacing * 3)]!]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan((4 * 0.03 * side) / Math.sqrt(values.length));
  });

  it('says how far it looks', () => {
    for (const { across, down, farthest } of [...fields('elastic'), ...fields('grid')].slice(40, 80)) {
      const most = [...across, ...down].reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
      expect(most).toBe(farthest);
    }
  });

  it('is the same for the same seed and another for another', () => {
    const warp = { kind: 'elastic', deviation: 0.02, smoothness: 0.06, seed: 5 } as const;
    expect(displacementOf(warp, 64)).toEqual(displacementOf(warp, 64));
    expect(displacementOf(warp, 64)).not.toEqual(displacementOf({ ...warp, seed: 6 }, 64));
  });
});
