/** What is learnt of a photo of any kind, by sharp: apart from inspect.ts, since loading sharp takes as long as some fifty plain JPEGs. */
import { AppError } from '../../shared/contract/errors.ts';
import { decodeImage, readImageHeader } from './decode.ts';
import { type Facts, thumbnailLongSidePixels } from './inspection.ts';
import { lookOf } from './look.ts';
import { takenAtOf } from './taken-at.ts';
import { makeThumbnail } from './thumbnail.ts';

/** `path`: for messages. Throws as readImageHeader and decodeImage. */
export async function factsOfAny(bytes: Buffer, path: string): Promise<Facts> {
  const { header, image } = await decode(bytes).catch((error: unknown) => {
    if (error instanceof AppError) throw new AppError(error.code, `${path}: ${error.message}`, { cause: error });
    throw error;
  });
  return {
    format: image.format,
    width: image.sourceWidth,
    height: image.sourceHeight,
    exifOrientation: image.exifOrientation,
    takenAt: header.exif === null ? null : takenAtOf(header.exif),
    thumbnail: await makeThumbnail(image),
    look: lookOf(image),
  };
}

async function decode(bytes: Buffer) {
  const header = await readImageHeader(bytes);
  return { header, image: await decodeImage(bytes, { header, shrinkToShortSide: thumbnailLongSidePixels }) };
}
