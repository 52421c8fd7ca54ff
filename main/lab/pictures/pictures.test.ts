import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../shared/math/random.ts';
import { decodeImage } from '../../imaging/decode.ts';
import { drawDigit } from './digits.ts';
import { type PictureSetName, pictureSets, writePictures } from './picture-sets.ts';
import { encodePng } from './png.ts';

const folder = mkdtempSync(join(tmpdir(), 'thaw-lab-pictures-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a PNG of ours', () => {
  it.each([1, 3] as const)('is read by the decoder as it was written, with %i planes', async (planes) => {
    const values = Uint8Array.from({ length: 9 * 9 * planes }, (_, at) => (at * 37) % 256);
    const { width, height, pixels } = await decodeImage(encodePng({ side: 9, planes, values }));
    expect([width, height]).toEqual([9, 9]);
    const wanted = planes === 3 ? values : Uint8Array.from({ length: 243 }, (_, at) => values[Math.floor(at / 3)]!);
    expect(Buffer.from(pixels).equals(Buffer.from(wanted))).toBe(true);
  });

  it('holds nothing but its rows', () => {
    const png = encodePng({ side: 2, planes: 1, values: Uint8Array.of(1, 2, 3, 4) });
    const at = png.indexOf('IDAT');
    const length = png.readUInt32BE(at - 4);
    expect([...inflateSync(png.subarray(at + 4, at + 4 + length))]).toEqual([0, 1, 2, 0, 3, 4]);
  });
});

describe.each(Object.keys(pictureSets) as PictureSetName[])('the set of %s', (name) => {
  const set = pictureSets[name];
  const none = { aborted: false, addEventListener: () => undefined };

  it('is the same files for the same seed, and others for another', async () => {
    const written = async (seed: number, place: string) => {
      await writePictures(join(folder, place), set, { counts: { train: 20, val: 10, test: 10 }, seed, signal: none });
      const files = readdirSync(join(folder, place), { recursive: true, encoding: 'utf8' }).filter((file) =>
        file.endsWith('.png'),
      );
      return new Map(
        files.toSorted().map((file) => [file, readFileSync(join(folder, place, file)).toString('base64')]),
      );
    };
    const first = await written(1, `${name}-a`);
    expect(first.size).toBe(40);
    expect(await written(1, `${name}-b`)).toEqual(first);
    const other = await written(2, `${name}-c`);
    expect([...other.keys()]).toEqual([...first.keys()]);
    expect([...other.values()].filter((file) => [...first.values()].includes(file))).toEqual([]);
    expect(new Set(first.values()).size).toBe(40); // no picture is on two sides
  });

  it('is stopped between two pictures', async () => {
    const signal = { aborted: true, addEventListener: () => undefined };
    const stopped = writePictures(join(folder, `${name}-d`), set, {
      counts: { train: 20, val: 0, test: 0 },
      seed: 1,
      signal,
    });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

it('draws digits that a nearest-mean rule tells apart far better than chance, and not perfectly', () => {
  const mean = (digit: number): Float64Array => {
    const random = seededRandom(100 + digit);
    const sum = new Float64Array(1024);
    for (let at = 0; at < 30; at += 1)
      for (const [pixel, value] of drawDigit(digit, random).entries()) sum[pixel]! += value / 30;
    return sum;
  };
  const means = Array.from({ length: 10 }, (_, digit) => mean(digit));
  const distance = (picture: Uint8Array, to: Float64Array): number =>
    to.reduce((sum, value, at) => sum + (value - picture[at]!) ** 2, 0);
  const random = seededRandom(7);
  let right = 0;
  for (let at = 0; at < 100; at += 1) {
    const picture = drawDigit(at % 10, random);
    const distances = means.map((to) => distance(picture, to));
    if (distances.indexOf(Math.min(...distances)) === at % 10) right += 1;
  }
  expect(right).toBeGreaterThan(40);
  expect(right).toBeLessThan(98);
});
