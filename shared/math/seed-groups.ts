/** Two ways to train, each with several seeds, on the same photos: what of a difference is luck of photos or of seeds. */
import { AppError } from '../contract/errors.ts';
import { type BootstrapOptions, quantile } from './statistics.ts';

export type SeedGroups = {
  readonly first: readonly (readonly boolean[])[]; // [runs][photos]: right or not
  readonly second: readonly (readonly boolean[])[];
};

/** Mean accuracy of the second way minus that of the first. */
export function meanDifference({ first, second }: SeedGroups): number {
  const mean = (group: readonly (readonly boolean[])[]): number =>
    group.reduce((sum, hits) => sum + hits.filter(Boolean).length, 0) / (group.length * photosOf(group));
  return mean(second) - mean(first);
}

/**
 * Percentile bootstrap interval of meanDifference: runs are drawn again within their way, and photos, the same for all.
 *
 * Owen 2007, "The pigeonhole bootstrap", Annals of Applied Statistics 1(2): both factors are drawn, each with replacement.
 * Throws INVALID_INPUT where a way has no run, or the runs answered different numbers of photos.
 */
export function seedBootstrapInterval(groups: SeedGroups, options: BootstrapOptions): [number, number] {
  const { random, resamples = 10_000, level = 0.95 } = options;
  const photos = requireSamePhotos(groups);
  if (photos === 0) return [-1, 1];
  const draw = (count: number): number => Math.floor(random() * count);
  const asBytes = (group: SeedGroups['first']): Hits => group.map((hits) => Uint8Array.from(hits, Number));
  const [allFirst, allSecond] = [asBytes(groups.first), asBytes(groups.second)];
  const redraw = (group: Hits): Hits => group.map(() => group[draw(group.length)]!);
  const differences = Float64Array.from({ length: resamples }, () => {
    const [first, second] = [redraw(allFirst), redraw(allSecond)];
    let [added, taken] = [0, 0];
    for (let at = 0; at < photos; at += 1) {
      const photo = draw(photos);
      for (const hits of second) added += hits[photo]!;
      for (const hits of first) taken += hits[photo]!;
    }
    return added / (photos * second.length) - taken / (photos * first.length);
  }).sort();
  const tail = (1 - level) / 2;
  return [quantile(differences, tail), quantile(differences, 1 - tail)];
}

type Hits = readonly Uint8Array[]; // of each run: 1 where it is right

function photosOf(group: readonly (readonly boolean[])[]): number {
  return group[0]?.length ?? 0;
}

function requireSamePhotos({ first, second }: SeedGroups): number {
  const counts = new Set([...first, ...second].map((hits) => hits.length));
  if (first.length > 0 && second.length > 0 && counts.size === 1) return photosOf(first);
  throw new AppError('INVALID_INPUT', 'Each way needs a run, and all runs the same photos.');
}
