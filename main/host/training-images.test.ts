import { describe, expect, it } from 'vitest';
import { Sha256 } from '../../shared/domain/ids.ts';
import type { JobImage } from '../engine/protocol/messages.ts';
import { holdOutFold } from './training-images.ts';

/** 60 photos of 2 classes in 30 groups of two, a burst each. */
const images: JobImage[] = Array.from({ length: 60 }, (_, at) => ({
  imageId: Sha256.parse(at.toString(16).padStart(64, '0')),
  path: `${at}.jpg`,
  label: Math.floor(at / 2) % 2,
  groupId: `burst ${Math.floor(at / 2)}`,
  side: at % 3 === 0 ? 'val' : 'train',
}));

describe('one fold held out', () => {
  const folds = Array.from({ length: 5 }, (_, fold) => holdOutFold(images, { kind: 'fold', fold, folds: 5, seed: 9 }));

  it('holds every photo out once, and a burst never in part', () => {
    const heldOut = folds.flatMap((one) => one.images.filter(({ side }) => side === 'val'));
    expect(heldOut.map(({ imageId }) => imageId).sort()).toEqual(images.map(({ imageId }) => imageId));
    for (const one of folds) {
      const sides = new Map<string, Set<unknown>>();
      for (const { groupId, side } of one.images) sides.set(groupId, (sides.get(groupId) ?? new Set()).add(side));
      for (const own of sides.values()) expect(own.size).toBe(1);
    }
  });

  it('spreads the classes evenly, keeps the order of the photos, and is judged as by a validation side', () => {
    for (const one of folds) {
      const heldOut = one.images.filter(({ side }) => side === 'val');
      expect(heldOut.filter(({ label }) => label === 0)).toHaveLength(6);
      expect(heldOut).toHaveLength(12);
      expect(one.images.map(({ imageId }) => imageId)).toEqual(images.map(({ imageId }) => imageId));
      expect(one.selection).toEqual({ kind: 'validation' });
    }
  });

  it('is parted anew by another seed', () => {
    const other = holdOutFold(images, { kind: 'fold', fold: 0, folds: 5, seed: 10 });
    expect(other.images).not.toEqual(folds[0]!.images);
  });
});
