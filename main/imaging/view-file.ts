import sharp from 'sharp';
import { AppError } from '../../shared/contract/errors.ts';
import { writeFileAtomically } from '../kernel/atomic-write.ts';
import type { ViewRequest } from './child-messages.ts';
import { decodeImage, readImageHeader } from './decode.ts';
import { readBounded } from './inspect.ts';

/** Writes a picture for looking at: upright, sRGB, without metadata. Errors: as inspectFile, with the path in front. */
export async function writeView(request: ViewRequest): Promise<Record<string, never>> {
  const bytes = readBounded(request.path);
  const image = await named(request.path, async () => {
    const { width, height } = await readImageHeader(bytes);
    const scale = request.longSidePixels / Math.max(width, height);
    return await decodeImage(bytes, { shrinkToShortSide: Math.ceil(Math.min(width, height) * Math.min(1, scale)) });
  });
  const raw = { width: image.width, height: image.height, channels: 3 as const };
  const side = request.longSidePixels;
  const view = await sharp(image.pixels, { raw })
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 85 })
    .toBuffer();
  await writeFileAtomically(request.file, [view]);
  return {};
}

/** The decoder's messages do not name the file. */
export async function named<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError) throw new AppError(error.code, `${path}: ${error.message}`, { cause: error });
    throw error;
  }
}
