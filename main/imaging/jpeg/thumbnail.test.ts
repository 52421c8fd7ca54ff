import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../shared/math/random.ts';
import { decodeImage } from '../decode.ts';
import { lookOf } from '../look.ts';
import { type RgbImage, resizeCrop } from '../resize.ts';
import { findSharedFolder } from '../testing-shared.ts';
import { readBaseline } from './segments.ts';
import { exifSegment, testPictures } from './testing-pictures.ts';
import { type ShrunkJpeg, shrinkBaseline } from './thumbnail.ts';

const OPTIONS = { longSidePixels: 256, leastShortSidePixels: 256, quality: 82 };
/** Luma as stored against that of rounded and clipped colours; cells of a picture that was shrunk end at other pixels. */
const LOOK_LEVELS = { atItsSize: 3, shrunk: 10, mean: 1.5 };

type Sampling = '4:2:0' | '4:4:4';
type Size = { readonly width: number; readonly height: number };

/** Waves of many lengths in other directions for each colour, and a border that shows which side is up. */
async function drawJpeg({ width, height }: Size, chromaSubsampling: Sampling = '4:2:0'): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const [u, v] = [x / width, y / height];
      const waves = [Math.sin(40 * u * u + 9 * v), Math.sin(30 * v * v - 7 * u), Math.sin(17 * (u + v) ** 2)];
      const shade = y < height / 9 ? 60 : x < width / 7 ? -60 : 0;
      for (const [channel, wave] of waves.entries())
        pixels[(y * width + x) * 3 + channel] = Math.max(0, Math.min(255, 128 + 70 * wave + shade));
    }
  const raw = { width, height, channels: 3 as const };
  return await sharp(pixels, { raw }).jpeg({ quality: 92, chromaSubsampling }).toBuffer();
}

function shrink(bytes: Buffer, options = OPTIONS): ShrunkJpeg | null {
  const jpeg = readBaseline(bytes);
  return jpeg === null ? null : shrinkBaseline(bytes, jpeg, options);
}

/** Upright, by sharp, and made smaller by the resize that is compared with Pillow elsewhere. */
async function referenceOf(bytes: Buffer, { width, height }: Size): Promise<Uint8Array> {
  const { data, info } = await sharp(bytes, { autoOrient: true }).raw().toBuffer({ resolveWithObject: true });
  const image: RgbImage = { width: info.width, height: info.height, pixels: data };
  const window = { scaledWidth: width, scaledHeight: height, left: 0, top: 0, width, height };
  return Uint8Array.from(resizeCrop(image, window), Math.round);
}

/** Peak signal to noise, dB. */
function likeness(first: Uint8Array, second: Uint8Array): number {
  expect(first.length).toBe(second.length);
  const squares = first.reduce((sum, value, at) => sum + (value - second[at]!) ** 2, 0);
  return 10 * Math.log10((255 * 255) / (squares / first.length));
}

async function decoded(jpeg: Buffer) {
  return await sharp(jpeg, { failOn: 'warning' }).raw().toBuffer({ resolveWithObject: true });
}

/** That the thumbnail is as like the reference as one that sharp codes, and not larger; and that the look is right. */
async function expectAsGoodAsSharp(bytes: Buffer, own: ShrunkJpeg | null, name: string): Promise<void> {
  expect(own, name).not.toBeNull();
  await expectThumbnailAsGood(bytes, own!.thumbnail, { name, profileBytes: 0 });
  const image = await decodeImage(bytes);
  const look = lookOf(image);
  const strays = own!.look.map((level, at) => Math.abs(level - look[at]!));
  const isShrunk = Math.min(image.width, image.height) >= 2 * OPTIONS.leastShortSidePixels;
  expect(Math.max(...strays), name).toBeLessThanOrEqual(isShrunk ? LOOK_LEVELS.shrunk : LOOK_LEVELS.atItsSize);
  expect(strays.reduce((sum, stray) => sum + stray, 0) / strays.length, name).toBeLessThan(LOOK_LEVELS.mean);
}

type Named = { readonly name: string; readonly profileBytes: number };
async function expectThumbnailAsGood(bytes: Buffer, thumbnail: Buffer, { name, profileBytes }: Named): Promise<void> {
  const { data, info } = await decoded(thumbnail);
  const reference = await referenceOf(bytes, info);
  const raw = { width: info.width, height: info.height, channels: 3 as const };
  const coded = await sharp(reference, { raw }).jpeg({ quality: 82, optimiseCoding: false }).toBuffer();
  expect(likeness(data, reference), name).toBeGreaterThan(likeness((await decoded(coded)).data, reference) - 1);
  expect(thumbnail.length - profileBytes, name).toBeLessThan(coded.length * 1.05);
}

