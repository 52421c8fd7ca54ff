import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { AppError } from '../../shared/contract/errors.ts';
import { Sha256 } from '../../shared/domain/ids.ts';
import { placeFile } from '../kernel/atomic-write.ts';
import { sha256Hex } from '../kernel/hashing.ts';
import { asReadFailure } from '../kernel/system-error.ts';
import { decodeImage, maxFileBytes, readImageHeader } from './decode.ts';
import { filesOf, type Inspection, type InspectRequest } from './inspection.ts';
import { lookOf } from './look.ts';
import { takenAtOf } from './taken-at.ts';
import { makeThumbnail } from './thumbnail.ts';

/** Thumbnails and hashes need no more pixels than this. */
const PREVIEW_SHORT_SIDE = 256;

/**
 * Looks at one file: hash, format, a full decode check, thumbnail, copy. Throws AppErrors whose message begins with the path.
 *
 * Thumbnail and copy are whole, but do not outlast a power cut before filesOf(...) were given to makeLasting: imports do that for
 * many photos at once.
 */
export async function inspectFile(request: InspectRequest): Promise<Inspection> {
  const bytes = readBounded(request.path);
  const sha256 = Sha256.parse(sha256Hex(bytes));
  const { header, image } = await decode(bytes).catch((error: unknown) => {
    if (error instanceof AppError)
      throw new AppError(error.code, `${request.path}: ${error.message}`, { cause: error });
    throw error;
  });
  const thumbnail = await makeThumbnail(image);
  const { thumbnailFile, copyFile } = filesOf(request, sha256);
  placeFile(thumbnailFile, thumbnail);
  if (copyFile !== null) placeFile(copyFile, bytes);
  return {
    sha256,
    fileBytes: bytes.length,
    format: image.format,
    width: image.sourceWidth,
    height: image.sourceHeight,
    exifOrientation: image.exifOrientation,
    thumbnailBytes: thumbnail.length,
    copied: request.copyFolder !== null,
    look: Buffer.from(lookOf(image)).toString('base64'),
    takenAt: header.exif === null ? null : takenAtOf(header.exif),
  };
}

async function decode(bytes: Buffer) {
  const header = await readImageHeader(bytes);
  return { header, image: await decodeImage(bytes, { header, shrinkToShortSide: PREVIEW_SHORT_SIDE }) };
}

/**
 * The bytes of a regular file of at most 100 MB; a file that changes while it is read is read once more.
 *
 * Waits for the disk: for processes and threads that have nothing else to do. Throws IMAGE_MISSING, FILE_PERMISSION, FILE_LINK,
 * IMAGE_TOO_LARGE or IMAGE_UNREADABLE.
 */
export function readBounded(path: string): Buffer {
  try {
    return readOnce(path) ?? readOnce(path) ?? giveUp(path);
  } catch (error) {
    throw asReadFailure(path, error);
  }
}

function giveUp(path: string): never {
  const text = `${path}: the file changed while it was read. Wait until it is written, then import it again.`;
  throw new AppError('IMAGE_UNREADABLE', text);
}

/** null: size or time stamp changed under the read. */
function readOnce(path: string): Buffer | null {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0); // never waits on a pipe
  const file = openSync(path, flags);
  try {
    const before = fstatSync(file);
    if (!before.isFile()) throw new AppError('IMAGE_UNREADABLE', `${path}: is not a regular file. Leave it out.`);
    if (before.size > maxFileBytes) {
      const text = `${path}: the file is too large (${Math.ceil(before.size / 1e6)} MB, the limit is ${maxFileBytes / 1e6} MB)`;
      throw new AppError('IMAGE_TOO_LARGE', `${text}. Export a smaller copy.`);
    }
    const bytes = Buffer.alloc(before.size);
    let done = 0;
    while (done < bytes.length) {
      const bytesRead = readSync(file, bytes, done, bytes.length - done, done);
      if (bytesRead === 0) return null;
      done += bytesRead;
    }
    const after = fstatSync(file);
    return after.size === before.size && after.mtimeMs === before.mtimeMs ? bytes : null;
  } finally {
    closeSync(file);
  }
}
