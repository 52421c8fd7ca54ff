/** The picture that lies in every export: drawn by arithmetic, kept without loss, so that every decoder gives its pixels. */
import { crc32, deflateSync } from 'node:zlib';
import type { RgbImage } from '../../imaging/resize.ts';

const WIDTH = 320;
const HEIGHT = 240;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Slopes, rings and stripes: coarse and fine, in all three channels. */
export function drawTestPicture(): RgbImage {
  const pixels = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let at = 0; at < WIDTH * HEIGHT; at += 1) {
    const [x, y] = [at % WIDTH, Math.floor(at / WIDTH)];
    const distance = (x - 130) ** 2 + (y - 110) ** 2;
    pixels[at * 3] = Math.floor((255 * x) / WIDTH);
    pixels[at * 3 + 1] = (Math.floor(distance / 40) * 16) % 256;
    pixels[at * 3 + 2] = (x >> 3) % 2 === (y >> 4) % 2 ? 220 : 40;
  }
  return { width: WIDTH, height: HEIGHT, pixels };
}

/** 8-bit RGB, no filter. */
export function encodePng({ width, height, pixels }: RgbImage): Buffer {
  const rows = Buffer.alloc(height * (width * 3 + 1));
  for (let y = 0; y < height; y += 1)
    rows.set(pixels.subarray(y * width * 3, (y + 1) * width * 3), y * (width * 3 + 1) + 1);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8); // bits, RGB, deflate, adaptive filters, not interlaced
  const parts = [chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([SIGNATURE, ...parts]);
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}