describe('shrinkBaseline', () => {
  it.each([
    ['smaller', { width: 640, height: 480 }, '4:2:0'],
    ['odd sides', { width: 501, height: 333 }, '4:2:0'],
    ['whole chroma', { width: 333, height: 501 }, '4:4:4'],
    ['left at its size', { width: 201, height: 133 }, '4:2:0'],
    ['halved while decoding', { width: 801, height: 606 }, '4:2:0'],
    ['quartered, whole chroma', { width: 1100, height: 1501 }, '4:4:4'],
    ['an eighth', { width: 2900, height: 2101 }, '4:2:0'],
  ] as const)('makes thumbnails as good as those that sharp codes: %s', async (name, size, sampling) => {
    const bytes = await drawJpeg(size, sampling);
    await expectAsGoodAsSharp(bytes, shrink(bytes), name);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('fault 5: turns picture and look upright, orientation %i', async (orientation) => {
    const bytes = await drawJpeg({ width: 611, height: 402 });
    const turned = Buffer.concat([bytes.subarray(0, 2), exifSegment('II', orientation), bytes.subarray(2)]);
    await expectAsGoodAsSharp(turned, shrink(turned), `orientation ${orientation}`);
  });

  it.each(['p3', 'srgb'])('keeps the profile of the colours: %s', async (name) => {
    const bytes = await sharp(await drawJpeg({ width: 640, height: 480 }))
      .withIccProfile(name)
      .jpeg()
      .toBuffer();
    const { profile } = readBaseline(bytes)!;
    const { thumbnail } = shrink(bytes)!;
    expect((await sharp(thumbnail).metadata()).icc).toEqual((await sharp(bytes).metadata()).icc);
    await expectThumbnailAsGood(bytes, thumbnail, { name, profileBytes: profile!.length });
  });

  it.each([
    ['in two segments', 12 + 1, 2],
    ['of CMYK', 14 + 16, 'C'.charCodeAt(0)],
    ['by way of Lab', 14 + 20, 'L'.charCodeAt(0)],
    ['of another length', 14 + 3, 1],
    ['that is none', 14 + 36, 0],
  ])('leaves a profile %s to others', async (_, at, value) => {
    const bytes = await sharp(await drawJpeg({ width: 320, height: 240 }))
      .withIccProfile('p3')
      .jpeg()
      .toBuffer();
    bytes[bytes.indexOf('ICC_PROFILE') + at] = value;
    expect(shrink(bytes)).toBeNull();
  });

  it('has the size that sharp gives, down to one pixel', async () => {
    const random = seededRandom(11);
    for (let round = 0; round < 40; round += 1) {
      const size = { width: 33 + Math.floor(random() * 700), height: 33 + Math.floor(random() * 700) };
      const bytes = await drawJpeg(size);
      const { info } = await sharp(bytes)
        .resize({ width: 256, height: 256, fit: 'inside', withoutEnlargement: true })
        .toBuffer({ resolveWithObject: true });
      const own = shrink(bytes);
      if (own === null) expect(Math.min(info.width, info.height), JSON.stringify(size)).toBeLessThan(16);
      else
        expect((await decoded(own.thumbnail)).info, JSON.stringify(size)).toMatchObject({
          width: info.width,
          height: info.height,
        });
    }
  });

  it('codes with the tables that libjpeg takes', async () => {
    const bytes = await drawJpeg({ width: 300, height: 200 });
    const ours = readBaseline(shrink(bytes)!.thumbnail)!;
    const theirs = readBaseline(await sharp(bytes).jpeg({ quality: 82, optimiseCoding: false }).toBuffer())!;
    expect(ours.components).toEqual(theirs.components);
  });

  it('leaves narrow strips to others', async () => {
    expect(shrink(await drawJpeg({ width: 1600, height: 64 }))).toBeNull();
  });

  it('fault 1: says nothing where bytes are missing, at any scale', async () => {
    for (const size of [
      { width: 320, height: 240 },
      { width: 1200, height: 900 },
      { width: 2400, height: 2100 },
    ]) {
      const bytes = await drawJpeg(size);
      for (const part of [0.3, 0.6, 0.95]) {
        const cut = bytes.subarray(0, Math.floor(bytes.length * part));
        expect(shrink(cut)).toBeNull();
        expect(shrink(Buffer.concat([cut, bytes.subarray(-2)]))).toBeNull();
      }
    }
  });

  it('takes nothing that sharp refuses where bytes have changed', async () => {
    const random = seededRandom(6);
    const drawn = await Promise.all(
      [
        { width: 130, height: 97 },
        { width: 1100, height: 530 },
      ].map((size) => drawJpeg(size)),
    );
    const profiled = await sharp(drawn[0]).withIccProfile('p3').jpeg().toBuffer();
    const pictures = [...Object.values(testPictures).map((text) => Buffer.from(text, 'base64')), ...drawn, profiled];
    let taken = 0;
    for (let round = 0; round < 700; round += 1) {
      const bytes = Buffer.from(pictures[round % pictures.length]!);
      for (let change = 0; change <= round % 3; change += 1) {
        const at = 2 + Math.floor(random() * (bytes.length - 4));
        bytes[at] = bytes[at]! ^ (1 << Math.floor(random() * 8));
      }
      const own = shrink(bytes);
      if (own === null) continue;
      taken += 1;
      const refusal = await sharp(bytes, { failOn: 'warning' })
        .raw()
        .toBuffer()
        .then(() => null, String);
      if (refusal !== null) expect(refusal).toContain('unknown JFIF revision'); // of a picture that is whole
      expect((await decoded(own.thumbnail)).info.width).toBeGreaterThan(0);
    }
    expect(taken).toBeGreaterThan(60);
  });
});

const photos = findSharedFolder('data', 'cats-dogs', 'cat');
it.skipIf(photos === null)('makes thumbnails of photos as good as those that sharp codes', async () => {
  const names = readdirSync(photos!).filter((name) => name.endsWith('.jpg'));
  for (const name of names.slice(0, 40)) {
    const bytes = readFileSync(join(photos!, name));
    await expectAsGoodAsSharp(bytes, shrink(bytes), name);
  }
});
