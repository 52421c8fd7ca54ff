/** Answers sorted for looking at: by class, with the unsure ones apart, and as rows of a virtual grid. */
import type { CommandOutput } from '../../../shared/contract/commands.ts';

export type Predictions = CommandOutput<'runs.predict'>;
export type Answer = Predictions['predictions'][number] & {
  readonly position: number; // of its class in the run
  readonly probability: number; // of the answer, the largest of all; calibrated where the run was
  readonly known: number; // what the dial is about: the run's score where it was calibrated, else the probability
  readonly fileName: string;
};
export type AnswerOrder = 'sure-first' | 'unsure-first' | 'file';

/** position null: the unsure ones. */
export type AnswerGroup = {
  readonly key: string;
  readonly position: number | null;
  readonly name: string;
  readonly answers: readonly Answer[];
};

/** What is answered as the class that means neither stands under it, wherever the dial is. */
export function answersOf({ classes, predictions, judgement }: Predictions): readonly Answer[] {
  return predictions.map((prediction) => {
    const probability = Math.max(...prediction.probabilities);
    const isNeither = judgement !== null && prediction.answer === judgement.neitherClass;
    return {
      ...prediction,
      position: classes.indexOf(prediction.answer),
      probability,
      known: isNeither ? Number.POSITIVE_INFINITY : (prediction.score ?? probability),
      fileName: fileNameOf(prediction.path),
    };
  });
}

/** The last part of a path of any system. */
export function fileNameOf(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
}

/** Whether an answer is sure enough; the threshold is the least score at which it is. */
export const isSure = ({ known }: Pick<Answer, 'known'>, threshold: number): boolean => known >= threshold;

/** A group a class that was answered, in the run's order, then the unsure ones; empty groups are left out. */
export function answerGroups(
  answers: readonly Answer[],
  classes: readonly string[],
  { threshold, order }: { readonly threshold: number; readonly order: AnswerOrder },
): readonly AnswerGroup[] {
  const sorted = answers.toSorted(COMPARE[order]);
  const sure = classes.map((name, position) => ({
    key: `class ${position}`,
    position,
    name,
    answers: sorted.filter((answer) => answer.position === position && isSure(answer, threshold)),
  }));
  const unsure = sorted.filter((answer) => !isSure(answer, threshold));
  return [...sure, { key: 'unsure', position: null, name: '', answers: unsure }].filter(
    (group) => group.answers.length > 0,
  );
}

const byFile = (a: Answer, b: Answer): number => a.path.localeCompare(b.path, undefined, { numeric: true });
const COMPARE: Readonly<Record<AnswerOrder, (a: Answer, b: Answer) => number>> = {
  'sure-first': (a, b) => b.probability - a.probability || byFile(a, b),
  'unsure-first': (a, b) => a.probability - b.probability || byFile(a, b),
  file: byFile,
};

export type GridRow =
  | { readonly kind: 'head'; readonly group: AnswerGroup }
  | { readonly kind: 'photos'; readonly group: AnswerGroup; readonly answers: readonly Answer[] };

/** A heading a group and its photos, so many a row. */
export function gridRows(groups: readonly AnswerGroup[], columns: number): readonly GridRow[] {
  return groups.flatMap((group) => {
    const rows: GridRow[] = [{ kind: 'head', group }];
    for (let at = 0; at < group.answers.length; at += columns)
      rows.push({ kind: 'photos', group, answers: group.answers.slice(at, at + columns) });
    return rows;
  });
}

/** The probabilities of one photo, the largest first. */
export function rankedClasses(
  answer: Answer,
  classes: readonly string[],
): readonly { readonly name: string; readonly position: number; readonly probability: number }[] {
  return classes
    .map((name, position) => ({ name, position, probability: answer.probabilities[position] ?? 0 }))
    .toSorted((a, b) => b.probability - a.probability);
}
