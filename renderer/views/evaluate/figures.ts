/** Figures of an evaluation after labels were corrected, and the photos of one cell of its confusion matrix. */
import type { PhotoAnswer } from '../../../shared/contract/run-book.ts';
import { perClassRates, wilsonInterval } from '../../../shared/math/statistics.ts';

export type Cell = { readonly truth: number; readonly answer: number }; // indices into the run's classes

/** A photo whose label was changed; to null: a class that the run does not know, or none. */
export type Relabel = {
  readonly imageId: string;
  readonly from: number;
  readonly to: number | null;
  readonly answer: number;
};

export type Figures = {
  readonly confusion: readonly (readonly number[])[]; // [K, K], rows: truth
  readonly correct: number;
  readonly total: number;
  readonly accuracy: number | null; // null: no photo is left
  readonly interval: readonly [number, number]; // 95 %, Wilson
  readonly perClass: readonly { readonly precision: number; readonly recall: number; readonly f1: number }[];
};

/** The matrix with each relabelled photo in its new row, and everything that follows from it. */
export function figuresAfter(confusion: readonly (readonly number[])[], relabels: Iterable<Relabel>): Figures {
  const counts = confusion.map((row) => [...row]);
  for (const { from, to, answer } of relabels) {
    counts[from]![answer]! -= 1;
    if (to !== null) counts[to]![answer]! += 1;
  }
  const total = counts.flat().reduce((sum, count) => sum + count, 0);
  const correct = counts.reduce((sum, row, at) => sum + row[at]!, 0);
  return {
    confusion: counts,
    correct,
    total,
    accuracy: total === 0 ? null : correct / total,
    interval: wilsonInterval(correct, total),
    perClass: perClassRates(counts),
  };
}

/** Relabelling again keeps where a photo came from; back to that, it is no change any more. */
export function withRelabels(
  old: ReadonlyMap<string, Relabel>,
  added: readonly Relabel[],
): ReadonlyMap<string, Relabel> {
  const all = new Map(old);
  for (const relabel of added) {
    const from = old.get(relabel.imageId)?.from ?? relabel.from;
    if (relabel.to === from) all.delete(relabel.imageId);
    else all.set(relabel.imageId, { ...relabel, from });
  }
  return all;
}

/** The answers with corrected truths; photos without a known class are left out. */
export function answersAfter(
  answers: readonly PhotoAnswer[],
  relabels: ReadonlyMap<string, Relabel>,
): readonly PhotoAnswer[] {
  return answers.flatMap((answer) => {
    const relabel = relabels.get(answer.imageId);
    if (relabel === undefined) return [answer];
    return relabel.to === null ? [] : [{ ...answer, truth: relabel.to }];
  });
}

/** Photos of a cell, by how sure the run was. */
export function cellPhotos(
  answers: readonly PhotoAnswer[],
  cell: Cell,
  order: 'surest' | 'doubtful',
): readonly PhotoAnswer[] {
  const sign = order === 'surest' ? -1 : 1;
  return answers
    .filter(({ truth, answer }) => truth === cell.truth && answer === cell.answer)
    .toSorted((a, b) => sign * (a.probability - b.probability) || a.imageId.localeCompare(b.imageId));
}

/** The next cell with photos in a direction; null: none there. */
export function nextCell(confusion: readonly (readonly number[])[], from: Cell, key: string): Cell | null {
  const steps: Readonly<Record<string, readonly [number, number]>> = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
  };
  const step = steps[key];
  if (step === undefined) return null;
  let { truth, answer } = from;
  for (;;) {
    truth += step[0];
    answer += step[1];
    const count = confusion[truth]?.[answer];
    if (count === undefined) return null;
    if (count > 0) return { truth, answer };
  }
}

/** The cell to begin with: the most frequent mistake, else the first with photos. */
export function firstCell(confusion: readonly (readonly number[])[]): Cell | null {
  const cells = confusion.flatMap((row, truth) => row.map((count, answer) => ({ truth, answer, count })));
  const found = cells
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => Number(a.truth === a.answer) - Number(b.truth === b.answer) || b.count - a.count)[0];
  return found === undefined ? null : { truth: found.truth, answer: found.answer };
}
