import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { AppError } from '../../shared/contract/errors.ts';
import { Sha256 } from '../../shared/domain/ids.ts';
import { type PlacedFile, placeDerivedFile, placeFile } from '../kernel/atomic-write.ts';
import { sha256Hex } from '../kernel/hashing.ts';
import { asReadFailure } from '../kernel/system-error.ts';
import {
  type Facts,
  filesOf,
  type Inspection,
  type InspectRequest,
  thumbnailLongSidePixels,
  thumbnailQuality,
} from './inspection.ts';
import { readBaseline } from './jpeg/segments.ts';
import { shrinkBaseline } from './jpeg/thumbnail.ts';
import { maxFileBytes, maxPixels } from './limits.ts';
import { takenAtOf } from './taken-at.ts';

const FIRST_SWAPPED_ORIENTATION = 5; // 5 to 8 lie on their side

/**
 * Looks at one file: hash, format, a full decode check, thumbnail, copy. Throws AppErrors whose message begins with the path.
 *
 * Thumbnail and copy are whole; the copy is added to `placed`, for makeLasting, which many photos share. A thumbnail that a power cut takes
 * is drawn again when the project is opened.
 */
export async function inspectFile(request: InspectRequest, placed: PlacedFile[]): Promise<Inspection> {
  const bytes = readBounded(request.path);
  const sha256 = Sha256.parse(sha256Hex(bytes));
  const { thumbnail, look, ...facts } =
    factsOfPlainJpeg(bytes) ?? (await (await import('./inspect-any.ts')).factsOfAny(bytes, request.path));
  const { thumbnailFile, copyFile } = filesOf(request, sha256);
  placeDerivedFile(thumbnailFile, thumbnail);
  if (copyFile !== null) placed.push(placeFile(copyFile, bytes));
  return {
    sha256,
    fileBytes: bytes.length,
    ...facts,
    thumbnailBytes: thumbnail.length,
    copied: copyFile !== null,
    look: Buffer.from(look).toString('base64'),
  };
}

/** The way of nearly all photos; null: another format, another kind of JPEG, a damaged or an odd one. */
function factsOfPlainJpeg(bytes: Buffer): Facts | null {
  const jpeg = readBaseline(bytes);
  if (jpeg === null || jpeg.width * jpeg.height > maxPixels) return null;
  const shrunk = shrinkBaseline(bytes, jpeg, {
    longSidePixels: thumbnailLongSidePixels,
    leastShortSidePixels: thumbnailLongSidePixels,
    quality: thumbnailQuality,
  });
  if (shrunk === null) return null;
  const { width, height, exif, exifOrientation } = jpeg;
  const size = exifOrientation < FIRST_SWAPPED_ORIENTATION ? { width, height } : { width: height, height: width };
  return {
    format: 'jpeg',
    ...size,
    exifOrientation,
    takenAt: exif === null ? null : takenAtOf(Buffer.from(exif)),
    ...shrunk,
  };
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
    const bytes = Buffer.allocUnsafe(before.size);
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
