/** How like some photos others are: the mean cosine to the nearest, at what the softmax of a run sees of them. */
import type { NeighboursResult } from '../protocol/answering-jobs.ts';
import type { JobImage } from '../protocol/messages.ts';
import type { RunFeatures } from './run-features.ts';

/** Some of the rows, at length 1; all 0 where a row has no direction. */
export function directions(
  { rows, width }: Pick<RunFeatures, 'rows' | 'width'>,
  of: readonly number[],
): Float32Array<ArrayBuffer> {
  const found = new Float32Array(of.length * width);
  for (const [at, row] of of.entries()) {
    const own = rows.subarray(row * width, (row + 1) * width);
    let square = 0;
    for (const value of own) square += value * value;
    if (square > 1e-12) found.set(scaled(own, 1 / Math.sqrt(square)), at * width);
  }
  return found;
}

function scaled(row: Float32Array, factor: number): Float32Array {
  return row.map((value) => value * factor);
}

type Compared = {
  readonly image: Pick<JobImage, 'imageId' | 'groupId'>;
  readonly bank: readonly Pick<JobImage, 'imageId' | 'groupId'>[];
  readonly cosines: ArrayLike<number>; // [bank]
};

/** Likeness -1 where the bank holds nothing but the photo's own group. */
export function nearestOf({ image, bank, cosines }: Compared, most: number): NeighboursResult['photos'][number] {
  const best: { readonly cosine: number; readonly imageId: JobImage['imageId'] }[] = []; // the nearest first
  for (const [at, { imageId, groupId }] of bank.entries()) {
    const cosine = cosines[at]!;
    if (best.length === most && cosine <= best.at(-1)!.cosine) continue;
    if (imageId === image.imageId || groupId === image.groupId) continue;
    const place = best.findIndex((other) => cosine > other.cosine);
    best.splice(place < 0 ? best.length : place, 0, { cosine, imageId });
    if (best.length > most) best.pop();
  }
  const mean = best.reduce((sum, { cosine }) => sum + cosine, 0) / best.length;
  const likeness = best.length === 0 ? -1 : Math.max(-1, Math.min(1, mean));
  return { imageId: image.imageId, likeness, nearest: best[0]?.imageId ?? null };
}
