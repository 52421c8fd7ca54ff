/** The photos of a training, with the sides that its selection gives them. */
import type { Judging, Selection } from '../../shared/domain/run.ts';
import { stratifiedFolds } from '../../shared/math/stratified-folds.ts';
import type { JobImage } from '../engine/protocol/messages.ts';
import { labelledImages, type Session } from './session.ts';

export type TrainingImages = { readonly images: JobImage[]; readonly selection: Judging };

/** Photos to learn from and to judge by, test photos never. Throws DATASET_UNFIT where there are fewer groups than folds. */
export function trainingImages(session: Session, selection: Selection): TrainingImages {
  const images = labelledImages(session, ['train', 'val']);
  return selection.kind === 'fold' ? holdOutFold(images, selection) : { images, selection };
}

/** Groups stay whole and classes are spread evenly; the sides that the photos have in the project do not count. */
export function holdOutFold(
  images: readonly JobImage[],
  { fold, folds, seed }: Extract<Selection, { kind: 'fold' }>,
): TrainingImages {
  const numbers = new Map([...new Set(images.map(({ groupId }) => groupId))].map((groupId, at) => [groupId, at]));
  const foldOf = stratifiedFolds({
    labels: Int32Array.from(images, ({ label }) => label ?? 0),
    groups: Int32Array.from(images, ({ groupId }) => numbers.get(groupId)!),
    folds,
    seed,
  });
  return {
    images: images.map((image, row) => ({ ...image, side: foldOf[row] === fold ? 'val' : 'train' })),
    selection: { kind: 'validation' },
  };
}
