import readExif from 'exif-reader';

const MOST_EXIF_BYTES = 262_144; // a JPEG's holds at most 64 KB
const OLDEST_YEAR = 1990; // before that it is a camera whose clock was never set

/**
 * When a photo was taken by the camera's own clock, from its EXIF block, '2026-05-01T10:20:30'; null where it does not say, or says nonsense.
 *
 * The zone is unknown and plays no part: only times of one camera are compared.
 */
export function takenAtOf(exif: Buffer): string | null {
  if (exif.length > MOST_EXIF_BYTES) return null;
  try {
    const { Photo, Image } = readExif(exif);
    const taken: unknown = Photo?.DateTimeOriginal ?? Photo?.DateTimeDigitized ?? Image?.DateTime;
    if (!(taken instanceof Date) || Number.isNaN(taken.getTime()) || taken.getUTCFullYear() < OLDEST_YEAR) return null;
    return taken.toISOString().slice(0, 19);
  } catch {
    return null; // damaged metadata are no reason to leave a sound picture out
  }
}
