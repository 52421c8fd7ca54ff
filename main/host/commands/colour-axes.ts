import { join } from 'node:path';
import type { ColourAxes } from '../../../shared/contract/augmenting.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { imagenetColourAxes } from '../../imaging/distort/imagenet-axes.ts';
import { datasetHash } from '../../store/sides.ts';
import { expectAnswer } from '../expect-result.ts';
import { labelledImages, type Session } from '../session.ts';

const MOST_PHOTOS = 2000; // ids are hashes, so the first ones of them are a random sample

export type AxesSource = {
  readonly read: (session: Session, source: ColourAxes['source'], signal: AbortSignal) => Promise<ColourAxes>;
};

/** Principal axes of RGB: ImageNet's, or those of the training photos by their thumbnails, kept until photos or labels change. */
export function createAxesSource(): AxesSource {
  let known: { readonly hash: string; readonly axes: ColourAxes } | null = null;
  return {
    read: async (session, source, signal) => {
      if (source === 'imagenet') return imagenetColourAxes;
      const hash = datasetHash(session.project.database);
      if (known?.hash === hash) return known.axes;
      const axes = await measure(session, signal);
      known = { hash, axes };
      return axes;
    },
  };
}

async function measure(session: Session, signal: AbortSignal): Promise<ColourAxes> {
  const images = labelledImages(session, ['train']).slice(0, MOST_PHOTOS);
  if (images.length === 0) {
    const text =
      'There are no labelled training photos to take colours from. Label some, or choose the axes of ImageNet.';
    throw new AppError('DATASET_UNFIT', text);
  }
  const paths = images.map(({ imageId }) => join(session.project.folders.thumbs, `${imageId}.jpg`));
  return expectAnswer(await session.imaging().ask({ kind: 'axes', paths }, { signal, isUrgent: true }));
}
