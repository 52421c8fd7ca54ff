/** Answers as a table for other programs: CSV as a file (RFC 4180), tabs for pasting into a spreadsheet. */
import { type Answer, isSure } from './answer-groups.ts';

export type TableColumns = {
  readonly path: string;
  readonly answer: string;
  readonly probability: string;
  readonly sure: string;
};
type TableInput = {
  readonly answers: readonly Answer[];
  readonly classes: readonly string[];
  readonly threshold: number;
  readonly words: TableColumns & { readonly yes: string; readonly no: string };
};

const BYTE_ORDER_MARK = '\uFEFF'; // without it Excel takes UTF-8 for the system's old encoding

/** One field: what a spreadsheet would run as a formula gets an apostrophe before it; quoted where it must be. */
export function tableField(text: string, separator: ',' | '\t'): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  const needsQuotes = safe.includes(separator) || /["\r\n]/.test(safe);
  return needsQuotes ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Header and a photo a line: path, answer, its probability, whether it is sure enough, then every class. */
export function answersTable({ answers, classes, threshold, words }: TableInput, separator: ',' | '\t'): string {
  const field = (text: string): string => tableField(text, separator);
  const header = [words.path, words.answer, words.probability, words.sure, ...classes].map(field);
  const lines = answers.map((answer) => [
    field(answer.path),
    field(answer.answer),
    answer.probability.toFixed(6),
    field(isSure(answer, threshold) ? words.yes : words.no),
    ...answer.probabilities.map((probability) => probability.toFixed(6)),
  ]);
  return [header, ...lines].map((cells) => `${cells.join(separator)}\r\n`).join('');
}

export function answersCsv(input: TableInput): string {
  return `${BYTE_ORDER_MARK}${answersTable(input, ',')}`;
}
