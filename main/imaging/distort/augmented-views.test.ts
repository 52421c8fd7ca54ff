import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { AugmentationPolicy, augmentationPresets } from '../../../shared/domain/augmentation.ts';
import { decodeImage } from '../decode.ts';
import { findSharedFolder } from '../testing-shared.ts';
import { renderViews } from '../views.ts';
import { augmentedInput, drawFor } from './augmented-views.ts';
import { neededShortSide, renderAugmented, renderInput } from './render.ts';
import { patterned } from './testing-oracles.ts';

const preprocessing = {
  resizeShortSide: 32,
  cropSize: 28,
  interpolation: 'bicubic',
  mean: [0.485, 0.456, 0.406],
  standardDeviation: [0.229, 0.224, 0.225],
} as const;
const source = { seed: 4, imageId: 'photo', view: 1 };

async function jpegOf(width: number, height: number): Promise<Buffer> {
  const { pixels } = patterned(width, height);
  return await sharp(pixels, { raw: { width, height, channels: 3 } })
    .blur(3)
    .jpeg({ quality: 95 })
    .toBuffer();
}

describe('augmentedInput', () => {
  it.each(['light', 'photo', 'alexnet-2012', 'inception'] as const)(
    'decodes only what the view shows, and gives the same as the whole photo would: %s',
    async (preset) => {
      for (const [width, height] of [
        [90, 50], // too small to be shrunk while decoding
        [45, 80],
      ] as const) {
        const bytes = await jpegOf(width, height);
        const whole = await decodeImage(bytes);
        for (let view = 0; view < 25; view += 1) {
          await augmentedInput(
            await jpegOf(64, 64),
            { policy: augmentationPresets[preset], source },
            { preprocessing },
          ); // leaves other pixels behind
          const request = { policy: augmentationPresets[preset], source: { ...source, view } };
          const target = new Float32Array(3 * 28 * 28);
          await renderInput(whole, drawFor(whole, request, preprocessing), { preprocessing, target });
          expect(await augmentedInput(bytes, request, { preprocessing }), `view ${view}`).toEqual(target);
        }
      }
    },
  );

  it.each([
    [300, 200],
    [57, 90],
    [32, 32],
  ])('equals the centre view bit for bit without distortions: %i x %i', async (width, height) => {
    const bytes = await jpegOf(width, height);
    const own = await augmentedInput(bytes, { policy: augmentationPresets.none, source }, { preprocessing });
    expect(own).toEqual(renderViews(await decodeImage(bytes), preprocessing, ['centre']));
  });

  it('equals the mirrored centre view bit for bit where only mirrored', async () => {
    const bytes = await jpegOf(120, 80);
    const policy = AugmentationPolicy.parse({ mirrorProbability: 1 });
    const own = await augmentedInput(bytes, { policy, source }, { preprocessing });
    expect(own).toEqual(renderViews(await decodeImage(bytes), preprocessing, ['centre.mirror']));
  });

  it('turns a photo by 180 degrees as mirror and flip do', async () => {
    const bytes = await jpegOf(90, 70);
    const turned = AugmentationPolicy.parse({ mirrorProbability: 1, flipProbability: 1 });
    const own = await augmentedInput(bytes, { policy: turned, source }, { preprocessing });
    const centre = renderViews(await decodeImage(bytes), preprocessing, ['centre']);
    const area = 28 * 28;
    own.forEach((value, at) => {
      const channel = Math.floor(at / area);
      expect(value).toBe(centre[channel * area + area - 1 - (at % area)]);
    });
  });

  it('writes into the slot it is given', async () => {
    const bytes = await jpegOf(60, 60);
    const slots = new Float32Array(2 * 3 * 28 * 28);
    const target = slots.subarray(3 * 28 * 28);
    await augmentedInput(bytes, { policy: augmentationPresets.photo, source }, { preprocessing, target });
    expect(slots.subarray(0, 3 * 28 * 28).every((value) => value === 0)).toBe(true);
    expect(target).toEqual(
      await augmentedInput(bytes, { policy: augmentationPresets.photo, source }, { preprocessing }),
    );
  });

  it('shrinks a large JPEG while decoding to nearly the same view, and never below what the crop needs', async () => {
    const bytes = await jpegOf(640, 480);
    const policy = augmentationPresets.light;
    const drawn = drawFor({ width: 640, height: 480 }, { policy, source }, preprocessing);
    const needed = neededShortSide(drawn)!;
    const shrunk = await decodeImage(bytes, { shrinkToShortSide: needed });
    expect(shrunk.width).toBeLessThan(640);
    expect(Math.min(shrunk.width, shrunk.height)).toBeGreaterThanOrEqual(needed);
    const whole = await renderAugmented(await decodeImage(bytes), drawn);
    const fast = await renderAugmented(shrunk, drawn);
    const mean = whole.reduce((sum, value, at) => sum + Math.abs(value - fast[at]!), 0) / whole.length;
    expect(mean).toBeLessThan(3);
  });

  it('refuses a damaged file as decoding does', async () => {
    const bytes = (await jpegOf(200, 200)).subarray(0, 900);
    const damaged = augmentedInput(bytes, { policy: augmentationPresets.photo, source }, { preprocessing });
    await expect(damaged).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE' });
  });

  const photos = findSharedFolder('data', 'imagenet-sample');
  it.skipIf(photos === null)('equals the centre view of real photos bit for bit without distortions', async () => {
    const full = { ...preprocessing, resizeShortSide: 256, cropSize: 224 };
    for (const name of readdirSync(photos!)
      .filter((file) => file.endsWith('.jpg'))
      .slice(0, 5)) {
      const bytes = readFileSync(join(photos!, name));
      const own = await augmentedInput(bytes, { policy: augmentationPresets.none, source }, { preprocessing: full });
      expect(own).toEqual(renderViews(await decodeImage(bytes), full, ['centre']));
    }
  });
});
