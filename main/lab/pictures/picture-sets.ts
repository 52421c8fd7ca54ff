/** The sets that the lab learns from, written as files like anybody's photos. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import type { StopSignal } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { type Random, seededRandom } from '../../../shared/math/random.ts';
import { asWriteFailure } from '../../kernel/system-error.ts';
import { DIGIT_SIDE, drawDigit } from './digits.ts';
import { encodePng } from './png.ts';
import { drawScene, SCENE_SIDE, sceneClasses } from './scenes.ts';

export type PictureSet = {
  readonly title: string;
  readonly classes: readonly string[];
  readonly side: number; // pixels
  readonly planes: 1 | 3;
  readonly draw: (index: number, random: Random) => Uint8Array;
};

export const pictureSets = {
  digits: { title: 'generated digits', classes: [...'0123456789'], side: DIGIT_SIDE, planes: 1, draw: drawDigit },
  scenes: {
    ...{ title: 'generated textures and shapes', classes: sceneClasses, side: SCENE_SIDE, planes: 3 },
    draw: drawScene,
  },
} as const satisfies Record<string, PictureSet>;
export type PictureSetName = keyof typeof pictureSets;

export type PictureCounts = { readonly train: number; readonly val: number; readonly test: number };

type Wanted = { readonly counts: PictureCounts; readonly seed: number; readonly signal: StopSignal };

/**
 * Writes `folder/train/CLASS/0001.png` and so on, the classes equally often; the same seed gives the same files.
 *
 * Throws CANCELLED, DISK_FULL or FILE_PERMISSION; the caller gives a folder that counts only when it is whole.
 */
export async function writePictures(folder: string, set: PictureSet, { counts, seed, signal }: Wanted): Promise<void> {
  for (const [number, [name, count]] of Object.entries(counts).entries())
    for (const [index, className] of set.classes.entries()) {
      const place = join(folder, name, className);
      await mkdir(place, { recursive: true });
      for (let at = 0; at < Math.ceil(count / set.classes.length); at += 1) {
        const random = seededRandom(mixed([seed, number, index, at]));
        const values = set.draw(index, random);
        const png = encodePng({ side: set.side, planes: set.planes, values });
        await write(join(place, `${String(at + 1).padStart(4, '0')}.png`), png);
        await breathe();
        if (signal.aborted)
          throw new AppError('CANCELLED', 'Stopped while pictures were drawn. The lab goes on where it was.');
      }
    }
}

async function write(file: string, bytes: Buffer): Promise<void> {
  try {
    await writeFile(file, bytes);
  } catch (error) {
    throw asWriteFailure(file, error);
  }
}

/** Seeds that are far apart for numbers that are not. */
function mixed(numbers: readonly number[]): number {
  let state = 0x811c9dc5;
  for (const value of numbers) {
    state = Math.imul(state ^ value, 0x01000193);
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
  }
  return state ^ (state >>> 13);
}
