import { describe, expect, it } from 'vitest';
import {
  AugmentationPolicy,
  augmentationPresets,
  isIdentityPolicy,
  magnitudeAt,
  type ShiftDistribution,
} from '../../../shared/domain/augmentation.ts';
import { seededRandom } from '../../../shared/math/random.ts';
import { drawShift } from './distributions.ts';
import { describeDrawn, drawAugmentation } from './draw.ts';
import { boxOf } from './drawn.ts';
import { renderAugmented } from './render.ts';
import { patterned } from './testing-oracles.ts';

const DRAWS = 4000;
const target = { photo: { width: 500, height: 375 }, cropSize: 224, resizeShortSide: 256 };
const everything = AugmentationPolicy.parse({
  crop: { kind: 'random', minArea: 0.2, maxArea: 1, minAspect: 0.75, maxAspect: 1.3333 },
  mirrorProbability: 0.5,
  flipProbability: 0.25,
  rotation: { probability: 0.5, maxDegrees: 30 },
  shear: { probability: 0.5, maxDegrees: 10 },
  zoom: { probability: 0.5, min: 0.5, max: 2 },
  perspective: { probability: 0.5, strength: 0.45 },
  warp: { probability: 0.5, kind: 'elastic', strength: 0.02, smoothness: 0.1 },
  erasing: { probability: 0.5, minArea: 0.02, maxArea: 0.2, fill: 'noise' },
  channelShift: {
    probability: 0.5,
    red: { kind: 'normal', deviation: 0.1 },
    green: { kind: 'laplace', scale: 0.05 },
    blue: { kind: 'uniform', halfWidth: 0.1 },
  },
  brightness: { probability: 0.5, strength: 0.3 },
  contrast: { probability: 0.5, strength: 0.3 },
  saturation: { probability: 0.5, strength: 0.3 },
  hue: { probability: 0.5, maxDegrees: 30 },
  pcaColour: { probability: 0.5, deviation: 0.1, source: 'imagenet' },
  blur: { probability: 0.5, maxSigmaPixels: 2 },
  noise: { probability: 0.5, maxDeviation: 0.05 },
  jpeg: { probability: 0.5, minQuality: 40, maxQuality: 90 },
});

const manyOf = (policy: AugmentationPolicy) =>
  Array.from({ length: DRAWS }, (_, view) => drawAugmentation(policy, { seed: 7, imageId: 'a', view }, target));

/** Largest distance of the two distribution functions (Kolmogorov and Smirnov); `share`: the expected one. */
function distance(drawn: readonly number[], share: (value: number) => number): number {
  const sorted = [...drawn].sort((a, b) => a - b);
  return sorted.reduce((most, value, at) => {
    const expected = share(value);
    const below = Math.abs(expected - at / sorted.length);
    return Math.max(most, below, Math.abs((at + 1) / sorted.length - expected));
  }, 0);
}
/** Passed by one in 1e4 honest samples at most: sqrt(ln(2 / 1e-4) / 2n). */
const allowed = (count: number): number => Math.sqrt(Math.log(2e4) / (2 * count));

/** Distribution function of the standard normal: 7.1.26 of Abramowitz and Stegun, error below 2e-7. */
function normalShare(value: number): number {
  const x = Math.abs(value) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const sum = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const error = 1 - sum * Math.exp(-x * x);
  return value < 0 ? (1 - error) / 2 : (1 + error) / 2;
}

const truncated = (value: number, ends: number): number =>
  (normalShare(value) - normalShare(-ends)) / (normalShare(ends) - normalShare(-ends));

