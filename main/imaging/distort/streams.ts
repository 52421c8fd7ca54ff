/** Random streams by name: what one distortion draws does not depend on which others are on. */
import type { AugmentationPolicy } from '../../../shared/domain/augmentation.ts';
import { type Random, seededRandom } from '../../../shared/math/random.ts';
import { uniform } from './distributions.ts';
import type { DrawTarget, ViewSource } from './drawn.ts';

export type Streams = {
  readonly stream: (name: string) => Random;
  readonly seedOf: (name: string) => number; // uint32
};

export function streamsOf({ seed, imageId, view }: Pick<ViewSource, 'seed' | 'imageId' | 'view'>): Streams {
  const seedOf = (name: string): number => hashText(`${seed}/${imageId}/${view}/${name}`);
  return { seedOf, stream: (name) => seededRandom(seedOf(name)) };
}

/** FNV-1a with the finaliser of MurmurHash3: every bit of the text moves every bit of the uint32. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** All that a part of a draw may depend on. */
export type Draw = {
  readonly policy: AugmentationPolicy;
  readonly streams: Streams;
  readonly magnitude: number; // 0 to 1
  readonly target: DrawTarget;
};

/** Uniform between minus `most` and `most`, times the magnitude; 0 where it does not happen. */
export function drawSymmetric(
  { streams, magnitude }: Draw,
  name: string,
  { probability, most }: { readonly probability: number; readonly most: number },
): number {
  const random = streams.stream(name);
  const happens = random() < probability;
  const drawn = uniform(random, -most, most) * magnitude;
  return happens && drawn !== 0 ? drawn : 0; // never -0
}
