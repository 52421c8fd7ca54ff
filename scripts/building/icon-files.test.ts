import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { encodeIcns, encodeIco, type IconPicture } from './icon-files.ts';
import { drawIcon } from './icons.ts';

const svg = readFileSync(fileURLToPath(new URL('../../resources/icons/thaw.svg', import.meta.url)));
const draw = async (sizePx: number): Promise<IconPicture> => ({ sizePx, png: await drawIcon(svg, sizePx) });

describe('icons', () => {
  it.each([16, 48, 256])('are drawn at %d pixels, with see-through corners', async (sizePx) => {
    const { data, info } = await sharp(await drawIcon(svg, sizePx))
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([sizePx, sizePx]);
    expect(data[3]).toBe(0); // the tile has round corners
    expect(data[4 * (sizePx * (sizePx / 2) + sizePx / 2) + 3]).toBe(255);
  });

  it('an .ico finds every picture at the place that its table names', async () => {
    const pictures = [await draw(16), await draw(256)];
    const ico = encodeIco(pictures);
    expect([ico.readUInt16LE(0), ico.readUInt16LE(2), ico.readUInt16LE(4)]).toEqual([0, 1, 2]);
    for (const [index, { sizePx, png }] of pictures.entries()) {
      const at = 6 + 16 * index;
      expect(ico.readUInt8(at)).toBe(sizePx === 256 ? 0 : sizePx);
      const start = ico.readUInt32LE(at + 12);
      expect(ico.subarray(start, start + ico.readUInt32LE(at + 8)).equals(png)).toBe(true);
    }
  });

  it('an .icns is a chain of blocks that ends with the file', async () => {
    const icns = encodeIcns([await draw(128), await draw(256)]);
    expect(icns.toString('latin1', 0, 4)).toBe('icns');
    expect(icns.readUInt32BE(4)).toBe(icns.byteLength);
    const found: [string, number | undefined][] = [];
    for (let at = 8; at < icns.byteLength; at += icns.readUInt32BE(at + 4)) {
      const picture = await sharp(icns.subarray(at + 8, at + icns.readUInt32BE(at + 4))).metadata();
      found.push([icns.toString('latin1', at, at + 4), picture.width]);
    }
    expect(found).toEqual([
      ['ic07', 128],
      ['ic08', 256],
      ['ic13', 256],
    ]);
  });
});
