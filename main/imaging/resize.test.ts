import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { viewsOf } from '../../shared/domain/view-set.ts';
import { type RgbImage, resizeCrop } from './resize.ts';
import { renderViews, scaledSize } from './views.ts';

const Oracle = z.object({
  cases: z.array(
    z.object({
      width: z.int(),
      height: z.int(),
      scaledWidth: z.int(),
      scaledHeight: z.int(),
      planes: z.array(z.array(z.number())),
    }),
  ),
});
const oracle = Oracle.parse(
  JSON.parse(readFileSync(new URL('../../e2e/fixtures/pillow-resize.json', import.meta.url), 'utf8')),
);

function patterned(width: number, height: number): RgbImage {
  const pixels = new Uint8Array(width * height * 3);
  for (let index = 0; index < pixels.length; index += 1) {
    const x = Math.floor(index / 3) % width;
    const y = Math.floor(index / 3 / width);
    pixels[index] = (x * 37 + y * 59 + (index % 3) * 83 + ((x * y) % 101) * 7) % 256;
  }
  return { width, height, pixels };
}

describe('resizeCrop', () => {
  it.each(oracle.cases)('equals Pillow in float mode: $width x $height -> $scaledWidth x $scaledHeight', (row) => {
    const window = { ...row, left: 0, top: 0, width: row.scaledWidth, height: row.scaledHeight };
    const output = resizeCrop(patterned(row.width, row.height), window);
    let largest = 0;
    output.forEach((value, index) => {
      const expected = row.planes[index % 3]![Math.floor(index / 3)]!;
      largest = Math.max(largest, Math.abs(value - Math.min(255, Math.max(0, expected))));
    });
    expect(output.length).toBe(row.scaledWidth * row.scaledHeight * 3);
    expect(largest).toBeLessThan(1e-3);
  });

  it('gives the same values in a window as in the whole', () => {
    const image = patterned(50, 37);
    const scaled = { scaledWidth: 31, scaledHeight: 23 };
    const whole = resizeCrop(image, { ...scaled, left: 0, top: 0, width: 31, height: 23 });
    const part = resizeCrop(image, { ...scaled, left: 5, top: 4, width: 11, height: 10 });
    for (let row = 0; row < 10; row += 1) {
      const expected = whole.subarray(((row + 4) * 31 + 5) * 3, ((row + 4) * 31 + 16) * 3);
      expect(part.subarray(row * 33, (row + 1) * 33)).toEqual(expected);
    }
  });

  it('copies the pixels where nothing is scaled', () => {
    const image = patterned(12, 10);
    const output = resizeCrop(image, { scaledWidth: 12, scaledHeight: 10, left: 0, top: 0, width: 12, height: 10 });
    expect(Array.from(output)).toEqual(Array.from(image.pixels));
  });

  it('refuses a window outside of the scaled image', () => {
    const window = { scaledWidth: 10, scaledHeight: 10, left: 5, top: 0, width: 6, height: 10 };
    expect(() => resizeCrop(patterned(12, 10), window)).toThrow(RangeError);
  });
});

describe('renderViews', () => {
  const preprocessing = {
    resizeShortSide: 10,
    cropSize: 8,
    interpolation: 'bicubic',
    mean: [0.5, 0.25, 0],
    standardDeviation: [0.5, 0.25, 1],
  } as const;

  it('rounds the long side half up', () => {
    expect(scaledSize({ width: 500, height: 375 }, 256)).toEqual({ scaledWidth: 341, scaledHeight: 256 });
    expect(scaledSize({ width: 20, height: 25 }, 10)).toEqual({ scaledWidth: 10, scaledHeight: 13 });
  });

  it('cuts ten planar, normalised crops out of an unscaled image', () => {
    const image = patterned(13, 10);
    const views = viewsOf('ten-crop').map(({ id }) => id);
    const output = renderViews(image, preprocessing, views);
    expect(output.length).toBe(10 * 3 * 64);
    const corner = {
      centre: [2, 1],
      'top-left': [0, 0],
      'top-right': [5, 0],
      'bottom-left': [0, 2],
      'bottom-right': [5, 2],
    };
    views.forEach((view, index) => {
      const [left, top] = Object.entries(corner).find(([place]) => view.startsWith(place))![1];
      for (const [channel, row, column] of [
        [0, 0, 0],
        [1, 3, 6],
        [2, 7, 7],
      ] as const) {
        const x = left! + (view.endsWith('.mirror') ? 7 - column : column);
        const stored = image.pixels[((top! + row) * 13 + x) * 3 + channel]! / 255;
        const expected = (stored - preprocessing.mean[channel]) / preprocessing.standardDeviation[channel];
        expect(output[((index * 3 + channel) * 8 + row) * 8 + column]).toBeCloseTo(expected, 5);
      }
    });
  });

  it('gives the same crops whether an image is short enough to be scaled as a whole or not', () => {
    const image = patterned(16, 200); // 10 x 125 pixels scaled: each place on its own
    const ten = renderViews(
      image,
      preprocessing,
      viewsOf('ten-crop').map(({ id }) => id),
    );
    const one = renderViews(image, preprocessing, ['bottom-right']);
    expect(ten.subarray(8 * 192, 9 * 192)).toEqual(one);
  });
});
