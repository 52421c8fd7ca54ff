/** What training asks of a set of photos, and how a run on it is judged. */
import { AppError } from '../../shared/contract/errors.ts';
import type { Judging } from '../../shared/domain/run.ts';
import type { JobImage } from '../engine/protocol/messages.ts';

/** What is asked of a photo here. */
export type FitImage = Pick<JobImage, 'label' | 'groupId' | 'side'>;

const FOLDS = 5;
const MIN_VALIDATION_IMAGES = 50; // fewer say too little: one photo would be 2 points

/** Throws DATASET_UNFIT where there are fewer than two classes, or one has no photo to train on. */
export function requireFitDataset(classes: readonly string[], images: readonly FitImage[]): void {
  if (classes.length < 2)
    throw new AppError(
      'DATASET_UNFIT',
      `There ${classes.length === 1 ? 'is 1 class' : `are ${classes.length} classes`}; training needs 2. Import or label another.`,
    );
  for (const [label, name] of classes.entries()) {
    const count = images.filter((image) => image.label === label && image.side === 'train').length;
    if (count === 0)
      throw new AppError('DATASET_UNFIT', `Class '${name}' has no photo to train on. Add photos, or remove the class.`);
  }
}

/** Validation where it holds enough photos, else cross-validation inside train and validation. */
export function chooseSelection(images: readonly FitImage[], classes: readonly string[]): Judging {
  const validation = images.filter(({ side }) => side === 'val').length;
  if (validation >= MIN_VALIDATION_IMAGES) return { kind: 'validation' };
  return { kind: 'cross-validation', folds: chooseFolds(images, classes) };
}

/** As many as every class can fill with photos that are independent of each other. Throws DATASET_UNFIT for fewer than two. */
export function chooseFolds(images: readonly FitImage[], classes: readonly string[]): number {
  const groupCounts = classes.map(
    (_, index) => new Set(images.filter(({ label }) => label === index).map(({ groupId }) => groupId)).size,
  );
  const smallest = Math.min(...groupCounts);
  if (smallest < 2) {
    const name = classes[groupCounts.indexOf(smallest)] ?? '';
    throw new AppError(
      'DATASET_UNFIT',
      `Class '${name}' has a single photo to learn from: nothing can be held out to judge by. Add at least one more.`,
    );
  }
  return Math.min(FOLDS, smallest);
}
