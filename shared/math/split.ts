import { AppError } from '../contract/errors.ts';
import type { SplitSide } from '../domain/ids.ts';

/** Photos that belong together: one photo and its near duplicates. `labels`: one per photo, null where not labelled. */
export type SplitGroup = {
  readonly groupId: string;
  readonly labels: readonly (string | null)[];
  readonly fixedSide?: SplitSide; // what the folders said; holds where the group has no side yet
};
export type SplitFractions = Readonly<Record<SplitSide, number>>; // not negative, train > 0, sum 1
export type SplitRequest = {
  readonly groups: readonly SplitGroup[];
  readonly existing: ReadonlyMap<string, SplitSide>;
  readonly fractions: SplitFractions;
};

export const DEFAULT_FRACTIONS: SplitFractions = { train: 0.7, val: 0.15, test: 0.15 };

const SIDES: readonly SplitSide[] = ['train', 'val', 'test']; // also the order in which empty sides are filled
type Stratum = {
  readonly waiting: SplitGroup[];
  readonly groups: Record<SplitSide, number>;
  readonly photos: Record<SplitSide, number>;
};

/**
 * The side of every group that can have one, by group id; pure, the same whatever the order of the groups.
 *
 * A side once given never changes. Then `fixedSide`. The rest is dealt class by class, in the order of the hash of the
 * group id, to the side that lacks most photos for its fraction of the class. Every side with a fraction gets at least
 * one group of a class that has enough: a class of one group is all train, of two train and val, of three or more has
 * all. A group with several labels counts for its most frequent one (the first by code unit on a tie). A group with no
 * label at all and no fixed side gets no side: it waits until it is labelled.
 */
export function assignSplit(request: SplitRequest): Map<string, SplitSide> {
  requireFractions(request.fractions);
  const sides = new Map<string, SplitSide>();
  const strata = new Map<string, Stratum>();
  for (const group of request.groups) {
    const side = request.existing.get(group.groupId) ?? group.fixedSide;
    if (side !== undefined) sides.set(group.groupId, side);
    const label = stratumOf(group.labels);
    if (label === null) continue;
    const stratum = strata.get(label) ?? emptyStratum();
    strata.set(label, stratum);
    if (side === undefined) stratum.waiting.push(group);
    else count(stratum, side, group);
  }
  for (const stratum of strata.values()) deal(stratum, request.fractions, sides);
  return sides;
}

function deal(stratum: Stratum, fractions: SplitFractions, sides: Map<string, SplitSide>): void {
  const ranked = stratum.waiting
    .map((group) => ({ group, rank: hashText(group.groupId) }))
    .sort((a, b) => a.rank - b.rank || (a.group.groupId < b.group.groupId ? -1 : 1));
  const placed = SIDES.reduce((sum, side) => sum + stratum.photos[side], 0);
  const total = ranked.reduce((sum, { group }) => sum + group.labels.length, placed);
  ranked.forEach(({ group }, index) => {
    const side = chooseSide({ stratum, fractions, total, remaining: ranked.length - index });
    count(stratum, side, group);
    sides.set(group.groupId, side);
  });
}

type Choice = {
  readonly stratum: Stratum;
  readonly fractions: SplitFractions;
  readonly total: number; // photos of the class, those still waiting included
  readonly remaining: number; // groups still waiting, this one included
};

function chooseSide({ stratum, fractions, total, remaining }: Choice): SplitSide {
  const wanted = SIDES.filter((side) => fractions[side] > 0);
  const empty = wanted.filter((side) => stratum.groups[side] === 0);
  if (empty[0] !== undefined && remaining <= empty.length) return empty[0];
  const lacking = (side: SplitSide): number => fractions[side] * total - stratum.photos[side];
  return wanted.reduce((best, side) => (lacking(side) > lacking(best) ? side : best));
}

function emptyStratum(): Stratum {
  return { waiting: [], groups: { train: 0, val: 0, test: 0 }, photos: { train: 0, val: 0, test: 0 } };
}

function count(stratum: Stratum, side: SplitSide, group: SplitGroup): void {
  stratum.groups[side] += 1;
  stratum.photos[side] += group.labels.length;
}

function stratumOf(labels: readonly (string | null)[]): string | null {
  const counts = new Map<string, number>();
  for (const label of labels) if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1);
  let best: string | null = null;
  for (const [label, photos] of counts) {
    const bestPhotos = best === null ? 0 : counts.get(best)!;
    if (best === null || photos > bestPhotos || (photos === bestPhotos && label < best)) best = label;
  }
  return best;
}

/** FNV-1a over UTF-16 units, then an avalanche: unsigned 32 bits. It only has to spread; ids break ties. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function requireFractions(fractions: SplitFractions): void {
  const sum = fractions.train + fractions.val + fractions.test;
  const isSound = SIDES.every((side) => fractions[side] >= 0) && fractions.train > 0 && Math.abs(sum - 1) < 1e-9;
  if (isSound) return;
  const found = SIDES.map((side) => `${side} ${fractions[side]}`).join(', ');
  throw new AppError('INVALID_INPUT', `Split fractions (${found}): none below 0, train above 0, and a sum of 1.`);
}
