/** How many rows a training keeps in the feature cache. */
import { type AugmentationPolicy, isIdentityPolicy } from '../domain/augmentation.ts';
import type { Judging } from '../domain/run.ts';

export type CachedPhotos = {
  readonly train: number;
  readonly val: number;
  readonly selection: Judging['kind'];
  readonly augmentation: AugmentationPolicy | undefined;
};

/**
 * Without augmentation one of each photo. With it, where a part is frozen: the centre of each photo, to judge by, and K
 * views of each that is learnt from. Where everything trains, photos are drawn anew in each epoch, and only those that are
 * judged on are stored.
 */
export function cachedRows(stage: string, photos: CachedPhotos): number {
  const { train, val, selection, augmentation } = photos;
  if (augmentation === undefined || isIdentityPolicy(augmentation)) return train + val;
  const learnt = selection === 'validation' ? train : train + val;
  if (isDrawnAnew(stage, augmentation)) return selection === 'validation' ? val : train + val;
  return train + val + augmentation.cachedViews * learnt;
}

/** Whether photos are decoded and drawn again in each epoch, beside the training: nothing is frozen that could be stored. */
export function isDrawnAnew(stage: string, augmentation: AugmentationPolicy | undefined): boolean {
  return stage === 'input' && augmentation !== undefined && !isIdentityPolicy(augmentation);
}
