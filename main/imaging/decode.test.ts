import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { quickestMs } from '../../e2e/fixtures/quickest.ts';
import { decodeImage } from './decode.ts';
import { detectFormat } from './format.ts';
import { findSharedFolder } from './testing-shared.ts';

const hostile = findSharedFolder('data', 'hostile');
const read = (name: string): Buffer => readFileSync(join(hostile ?? '', name));
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** The upright picture as it is stored under an EXIF orientation; the tag says where the stored row 0 and column 0 are seen. */
function storedPixels(upright: Uint8Array, size: { width: number; height: number }, orientation: number) {
  const { width, height } = size;
  const turned = orientation >= 5;
  const [storedWidth, storedHeight] = turned ? [height, width] : [width, height];
  const pixels = Buffer.alloc(upright.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [fx, fy] = [width - 1 - x, height - 1 - y];
      const places = [
        [x, y],
        [fx, y],
        [fx, fy],
        [x, fy],
        [y, x],
        [y, fx],
        [fy, fx],
        [fy, x],
      ] as const;
      const [column, row] = places[orientation - 1]!;
      const from = (y * width + x) * 3;
      pixels.set(upright.subarray(from, from + 3), (row * storedWidth + column) * 3);
    }
  }
  return { pixels, storedWidth, storedHeight };
}

describe('detectFormat', () => {
  it.each([
    ['\xff\xd8\xff\xe0', 'jpeg'],
    ['\x89PNG\r\n\x1a\n', 'png'],
    ['RIFF\0\0\0\0WEBPVP8 ', 'webp'],
    ['GIF89a', 'gif'],
    ['II*\0\x08\0\0\0', 'tiff'],
    ['\0\0\0\x1cftypavif\0\0\0\0mif1miaf', 'avif'],
    ['\0\0\0\x1cftypmif1\0\0\0\0avifmiaf', 'avif'],
  ])('knows %j as %s', (text, format) => {
    expect(detectFormat(latin1(text))).toEqual({ kind: 'supported', format });
  });

  it.each([
    ['<svg xmlns="x">', 'SVG'],
    ['\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a > b --><svg>', 'SVG'],
    ['\n<!DOCTYPE html><html>', 'HTML'],
    ['%PDF-1.7', 'PDF'],
    ['\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'HEIC'],
    ['II*\0\x10\0\0\0CR\x02\0', 'RAW'],
    ['II*\0\x08\0\0\0 NIKON CORPORATION', 'RAW'],
    ['PK\x03\x04', 'zip'],
    ['BM\x76\x14\0\0\0\0\0\0\x36\0', 'BMP'],
    ['hello there', 'text'],
    ['\x01\x02\x03\x04', 'unknown'],
  ])('fault 7: refuses %j by name', (text, name) => {
    expect(detectFormat(latin1(text))).toMatchObject({
      kind: 'refused',
      code: 'IMAGE_FORMAT',
      reason: expect.stringContaining(name),
    });
  });

  it('fault 2: an empty file has its own code', () => {
    expect(detectFormat(Buffer.alloc(0))).toMatchObject({ kind: 'refused', code: 'IMAGE_EMPTY' });
  });

  it('takes no long time over crafted markup', async () => {
    const detect = async (): Promise<number> => {
      const startedMs = performance.now();
      detectFormat(Buffer.from('<!---->'.repeat(100_000)));
      return performance.now() - startedMs;
    };
    expect(await quickestMs(200, detect)).toBeLessThan(200);
  });
});

describe('decodeImage', () => {
  it('fault 5: the eight EXIF orientations of a lossless picture decode to the same pixels', async () => {
    const size = { width: 12, height: 9 };
    const upright = Uint8Array.from({ length: 12 * 9 * 3 }, (_, index) => (index * 97) % 256);
    for (let orientation = 1; orientation <= 8; orientation += 1) {
      const stored = storedPixels(upright, size, orientation);
      const raw = { width: stored.storedWidth, height: stored.storedHeight, channels: 3 as const };
      const bytes = await sharp(stored.pixels, { raw }).withMetadata({ orientation }).png().toBuffer();
      const image = await decodeImage(bytes);
      expect(image, `orientation ${orientation}`).toMatchObject({ ...size, exifOrientation: orientation });
      expect(Buffer.from(image.pixels).equals(upright), `orientation ${orientation}`).toBe(true);
    }
  });

  it('fault 1: a JPEG cut at 60 % is refused as incomplete', async () => {
    const noise = Buffer.from(Uint8Array.from({ length: 64 * 64 * 3 }, (_, index) => (index * index * 31) % 251));
    const whole = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
      .jpeg()
      .toBuffer();
    const cut = whole.subarray(0, Math.floor(whole.length * 0.6));
    await expect(decodeImage(cut)).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE', message: /incomplete/ });
  });

  it('takes a JPEG with padding before a header segment, which only rates a warning', async () => {
    const whole = await sharp({ create: { width: 32, height: 24, channels: 3, background: 'teal' } })
      .jpeg()
      .toBuffer();
    const table = whole.indexOf(Buffer.from([0xff, 0xc0])); // the frame header
    const padded = Buffer.concat([whole.subarray(0, table), Buffer.alloc(5, 0x11), whole.subarray(table)]);
    expect((await decodeImage(padded)).pixels).toEqual((await decodeImage(whole)).pixels);
  });

  it('takes a revision of JFIF that nobody knows, which only rates a warning', async () => {
    const whole = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'teal' } })
      .jpeg({ progressive: true })
      .toBuffer();
    const segment = Buffer.from([0xff, 0xe0, 0, 16, ...Buffer.from('JFIF\0'), 7, 1, 0, 0, 1, 0, 1, 0, 0]);
    const bytes = Buffer.concat([whole.subarray(0, 2), segment, whole.subarray(2)]);
    await expect(sharp(bytes, { failOn: 'warning' }).raw().toBuffer()).rejects.toThrow('unknown JFIF revision');
    expect(await decodeImage(bytes)).toMatchObject({ width: 40, height: 30 });
  });

  it('shrinks a JPEG only while the short side keeps what was asked for', async () => {
    const create = { width: 900, height: 600, channels: 3 as const, background: '#3366aa' };
    const bytes = await sharp({ create }).jpeg().toBuffer();
    expect(await decodeImage(bytes, { shrinkToShortSide: 256 })).toMatchObject({
      width: 450,
      height: 300,
      sourceWidth: 900,
    });
    expect(await decodeImage(bytes, { shrinkToShortSide: 301 })).toMatchObject({ width: 900, height: 600 });
  });
});

