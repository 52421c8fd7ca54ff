/** Near duplicates and bursts among photos: candidates by outline, time and file name; each is confirmed on the looks. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { Progress } from '../../shared/contract/progress.ts';
import { openPairSearch } from '../../shared/math/close-pairs.ts';
import { likeness, type PreparedLook, prepareLook } from './alike.ts';
import { isNextInSequence, isSoonAfter } from './burst-evidence.ts';
import { outlineOf } from './outline.ts';
import { progressReporter } from './progress-reporter.ts';

export type Candidate<Id extends string = string> = {
  readonly imageId: Id;
  readonly look: Uint8Array; // imaging/look.ts
  readonly takenAt: string | null; // EXIF, local time
  readonly path: string | null; // of the file, for its name
  readonly isNew: boolean; // pairs of two old photos are not looked for
};
export type Pair<Id extends string = string> = {
  readonly first: Id;
  readonly second: Id;
  readonly kind: 'near-duplicate' | 'burst'; // burst: taken within seconds of each other, or next to each other in a file sequence
  readonly likeness: number; // 0 to 1
};

/** Of 2,796 different photos none two are as alike (the nearest: 0.80): near-duplicates.test.ts asks it of a part of them. */
const LEAST_LIKENESS = 0.82;
const LEAST_LIKENESS_IN_BURST = 0.6; // of two photos that belong together by time or name
const LEAST_LIKENESS_BESIDE_FEATURES = 0.7; // of two photos whose features are close
const LEAST_OUTLINE_COSINE = 0.6;
// Looks compared with each look: those of the nearest outlines. Among 1,399 photos one has 1.1 candidates, and the original of a
// cropped, turned or relit copy stood seventh at worst. Where more look alike, they are so through each other.
const MOST_COMPARED = 16;
const MOST_BUSY_MS = 20; // at a time
const MOST_PREPARED = 16_384; // looks made ready, about 15 KB each

type IndexPair = readonly [first: number, second: number];
type Search = {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void; // phase 'joining', in photos
};

/** The confirmed pairs, the most alike first. Gives way to other work all the time; throws what `signal` holds when it aborts. */
export async function findNearDuplicates<Id extends string>(
  photos: readonly Candidate<Id>[],
  search: Search = {},
): Promise<Pair<Id>[]> {
  search.signal?.throwIfAborted();
  const report = progressReporter(search.onProgress);
  const pause = pauses(search.signal);
  report('joining', 0, photos.length);
  const vectors: Float32Array[] = [];
  for (const { look } of photos) {
    vectors.push(outlineOf(look));
    await pause();
  }
  const isNew = (index: number): boolean => photos[index]!.isNew;
  const lookFrom = openPairSearch({ vectors, isNew, leastCosine: LEAST_OUTLINE_COSINE });
  const neighbours = neighboursInTime(photos);
  const compare = comparer(photos, LEAST_LIKENESS);
  for (const index of photos.keys()) {
    const others = neighbours.get(index) ?? new Set<number>();
    for (const other of nearestOutlines(lookFrom, index)) others.add(other);
    for (const other of others) {
      await pause();
      compare(index < other ? [index, other] : [other, index]);
    }
    report('joining', index + 1, photos.length);
    await pause();
  }
  return compare.pairs();
}

/** Without a bound, photos that all look alike (scans of one form, frames of one camera) would each be compared with all. */
function nearestOutlines(lookFrom: ReturnType<typeof openPairSearch>, index: number): readonly number[] {
  const found: (readonly [other: number, cosine: number])[] = [];
  lookFrom(index, (first, second, cosine) => found.push([first + second - index, cosine]));
  if (found.length > MOST_COMPARED) found.sort((a, b) => b[1] - a[1]);
  return found.slice(0, MOST_COMPARED).map(([other]) => other);
}

