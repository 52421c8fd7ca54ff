/** A dial over photos with scores: where it can stand, and which photos it calls neither there. */
import type { ScoredPhoto } from '../../../../shared/contract/judging.ts';
import type { ScoreKind } from '../../../../shared/domain/judging.ts';
import { type DialCounts, dialCounts } from '../../../../shared/math/open-set.ts';

/** Thresholds from letting all in that can be let in, to letting none in: one a photo that makes a difference. */
export function dialMarks(photos: readonly ScoredPhoto[], score: ScoreKind): readonly number[] {
  const values = [...new Set(photos.map(({ scores }) => scores[score]))].sort((a, b) => a - b);
  const last = values.at(-1) ?? 0;
  return [...values, last + 1e-6 + Math.abs(last) * 1e-6];
}

/** The place of a threshold among the marks: it does what that mark does. */
export function placeOf(marks: readonly number[], threshold: number): number {
  const place = marks.findIndex((mark) => mark >= threshold);
  return place < 0 ? marks.length - 1 : place;
}

export type Dialled = {
  readonly counts: DialCounts;
  readonly missed: readonly ScoredPhoto[]; // of a class, called neither; the most known first
  readonly letIn: readonly ScoredPhoto[]; // strangers taken for a class; the surest first
};

export function dialled(photos: readonly ScoredPhoto[], score: ScoreKind, threshold: number): Dialled {
  const scoreOf = ({ scores }: ScoredPhoto): number => scores[score];
  const known = photos.filter(({ isStranger }) => !isStranger);
  const strangers = photos.filter(({ isStranger }) => isStranger);
  const bySureness = (a: ScoredPhoto, b: ScoredPhoto): number => scoreOf(b) - scoreOf(a);
  return {
    counts: dialCounts({ known: known.map(scoreOf), strangers: strangers.map(scoreOf) }, threshold),
    missed: known.filter((photo) => scoreOf(photo) < threshold).toSorted(bySureness),
    letIn: strangers.filter((photo) => scoreOf(photo) >= threshold).toSorted(bySureness),
  };
}
