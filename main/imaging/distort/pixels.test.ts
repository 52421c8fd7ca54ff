import { describe, expect, it } from 'vitest';
import { colourAxes, colourAxesOf, emptyColourSums } from './colour-axes.ts';
import { shiftAlong } from './draw-colour.ts';
import { recompressed } from './jpeg.ts';
import { normalQuantiles } from './normals.ts';
import { addNoise, blurred, erase } from './quality.ts';
import { renderAugmented } from './render.ts';
import { largestDifference, oracles, patterned, quiet, recoloured, stillDrawn } from './testing-oracles.ts';

const still = stillDrawn({ width: 12, height: 12 }, 12);

describe('recolour', () => {
  it.each(oracles.enhancements)('equals Pillow within its rounding: $name by $factor', ({ name, factor, values }) => {
    const own = recoloured(quiet(12, 10), { ...still, [name]: factor });
    expect(largestDifference(own, values)).toBeLessThan(1.51); // Pillow rounds the grey, and cuts the result
  });

  it('equals the steps taken one after the other in numpy', () => {
    const own = recoloured(quiet(12, 10), { ...still, ...oracles.chain });
    expect(largestDifference(own, oracles.chain.values)).toBeLessThan(2e-3);
  });

  it('leaves every value as it is where nothing is drawn', () => {
    const own = recoloured(quiet(12, 10), still);
    expect(own).toEqual(quiet(12, 10));
  });

  it('keeps greys and the grey of every pixel when the hue turns, and comes back after a full turn', () => {
    const greys = recoloured(Float32Array.of(40, 40, 40, 200, 200, 200), { ...still, hueDegrees: 70 });
    expect(largestDifference(greys, [40, 40, 40, 200, 200, 200])).toBeLessThan(1e-3);
    const turned = recoloured(quiet(12, 10), { ...still, hueDegrees: 360 });
    expect(largestDifference(turned, quiet(12, 10))).toBeLessThan(1e-3);
  });
});

describe('quality', () => {
  it.each(oracles.blurs)('blurs as scipy: sigma $sigma', ({ sigma, values }) => {
    const own = blurred(Float32Array.from(patterned(11, 11).pixels), 11, sigma);
    expect(largestDifference(own, values)).toBeLessThan(1e-3);
  });

  it.each(oracles.quantiles)('knows the normal quantile $index as scipy', ({ index, value }) => {
    expect(normalQuantiles()[index]!).toBeCloseTo(value, 7);
  });

  it('adds noise of the drawn deviation, independent from value to value', () => {
    const values = new Float32Array(60_000).fill(128);
    addNoise(values, { deviation: 0.05, seed: 3 });
    const noise = values.map((value) => value - 128);
    const variance = noise.reduce((sum, value) => sum + value * value, 0) / noise.length;
    const neighbours = noise.reduce((sum, value, at) => sum + value * (noise[at + 1] ?? 0), 0) / noise.length;
    expect(Math.sqrt(variance) / (0.05 * 255)).toBeCloseTo(1, 1.5);
    expect(Math.abs(neighbours / variance)).toBeLessThan(4 / Math.sqrt(noise.length));
  });

  it.each(oracles.jpegs)('re-compresses as Pillow does at quality $quality', async ({ quality, input, values }) => {
    const own = await recompressed(Float32Array.from(input), 48, quality);
    const mean = own.reduce((sum, value, at) => sum + Math.abs(value - values[at]!), 0) / own.length;
    expect(mean).toBeLessThan(0.5);
  });

  it('erases the rectangle and nothing else', () => {
    for (const fill of ['mean', 'noise'] as const) {
      const before = quiet(12, 12);
      const after = quiet(12, 12);
      erase(after, 12, { left: 3, top: 2, width: 5, height: 4, fill, seed: 9 });
      after.forEach((value, at) => {
        const x = Math.floor(at / 3) % 12;
        const y = Math.floor(at / 36);
        const inside = x >= 3 && x < 8 && y >= 2 && y < 6;
        if (!inside) expect(value).toBe(before[at]);
        else if (fill === 'mean') {
          const mean = before.reduce((sum, each, index) => sum + (index % 3 === at % 3 ? each : 0), 0) / 144;
          expect(value).toBeCloseTo(mean, 3);
        }
      });
      expect(after).not.toEqual(before);
    }
  });

  it('mirrors and flips exactly', async () => {
    const photo = patterned(12, 12);
    const values = await renderAugmented(photo, { ...still, mirror: true, flip: true });
    const backwards = Array.from({ length: 144 }, (_, pixel) => [
      ...photo.pixels.slice((143 - pixel) * 3, (144 - pixel) * 3),
    ]);
    expect([...values]).toEqual(backwards.flat());
    const mirrored = await renderAugmented(photo, { ...still, mirror: true });
    expect([...mirrored.slice(0, 3)]).toEqual([...photo.pixels.slice(33, 36)]);
  });
});

describe('colourAxes', () => {
  const photos = oracles.axes.photos.map((pixels) => ({ pixels: Uint8Array.from(pixels) }));

  it('equals numpy.linalg.eigh of the covariance, up to the sign of an axis', () => {
    const own = colourAxes(photos);
    expect(largestDifference(own.mean, oracles.axes.mean)).toBeLessThan(1e-9);
    expect(largestDifference(own.eigenvalues, oracles.axes.eigenvalues)).toBeLessThan(1e-9);
    own.axes.forEach((axis, index) => {
      const along = axis.reduce((sum, cell, at) => sum + cell * oracles.axes.axes[index]![at]!, 0);
      expect(Math.abs(along)).toBeCloseTo(1, 6);
    });
  });

  it('shifts along one axis by its eigenvalue times its alpha', () => {
    const own = colourAxes(photos);
    const shift = shiftAlong(own, [0, 0.5, 0]);
    expect(
      largestDifference(
        shift,
        own.axes[1]!.map((cell) => cell * 0.5 * own.eigenvalues[1]),
      ),
    ).toBeLessThan(1e-12);
  });

  it('finds axes of photos of a single colour, and refuses no photos', () => {
    expect(colourAxes([{ pixels: Uint8Array.of(9, 9, 9) }]).eigenvalues).toEqual([0, 0, 0]);
    expect(() => colourAxesOf(emptyColourSums())).toThrow(RangeError);
  });
});