/** Of pairs that something else says are alike (features), those whose looks agree, the most alike first. */
export async function confirmAlike<Id extends string>(
  photos: readonly Candidate<Id>[],
  pairs: readonly { readonly first: Id; readonly second: Id }[],
  signal?: AbortSignal,
): Promise<Pair<Id>[]> {
  const places = new Map(photos.map(({ imageId }, index) => [imageId, index]));
  const pause = pauses(signal);
  const compare = comparer(photos, LEAST_LIKENESS_BESIDE_FEATURES);
  for (const { first, second } of pairs) {
    const [one, other] = [places.get(first), places.get(second)];
    if (one !== undefined && other !== undefined) compare([one, other]);
    await pause();
  }
  return compare.pairs();
}

/** Lets other work in and looks whether to stop, as often as somebody would notice. */
function pauses(signal: AbortSignal | undefined): () => Promise<void> | undefined {
  let lastMs = performance.now();
  return () => {
    signal?.throwIfAborted();
    if (performance.now() - lastMs < MOST_BUSY_MS) return undefined;
    return breathe().then(() => {
      lastMs = performance.now();
    });
  };
}

/** Compares pairs, each of them once, and keeps those that are confirmed. */
function comparer<Id extends string>(photos: readonly Candidate<Id>[], leastLikeness: number) {
  const prepared = new Map<number, PreparedLook>(); // the oldest first
  const ready = (index: number): PreparedLook => {
    const found = prepared.get(index) ?? prepareLook(photos[index]!.look);
    if (prepared.size >= MOST_PREPARED && !prepared.has(index)) prepared.delete(prepared.keys().next().value!);
    prepared.set(index, found);
    return found;
  };
  const seen = new Set<number>();
  const pairs: Pair<Id>[] = [];
  const compare = ([first, second]: IndexPair): void => {
    const key = first * photos.length + second;
    if (seen.has(key)) return;
    seen.add(key);
    const score = likeness(ready(first), ready(second));
    const pair = judge([photos[first]!, photos[second]!], score, leastLikeness);
    if (pair !== null) pairs.push(pair);
  };
  compare.pairs = (): Pair<Id>[] =>
    pairs.sort((a, b) => b.likeness - a.likeness || (a.first + a.second < b.first + b.second ? -1 : 1));
  return compare;
}

function judge<Id extends string>(
  [one, other]: readonly [Candidate<Id>, Candidate<Id>],
  score: number,
  leastLikeness: number,
): Pair<Id> | null {
  const isBurst = isSoonAfter(one.takenAt, other.takenAt) || isNextInSequence(one.path, other.path);
  if (score < (isBurst ? LEAST_LIKENESS_IN_BURST : leastLikeness)) return null;
  const [first, second] = one.imageId < other.imageId ? [one.imageId, other.imageId] : [other.imageId, one.imageId];
  return { first, second, kind: isBurst ? 'burst' : 'near-duplicate', likeness: score };
}

/** Of each photo those next to it by time or by name, where one of the two is new; each pair once. */
function neighboursInTime(photos: readonly Candidate[]): Map<number, Set<number>> {
  const neighbours = new Map<number, Set<number>>();
  const add = (one: number, other: number): void => {
    const [first, second] = one < other ? [one, other] : [other, one];
    if (!photos[first]!.isNew && !photos[second]!.isNew) return;
    const known = neighbours.get(first) ?? new Set();
    neighbours.set(first, known.add(second));
  };
  const order = (key: (photo: Candidate) => string): number[] =>
    [...photos.keys()].sort((a, b) => (key(photos[a]!) < key(photos[b]!) ? -1 : 1));
  const byTime = order(({ takenAt }) => takenAt ?? '');
  const byName = order(({ path }) => path ?? '');
  for (let at = 1; at < photos.length; at += 1) {
    const [before, after] = [byTime[at - 1]!, byTime[at]!];
    if (isSoonAfter(photos[before]!.takenAt, photos[after]!.takenAt)) add(before, after);
    const [left, right] = [byName[at - 1]!, byName[at]!];
    if (isNextInSequence(photos[left]!.path, photos[right]!.path)) add(left, right);
  }
  return neighbours;
}
