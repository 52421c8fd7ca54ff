import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../shared/math/random.ts';
import { findSharedFolder } from '../testing-shared.ts';
import { decodeBaseline } from './baseline.ts';
import { baselineSourceSha256 } from './baseline-binary.ts';
import { readBaseline } from './segments.ts';
import { exifSegment, testPictures } from './testing-pictures.ts';

const pictures = Object.entries(testPictures).map(([name, text]) => [name, Buffer.from(text, 'base64')] as const);

function ownPixels(bytes: Buffer): Buffer | null {
  const jpeg = readBaseline(bytes);
  const image = jpeg === null ? null : decodeBaseline(bytes, jpeg);
  return image === null ? null : Buffer.from(image.pixels);
}

it('runs what the sources say now: the binary was built from these very files', () => {
  const digest = createHash('sha256');
  for (const name of ['baseline.h', 'baseline.c', 'colour.c', 'thumbnail.c'])
    digest.update(readFileSync(new URL(name, import.meta.url)));
  expect(digest.digest('hex'), 'run scripts/build-kernels.py').toBe(baselineSourceSha256);
});

describe('decodeBaseline', () => {
  it.each(pictures)('gives the pixels that sharp gives: %s', async (_, bytes) => {
    expect(ownPixels(bytes)?.equals(await sharp(bytes).raw().toBuffer())).toBe(true);
  });

  it.each(pictures)('gives any part as it is in the whole: %s', (_, bytes) => {
    const whole = ownPixels(bytes);
    const jpeg = readBaseline(bytes)!;
    const random = seededRandom(3);
    for (let round = 0; round < 60; round += 1) {
      const [left, top] = [Math.floor(random() * jpeg.width), Math.floor(random() * jpeg.height)];
      const right = left + 1 + Math.floor(random() * (jpeg.width - left));
      const bottom = top + 1 + Math.floor(random() * (jpeg.height - top));
      ownPixels(pictures[round % pictures.length]![1]); // leaves other pixels behind
      const { pixels } = decodeBaseline(bytes, jpeg, { left, top, right, bottom })!;
      for (let row = top; row < bottom; row += 1) {
        const [from, to] = [(row * jpeg.width + left) * 3, (row * jpeg.width + right) * 3];
        expect(Buffer.compare(pixels.subarray(from, to), whole!.subarray(from, to)), `${left},${row}`).toBe(0);
      }
    }
  });

  it('refuses a part outside of the picture', () => {
    const bytes = pictures[0]![1];
    const jpeg = readBaseline(bytes)!;
    expect(() => decodeBaseline(bytes, jpeg, { left: 0, top: 0, right: jpeg.width + 1, bottom: 8 })).toThrow(
      RangeError,
    );
    expect(() => decodeBaseline(bytes, jpeg, { left: 8, top: 0, right: 8, bottom: 8 })).toThrow(RangeError);
  });

  it('says nothing where bytes are missing, or left over before the end or a restart', () => {
    for (const [name, bytes] of pictures) {
      const { scanStart } = readBaseline(bytes)!;
      const middle = scanStart + Math.floor((bytes.length - scanStart) / 2);
      const end = bytes.subarray(-2);
      expect(ownPixels(Buffer.concat([bytes.subarray(0, middle), end])), name).toBeNull();
      expect(ownPixels(Buffer.concat([bytes.subarray(0, -2), Buffer.alloc(40, 0x55), end])), name).toBeNull();
    }
  });

  it('takes nothing that sharp refuses where a bit has turned, and gives the same pixels unless sums leave 16 bits', async () => {
    const random = seededRandom(5);
    let taken = 0;
    let different = 0;
    for (let round = 0; round < 1000; round += 1) {
      const bytes = Buffer.from(pictures[round % pictures.length]![1]);
      const at = 20 + Math.floor(random() * (bytes.length - 22)); // behind the JFIF header
      bytes[at] = bytes[at]! ^ (1 << Math.floor(random() * 8));
      const own = ownPixels(bytes);
      if (own === null) continue;
      taken += 1;
      if (!own.equals(await sharp(bytes, { failOn: 'warning' }).raw().toBuffer())) different += 1;
    }
    expect(taken).toBeGreaterThan(250);
    expect(different / taken).toBeLessThan(0.05);
  });
});

describe('readBaseline', () => {
  it('leaves to sharp what it does not know', async () => {
    const create = { width: 64, height: 48, channels: 3 as const, background: 'teal' };
    const picture = (): Sharp => sharp({ create });
    expect(readBaseline(await picture().jpeg().toBuffer())).not.toBeNull();
    expect(readBaseline(await picture().jpeg({ progressive: true }).toBuffer())).toBeNull();
    expect(readBaseline(await picture().toColourspace('b-w').jpeg().toBuffer())).toBeNull();
    expect(readBaseline(await picture().toColourspace('cmyk').jpeg().toBuffer())).toBeNull();
    const profiled = await picture().withIccProfile('p3').jpeg().toBuffer();
    expect(decodeBaseline(profiled, readBaseline(profiled)!)).toBeNull();
    expect(readBaseline(await picture().png().toBuffer())).toBeNull();
    expect(readBaseline(Buffer.alloc(0))).toBeNull();
  });

  it.each(['II', 'MM'])(
    'reads the orientation of an Exif block (%s), and pixels only where that is upright',
    (order) => {
      const bytes = pictures[0]![1];
      for (let orientation = 0; orientation <= 9; orientation += 1) {
        const withExif = Buffer.concat([bytes.subarray(0, 2), exifSegment(order, orientation), bytes.subarray(2)]);
        const told = orientation >= 1 && orientation <= 8 ? orientation : undefined;
        expect(readBaseline(withExif)?.exifOrientation).toBe(told);
        expect(ownPixels(withExif) !== null, `orientation ${orientation}`).toBe(orientation === 1);
      }
      const twice = [exifSegment(order, 1), exifSegment(order, 6)];
      expect(readBaseline(Buffer.concat([bytes.subarray(0, 2), ...twice, bytes.subarray(2)]))).toBeNull();
    },
  );

  it('ends for headers cut anywhere', () => {
    const bytes = pictures[0]![1];
    for (let length = 0; length < readBaseline(bytes)!.scanStart; length += 1)
      expect(readBaseline(Buffer.concat([bytes.subarray(0, length), Buffer.from([0xff, 0xd9])]))).toBeNull();
  });
});

const photos = findSharedFolder('data', 'hymenoptera', 'val', 'ants');
it.skipIf(photos === null)('gives the pixels that sharp gives for photos', async () => {
  for (const name of readdirSync(photos!)
    .filter((each) => each.endsWith('.jpg'))
    .slice(0, 30)) {
    const bytes = readFileSync(join(photos!, name));
    const own = ownPixels(bytes);
    if (own !== null) expect(own.equals(await sharp(bytes).raw().toBuffer()), name).toBe(true);
  }
});
