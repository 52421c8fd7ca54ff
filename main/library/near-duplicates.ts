/** Near duplicates and bursts among photos: candidates by outline, time and file name; each is confirmed on the looks. */
import { setImmediate as breathe } from 'node:timers/promises';
import { findClosePairs } from '../../shared/math/close-pairs.ts';
import { likeness, type PreparedLook, prepareLook } from './alike.ts';
import { isNextInSequence, isSoonAfter } from './burst-evidence.ts';
import { outlineOf } from './outline.ts';

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
const BREATHE_EVERY = 256;

type IndexPair = readonly [first: number, second: number];

/** The confirmed pairs, the most alike first. Gives way to other work now and then; throws what `signal` holds when it aborts. */
export async function findNearDuplicates<Id extends string>(
  photos: readonly Candidate<Id>[],
  signal?: AbortSignal,
): Promise<Pair<Id>[]> {
  const outlines = photos.map(({ look }) => outlineOf(look));
  const candidates: IndexPair[] = [];
  const isNew = (index: number): boolean => photos[index]!.isNew;
  findClosePairs({ vectors: outlines, isNew, leastCosine: LEAST_OUTLINE_COSINE }, (first, second) =>
    candidates.push([first, second]),
  );
  const seen = new Set(candidates.map(([first, second]) => first * photos.length + second));
  for (const pair of neighboursInTime(photos)) if (!seen.has(pair[0] * photos.length + pair[1])) candidates.push(pair);
  return confirm(photos, candidates, { leastLikeness: LEAST_LIKENESS, signal });
}

/** Of pairs that something else says are alike (features), those whose looks agree, the most alike first. */
export async function confirmAlike<Id extends string>(
  photos: readonly Candidate<Id>[],
  pairs: readonly { readonly first: Id; readonly second: Id }[],
  signal?: AbortSignal,
): Promise<Pair<Id>[]> {
  const places = new Map(photos.map(({ imageId }, index) => [imageId, index]));
  const candidates = pairs.flatMap(({ first, second }): IndexPair[] => {
    const [one, other] = [places.get(first), places.get(second)];
    return one === undefined || other === undefined ? [] : [[one, other]];
  });
  return confirm(photos, candidates, { leastLikeness: LEAST_LIKENESS_BESIDE_FEATURES, signal });
}

type Confirming = { readonly leastLikeness: number; readonly signal: AbortSignal | undefined };

async function confirm<Id extends string>(
  photos: readonly Candidate<Id>[],
  candidates: readonly IndexPair[],
  { leastLikeness, signal }: Confirming,
): Promise<Pair<Id>[]> {
  const prepared: PreparedLook[] = [];
  const ready = (index: number): PreparedLook => {
    prepared[index] ??= prepareLook(photos[index]!.look);
    return prepared[index];
  };
  const pairs: Pair<Id>[] = [];
  for (const [at, [first, second]] of candidates.entries()) {
    if (at % BREATHE_EVERY === 0) await breathe();
    signal?.throwIfAborted();
    const score = likeness(ready(first), ready(second));
    const pair = judge([photos[first]!, photos[second]!], score, leastLikeness);
    if (pair !== null) pairs.push(pair);
  }
  return pairs.sort((a, b) => b.likeness - a.likeness || (a.first + a.second < b.first + b.second ? -1 : 1));
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

/** Pairs of photos next to each other by time or by name, at least one of them new. */
function neighboursInTime(photos: readonly Candidate[]): (readonly [number, number])[] {
  const pairs = new Map<number, readonly [number, number]>();
  const add = (one: number, other: number): void => {
    const [first, second] = one < other ? [one, other] : [other, one];
    if (photos[first]!.isNew || photos[second]!.isNew) pairs.set(first * photos.length + second, [first, second]);
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
  return [...pairs.values()];
}
