import { readFile, writeFile } from 'node:fs/promises';
import sharp from 'sharp';

export type Enlarging = {
  readonly longSidePixels: number;
  readonly chromaSubsampling?: '4:4:4' | '4:2:0'; // none unless told; cameras write the latter
};

/** Writes an enlarged JPEG of a picture (libvips bicubic, quality 95); never smaller than it was. For tests. */
export async function enlargePicture(
  source: string,
  target: string,
  { longSidePixels, chromaSubsampling = '4:4:4' }: Enlarging,
): Promise<void> {
  const picture = sharp(await readFile(source));
  const { width, height } = await picture.metadata();
  const scale = Math.max(1, longSidePixels / Math.max(width, height));
  const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
  const resized = picture.resize({ ...size, fit: 'fill', kernel: 'cubic' });
  await writeFile(target, await resized.jpeg({ quality: 95, chromaSubsampling }).toBuffer());
}

/** Writes the same picture as a progressive JPEG (quality 95, no chroma subsampling). For tests. */
export async function makeProgressive(source: string, target: string): Promise<void> {
  const jpeg = sharp(await readFile(source)).jpeg({ quality: 95, chromaSubsampling: '4:4:4', progressive: true });
  await writeFile(target, await jpeg.toBuffer());
}