const distributions: readonly (readonly [ShiftDistribution, (value: number) => number])[] = [
  [{ kind: 'uniform', halfWidth: 0.2 }, (value) => (value + 0.2) / 0.4],
  [{ kind: 'normal', deviation: 0.1 }, (value) => normalShare(value / 0.1)],
  [{ kind: 'truncated-normal', deviation: 0.1, limit: 0.15 }, (value) => truncated(value / 0.1, 1.5)],
  [{ kind: 'truncated-normal', deviation: 0.5, limit: 0.1 }, (value) => truncated(value / 0.5, 0.2)],
  [
    { kind: 'laplace', scale: 0.05 },
    (value) => (value < 0 ? Math.exp(value / 0.05) / 2 : 1 - Math.exp(-value / 0.05) / 2),
  ],
  [
    { kind: 'histogram', edges: [-0.5, 0, 0.1, 0.5], weights: [1, 0, 3] },
    (value) => (value < 0 ? (value + 0.5) * 0.5 : value < 0.1 ? 0.25 : 0.25 + ((value - 0.1) / 0.4) * 0.75),
  ],
];

describe('drawShift', () => {
  it.each(distributions)('draws as it says: %o', (distribution, share) => {
    const random = seededRandom(11);
    const drawn = Array.from({ length: DRAWS }, () => drawShift(distribution, random));
    expect(distance(drawn, share)).toBeLessThan(allowed(DRAWS));
  });

  it('always ends, whatever the limit', () => {
    const narrow = { kind: 'truncated-normal', deviation: 1, limit: 1e-9 } as const;
    expect(Math.abs(drawShift(narrow, seededRandom(1)))).toBeLessThanOrEqual(1e-9);
    expect(drawShift({ kind: 'truncated-normal', deviation: 0, limit: 0.1 }, seededRandom(1))).toBe(0);
  });
});

describe('drawAugmentation', () => {
  const views = manyOf(everything);
  const shareOf = (happens: (view: (typeof views)[number]) => boolean): number =>
    views.filter(happens).length / views.length;

  it.each([
    ['mirror', 0.5, (view: (typeof views)[number]) => view.mirror],
    ['flip', 0.25, (view: (typeof views)[number]) => view.flip],
    ['rotation', 0.5, (view: (typeof views)[number]) => view.rotationDegrees !== 0],
    ['perspective', 0.5, (view: (typeof views)[number]) => view.cornerShifts !== null],
    ['warp', 0.5, (view: (typeof views)[number]) => view.warp !== null],
    ['erasing', 0.5, (view: (typeof views)[number]) => view.erasing !== null],
    ['noise', 0.5, (view: (typeof views)[number]) => view.noise !== null],
    ['jpeg', 0.5, (view: (typeof views)[number]) => view.jpegQuality !== null],
    ['hue', 0.5, (view: (typeof views)[number]) => view.hueDegrees !== 0],
  ] as const)('%s happens with its probability', (_name, probability, happens) => {
    const deviation = Math.sqrt((probability * (1 - probability)) / DRAWS);
    expect(Math.abs(shareOf(happens) - probability)).toBeLessThan(4 * deviation);
  });

  it('draws rotations evenly and zooms evenly in the logarithm', () => {
    const rotations = views.map((view) => view.rotationDegrees).filter((degrees) => degrees !== 0);
    expect(distance(rotations, (value) => (value + 30) / 60)).toBeLessThan(allowed(rotations.length));
    const zooms = views.map((view) => view.zoom).filter((zoom) => zoom !== 1);
    expect(distance(zooms, (value) => Math.log2(value * 2) / 2)).toBeLessThan(allowed(zooms.length));
  });

  it('draws PCA alphas of N(0, 0.1), one an axis, independently', () => {
    const alphas = views.flatMap((view) => view.colourAlphas ?? []);
    expect(distance(alphas, (value) => normalShare(value / 0.1))).toBeLessThan(allowed(alphas.length));
  });

  it('crops inside the photo, of the asked area and aspect, anywhere', () => {
    for (const view of views) {
      const { left, top, width, height } = boxOf(view);
      expect([left, top, width, height].every(Number.isInteger)).toBe(true);
      expect(left >= 0 && top >= 0 && left + width <= 500 && top + height <= 375).toBe(true);
      expect(width / height).toBeGreaterThan(0.74);
      expect(width / height).toBeLessThan(1.35);
      expect((width * height) / (500 * 375)).toBeGreaterThan(0.19);
    }
    const middles = views.map((view) => boxOf(view).left + boxOf(view).width / 2);
    expect(middles.reduce((sum, middle) => sum + middle, 0) / middles.length / 250).toBeCloseTo(1, 1);
  });

  it('depends on the seed, the photo and the view, and on nothing else', () => {
    const source = { seed: 1, imageId: 'b', view: 2 };
    const first = drawAugmentation(everything, source, target);
    drawAugmentation(everything, { ...source, view: 9 }, target);
    expect(drawAugmentation(everything, source, target)).toEqual(first);
    expect(JSON.parse(JSON.stringify(first))).toEqual(first);
    for (const other of [{ seed: 2 }, { imageId: 'c' }, { view: 3 }])
      expect(drawAugmentation(everything, { ...source, ...other }, target)).not.toEqual(first);
  });

  it('changes no other distortion when one is switched off', () => {
    const without = { ...everything, brightness: { probability: 0, strength: 0.3 } };
    const source = { seed: 3, imageId: 'd', view: 0 };
    const { brightness: _on, ...rest } = drawAugmentation(everything, source, target);
    const { brightness, ...restWithout } = drawAugmentation(without, source, target);
    expect(restWithout).toEqual(rest);
    expect(brightness).toBe(1);
  });

  it('leaves nothing but the crop at magnitude 0', () => {
    for (let view = 0; view < 50; view += 1) {
      const drawn = drawAugmentation(everything, { seed: 1, imageId: 'e', view, magnitude: 0 }, target);
      const names = describeDrawn(drawn).map(({ name }) => name);
      const stillThere = ['crop area', 'crop aspect', 'mirror', 'flip'];
      expect(names.filter((name) => !stillThere.includes(name) && !name.startsWith('PCA'))).toEqual([]);
      expect(drawn.colourShift.every((shift) => shift === 0)).toBe(true);
    }
  });

  it('says when the axes of the training photos are missing', () => {
    const policy = { ...everything, pcaColour: { probability: 1, deviation: 0.1, source: 'training-photos' } } as const;
    expect(() => drawAugmentation(policy, { seed: 1, imageId: 'f', view: 0 }, target)).toThrow(/axes/);
  });
});