describe.skipIf(hostile === null)('decodeImage on the hostile folder', () => {
  const pixel = (image: Awaited<ReturnType<typeof decodeImage>>, x: number, y: number): number[] =>
    Array.from(image.pixels.subarray((y * image.width + x) * 3, (y * image.width + x) * 3 + 3));

  it('fault 5: the eight JPEGs decode to nearly the same pixels', async () => {
    const first = await decodeImage(read('exif-1.jpg'));
    for (let orientation = 1; orientation <= 8; orientation += 1) {
      const image = await decodeImage(read(`exif-${orientation}.jpg`));
      expect([image.width, image.height]).toEqual([96, 64]);
      let sum = 0;
      image.pixels.forEach((value, index) => {
        sum += Math.abs(value - first.pixels[index]!);
      });
      expect(sum / image.pixels.length, `orientation ${orientation}`).toBeLessThan(6);
    }
  });

  it('fault 6: 16 bits are scaled, not clipped', async () => {
    const image = await decodeImage(read('16bit-rgb.png'));
    const [red, green] = pixel(image, image.width - 1, Math.floor(image.height / 2));
    expect(red).toBeGreaterThan(250);
    expect(Math.abs(green! - 128)).toBeLessThan(6);
    const grey = await decodeImage(read('16bit-grey.png'));
    const middle = pixel(grey, Math.floor(grey.width / 2), 1);
    expect(new Set(middle).size).toBe(1);
    expect(Math.abs(middle[0]! - 128)).toBeLessThan(6);
  });

  it('fault 6: transparency is laid on white, profiles are applied', async () => {
    expect(pixel(await decodeImage(read('rgba-transparent.png')), 0, 0)).toEqual([255, 255, 255]);
    const image = await decodeImage(read('icc-display-p3.jpg'));
    const centre = pixel(image, Math.floor(image.width / 2), Math.floor(image.height / 2));
    const largest = Math.max(...[214, 104, 59].map((value, channel) => Math.abs(centre[channel]! - value)));
    expect(largest).toBeLessThan(5);
  });

  it('fault 3: the bomb is refused from its header, by its dimensions', async () => {
    const bytes = read('bomb-20000x20000.png');
    const decode = async (): Promise<number> => {
      const startedMs = performance.now();
      await expect(decodeImage(bytes)).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE', message: /20000 x 20000/ });
      return performance.now() - startedMs;
    };
    expect(await quickestMs(1000, decode)).toBeLessThan(1000);
  });
});
