/** The pictures, one row each: who, how, where, in which light. */

import type { Place } from './backgrounds.ts';
import type { CoatName } from './coats.ts';
import type { Light } from './light.ts';
import type { Occluder } from './occluders.ts';
import type { Pose } from './poses.ts';
import type { Thing } from './things.ts';

export type Subject =
  | { readonly kind: 'animal'; readonly coat: CoatName; readonly pose: Pose }
  | { readonly kind: 'thing'; readonly thing: Thing };

/** What makes a picture hard or different; everything not said is drawn from the seed. */
export type Twist = {
  readonly front?: Occluder;
  readonly size?: number; // 1: as large as usual
  readonly shift?: number; // pixels to the right
  readonly blurSigma?: number; // pixels
  readonly noise?: number; // standard deviation, in 256ths
  readonly frames?: 3; // a burst
};

export type Scene = { readonly subject: Subject; readonly place: Place; readonly light: Light; readonly twist: Twist };

export type ClassFolder = 'Tigger' | 'Misty' | 'neither';

type CatRow = readonly [pose: Pose, place: Place, light: Light, twist?: Twist];

const tiggerRows: readonly CatRow[] = [
  ['sitting', 'sofa', 'day', { frames: 3 }],
  ['face', 'garden', 'day'],
  ['lying', 'rug', 'day'],
  ['walking', 'kitchen', 'day'],
  ['curled', 'bed', 'lamp'],
  ['sitting', 'window', 'backlight'],
  ['walking', 'garden', 'dusk', { front: 'grass' }],
  ['stretched', 'sofa', 'lamp'],
  ['face', 'kitchen', 'lamp', { blurSigma: 0.7 }],
  ['sitting', 'kitchen', 'day', { front: 'box' }],
  ['curled', 'sofa', 'day', { front: 'blanket' }],
  ['behind', 'window', 'day'],
  ['lying', 'garden', 'day', { size: 0.6, shift: 90 }],
  ['face', 'bed', 'day', { size: 1.3, shift: -70 }],
  ['walking', 'rug', 'lamp', { blurSigma: 1.3, noise: 7 }],
  ['stretched', 'bed', 'dusk', { noise: 9 }],
  ['sitting', 'rug', 'day', { front: 'leaves' }],
  ['lying', 'window', 'day', { front: 'curtain' }],
  ['face', 'sofa', 'dusk'],
];

const mistyRows: readonly CatRow[] = [
  ['sitting', 'window', 'day'],
  ['lying', 'sofa', 'day', { frames: 3 }],
  ['face', 'bed', 'day'],
  ['curled', 'rug', 'lamp'],
  ['walking', 'garden', 'day'],
  ['sitting', 'kitchen', 'day'],
  ['face', 'window', 'backlight'],
  ['stretched', 'rug', 'day'],
  ['sitting', 'garden', 'dusk'],
  ['lying', 'bed', 'lamp', { front: 'blanket' }],
  ['walking', 'kitchen', 'lamp', { blurSigma: 1.2, noise: 6 }],
  ['behind', 'sofa', 'day'],
  ['sitting', 'rug', 'day', { front: 'box' }],
  ['curled', 'sofa', 'dusk', { noise: 9 }],
  ['face', 'sofa', 'lamp', { blurSigma: 0.7 }],
  ['lying', 'garden', 'day', { front: 'grass' }],
  ['walking', 'rug', 'day', { size: 0.6, shift: -100 }],
  ['face', 'garden', 'day', { size: 1.3, shift: 80 }],
  ['sitting', 'bed', 'dusk', { front: 'leaves' }],
];

const otherCatRows: readonly (readonly [coat: CoatName, ...CatRow])[] = [
  ['black', 'sitting', 'rug', 'day'],
  ['black', 'face', 'sofa', 'lamp'],
  ['black', 'walking', 'garden', 'day'],
  ['calico', 'lying', 'bed', 'day'],
  ['calico', 'sitting', 'kitchen', 'day'],
  ['calico', 'face', 'window', 'backlight'],
  ['brownTabby', 'walking', 'rug', 'dusk'],
  ['shortGrey', 'sitting', 'sofa', 'day'],
  ['cream', 'curled', 'bed', 'lamp'],
  ['goldenDog', 'sitting', 'garden', 'day', { frames: 3 }],
  ['brownDog', 'face', 'kitchen', 'day'],
  ['spottedDog', 'walking', 'garden', 'dusk', { front: 'grass' }],
  ['greyDog', 'lying', 'rug', 'lamp', { blurSigma: 0.9, noise: 6 }],
];

const thingRows: readonly (readonly [thing: Thing, place: Place, light: Light, twist?: Twist])[] = [
  ['orangeCushion', 'sofa', 'day'],
  ['stripedCushion', 'bed', 'lamp'],
  ['greyCushion', 'sofa', 'dusk', { noise: 6 }],
  ['plant', 'window', 'backlight'],
  ['cactus', 'kitchen', 'day'],
  ['bird', 'garden', 'day'],
  ['slipper', 'rug', 'day'],
  ['wool', 'rug', 'lamp'],
  ['teddy', 'bed', 'day'],
];

function ofCat(coat: CoatName, [pose, place, light, twist = {}]: CatRow): Scene {
  return { subject: { kind: 'animal', coat, pose }, place, light, twist };
}

export const scenes: Readonly<Record<ClassFolder, readonly Scene[]>> = {
  Tigger: tiggerRows.map((row) => ofCat('tigger', row)),
  Misty: mistyRows.map((row) => ofCat('misty', row)),
  neither: [
    ...otherCatRows.map(([coat, ...row]) => ofCat(coat, row)),
    ...thingRows.map(
      ([thing, place, light, twist = {}]): Scene => ({ subject: { kind: 'thing', thing }, place, light, twist }),
    ),
  ],
};

/** The seed of the pictures that ship. */
export const SAMPLE_SEED = 2026;

export type Picture = { readonly path: string; readonly scene: Scene; readonly seed: number; readonly frame: number };

/** All pictures of a seed in the order of their paths, `Class/name-NN.jpg`, bursts as `name-NN-a.jpg` and on. */
export function listPictures(seed: number): Picture[] {
  return Object.entries(scenes).flatMap(([folder, rows], folderIndex) =>
    rows.flatMap((scene, row) => {
      const frames = scene.twist.frames ?? 1;
      const stem = `${folder}/${folder.toLowerCase()}-${String(row + 1).padStart(2, '0')}`;
      return Array.from(
        { length: frames },
        (_, frame): Picture => ({
          path: frames === 1 ? `${stem}.jpg` : `${stem}-${'abc'[frame]}.jpg`,
          scene,
          seed: seed + folderIndex * 1000 + row,
          frame,
        }),
      );
    }),
  );
}
