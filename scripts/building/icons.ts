/** Draws the icon in every size that a system asks for, from the one SVG: dist/icons/<size>.png, icon.ico, icon.icns. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { encodeIcns, encodeIco, type IconPicture } from './icon-files.ts';

const SIZES_PX = [16, 24, 32, 48, 64, 128, 256, 512, 1024] as const;
const SVG_SIZE_PX = 512;
const DOTS_AT_THAT_SIZE = 72;

export async function drawIcons(root: string): Promise<void> {
  const svg = readFileSync(join(root, 'resources', 'icons', 'thaw.svg'));
  const folder = join(root, 'dist', 'icons');
  mkdirSync(folder, { recursive: true });
  const pictures: IconPicture[] = [];
  for (const sizePx of SIZES_PX) pictures.push({ sizePx, png: await drawIcon(svg, sizePx) });
  for (const { sizePx, png } of pictures) writeFileSync(join(folder, `${sizePx}.png`), png);
  writeFileSync(join(folder, 'icon.ico'), encodeIco(pictures.filter(({ sizePx }) => sizePx <= 256)));
  writeFileSync(join(folder, 'icon.icns'), encodeIcns(pictures));
}

/** Drawn at its size, not scaled from another one: edges stay sharp. */
export async function drawIcon(svg: Buffer, sizePx: number): Promise<Uint8Array> {
  const density = (DOTS_AT_THAT_SIZE * sizePx) / SVG_SIZE_PX;
  return await sharp(svg, { density: Math.max(1, density) })
    .resize(sizePx, sizePx)
    .png()
    .toBuffer();
}
