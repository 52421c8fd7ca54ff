import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { takenAtOf } from '../main/imaging/taken-at.ts';
import { HEIGHT_PX, WIDTH_PX } from './draw-sample/canvas.ts';
import { composeSvg } from './draw-sample/compose.ts';
import { drawJpeg } from './draw-sample/rasterise.ts';
import { listPictures, type Picture, SAMPLE_SEED } from './draw-sample/scenes.ts';

const sample = fileURLToPath(new URL('../resources/sample/photos', import.meta.url));
const MOST_SAMPLE_BYTES = 4_000_000;
const MOST_PIXEL_DIFFERENCE = 3; // mean, in 256ths: another librsvg may round differently

function pictureAt(path: string, seed = SAMPLE_SEED): Picture {
  const picture = listPictures(seed).find((candidate) => candidate.path === path);
  if (picture === undefined) throw new Error(`no picture ${path}`);
  return picture;
}

async function meanDifference(first: Buffer, second: Buffer): Promise<number> {
  const [a, b] = await Promise.all([sharp(first).raw().toBuffer(), sharp(second).raw().toBuffer()]);
  let total = 0;
  for (const [index, value] of a.entries()) total += Math.abs(value - (b[index] as number));
  return total / a.length;
}

describe('drawing a picture', () => {
  it.each(['Tigger/tigger-02.jpg', 'neither/neither-20.jpg'])(
    'gives the same SVG and bytes twice: %s',
    async (path) => {
      expect(composeSvg(pictureAt(path))).toBe(composeSvg(pictureAt(path)));
      expect((await drawJpeg(pictureAt(path))).equals(await drawJpeg(pictureAt(path)))).toBe(true);
    },
  );

  it('gives another picture for another seed', () => {
    expect(composeSvg(pictureAt('Misty/misty-01.jpg', 1))).not.toBe(composeSvg(pictureAt('Misty/misty-01.jpg', 2)));
  });

  it('makes the frames of a burst nearly equal, but not equal', async () => {
    const [first, second, other] = await Promise.all([
      drawJpeg(pictureAt('Misty/misty-02-a.jpg')),
      drawJpeg(pictureAt('Misty/misty-02-b.jpg')),
      drawJpeg(pictureAt('Misty/misty-03.jpg')),
    ]);
    const withinBurst = await meanDifference(first, second);
    expect(withinBurst).toBeGreaterThan(0.5);
    expect(withinBurst * 2).toBeLessThan(await meanDifference(first, other));
  });

  it('stamps the frames of a burst with times a second apart, and no other picture', async () => {
    const times = await Promise.all(
      ['Misty/misty-02-a.jpg', 'Misty/misty-02-b.jpg', 'Misty/misty-03.jpg'].map(async (path) => {
        const { exif } = await sharp(await drawJpeg(pictureAt(path))).metadata();
        return exif === undefined ? null : takenAtOf(exif);
      }),
    );
    expect(times[2]).toBeNull();
    expect(Date.parse(times[1]!) - Date.parse(times[0]!)).toBe(1000);
  });

  it('never says NaN or undefined in a picture', () => {
    for (const picture of listPictures(SAMPLE_SEED)) {
      expect(composeSvg(picture), picture.path).not.toMatch(/NaN|undefined|Infinity/);
    }
  });
});

describe('the sample that ships', () => {
  it('holds exactly the pictures of the list, at least 20 a class, in three bursts and singles', () => {
    const shipped = ['Tigger', 'Misty', 'neither'].flatMap((name) => {
      const files = readdirSync(join(sample, name)).map((file) => `${name}/${file}`);
      expect(files.length, name).toBeGreaterThanOrEqual(20);
      return files;
    });
    const listed = listPictures(SAMPLE_SEED).map(({ path }) => path);
    expect(shipped.toSorted()).toEqual(listed.toSorted());
    expect(listed.filter((path) => path.endsWith('-c.jpg'))).toHaveLength(3);
  });

  it('is small, and every picture has the size it is drawn in', async () => {
    const paths = listPictures(SAMPLE_SEED).map(({ path }) => join(sample, path));
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
    expect(paths.reduce((bytes, path) => bytes + statSync(path).size, 0)).toBeLessThan(MOST_SAMPLE_BYTES);
    for (const path of paths) {
      expect(await sharp(path).metadata(), path).toMatchObject({ format: 'jpeg', width: WIDTH_PX, height: HEIGHT_PX });
    }
  });

  it.each(['Misty/misty-05.jpg', 'neither/neither-16.jpg'])('was drawn by this script: %s', async (path) => {
    const difference = await meanDifference(await drawJpeg(pictureAt(path)), readFileSync(join(sample, path)));
    expect(difference).toBeLessThan(MOST_PIXEL_DIFFERENCE);
  });
});