describe('policies', () => {
  it.each(Object.entries(augmentationPresets))(
    '%s gives finite pixels in range for any photo',
    async (_name, policy) => {
      for (const photo of [patterned(40, 30), patterned(9, 300), patterned(33, 33)]) {
        for (let view = 0; view < 3; view += 1) {
          const small = { photo, cropSize: 24, resizeShortSide: 28 };
          const values = await renderAugmented(photo, drawAugmentation(policy, { seed: 1, imageId: 'g', view }, small));
          expect(values.length).toBe(24 * 24 * 3);
          expect(values.every((value) => value >= 0 && value <= 255)).toBe(true);
        }
      }
    },
  );

  it('everything at once gives finite pixels in range', async () => {
    const photo = patterned(60, 45);
    for (let view = 0; view < 40; view += 1) {
      const small = { photo, cropSize: 24, resizeShortSide: 28 };
      const values = await renderAugmented(photo, drawAugmentation(everything, { seed: 1, imageId: 'h', view }, small));
      expect(values.every((value) => value >= 0 && value <= 255)).toBe(true);
    }
  });

  it('only the preset none is the identity', () => {
    const still = Object.entries(augmentationPresets).filter(([, policy]) => isIdentityPolicy(policy));
    expect(still.map(([name]) => name)).toEqual(['none']);
  });

  it('ramps the magnitude over the epochs', () => {
    const magnitude = { start: 0.2, end: 1, rampEpochs: 4 };
    expect([0, 1, 2, 4, 9].map((epoch) => magnitudeAt(magnitude, epoch))).toEqual(
      [0.2, 0.4, 0.6, 1, 1].map((each) => expect.closeTo(each, 12)),
    );
    expect(magnitudeAt(magnitude)).toBe(1);
    expect(magnitudeAt({ ...magnitude, rampEpochs: 0 }, 0)).toBe(1);
  });
});
