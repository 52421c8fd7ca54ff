import { describe, expect, it } from 'vitest';
import { augmentationPresets } from '../domain/augmentation.ts';
import { cachedRows } from './cached-rows.ts';

const photos = { train: 70, val: 30, selection: 'validation', augmentation: undefined } as const;
const photo = { ...augmentationPresets.photo, cachedViews: 4 };

describe('cachedRows', () => {
  it('is a row a photo without augmentation, and with the policy that changes nothing', () => {
    expect(cachedRows('blocks.3', photos)).toBe(100);
    expect(cachedRows('blocks.3', { ...photos, augmentation: augmentationPresets.none })).toBe(100);
  });

  it('adds K views of each photo that is learnt from: with cross-validation of all', () => {
    expect(cachedRows('blocks.3', { ...photos, augmentation: photo })).toBe(100 + 4 * 70);
    const crossValidated = { ...photos, selection: 'cross-validation', augmentation: photo } as const;
    expect(cachedRows('blocks.3', crossValidated)).toBe(100 + 4 * 100);
  });

  it('stores only what is judged on where photos are drawn anew', () => {
    expect(cachedRows('input', { ...photos, augmentation: photo })).toBe(30);
  });
});
