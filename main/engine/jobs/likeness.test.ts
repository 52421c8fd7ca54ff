import { describe, expect, it } from 'vitest';
import { Sha256 } from '../../../shared/domain/ids.ts';
import { nearestOf } from './likeness.ts';

const photo = (letter: string, groupId = letter) => ({ imageId: Sha256.parse(letter.repeat(64)), groupId });

describe('nearestOf', () => {
  const bank = [photo('a'), photo('b', 'burst'), photo('c'), photo('d')];
  const cosines = [0.2, 0.99, 0.8, 0.6];

  it('is the mean cosine to the nearest ones, and names the first', () => {
    const found = nearestOf({ image: photo('e'), bank, cosines }, 2);
    expect(found.likeness).toBeCloseTo((0.99 + 0.8) / 2, 12);
    expect(found.nearest).toBe(bank[1]!.imageId);
  });

  it('leaves out the photo itself and its near duplicates: they would always be the likest', () => {
    const found = nearestOf({ image: photo('c', 'burst'), bank, cosines }, 2);
    expect(found.likeness).toBeCloseTo((0.6 + 0.2) / 2, 12);
    expect(found.nearest).toBe(bank[3]!.imageId);
  });

  it('takes what there is, and is -1 where there is nothing', () => {
    expect(nearestOf({ image: photo('e'), bank, cosines }, 10).likeness).toBeCloseTo(2.59 / 4, 12);
    expect(nearestOf({ image: photo('a'), bank: [photo('a')], cosines: [1] }, 5)).toMatchObject({
      likeness: -1,
      nearest: null,
    });
  });
});
