import { describe, expect, it } from 'vitest';
import { ClassName, RunId } from '../../../shared/domain/ids.ts';
import { wilsonInterval } from '../../../shared/math/statistics.ts';
import { runForTests } from '../runs/run-fixture-for-tests.ts';
import { answerGroups, answersOf, fileNameOf, gridRows, type Predictions, rankedClasses } from './answer-groups.ts';
import { answersCsv, answersTable, tableField } from './answers-table.ts';
import { bestUsableRun, runReason, usableRuns } from './usable-runs.ts';
import { letInAt, missedAt } from './use-threshold.ts';

const classes = ['cat', 'dog', '=SUM(A1)'].map((name) => ClassName.parse(name));
const photo = (path: string, probabilities: readonly number[]): Predictions['predictions'][number] => ({
  path,
  answer: classes[probabilities.indexOf(Math.max(...probabilities))]!,
  probabilities: [...probabilities],
  viewKey: null,
  score: null,
  isNeither: false,
});
const output: Predictions = {
  runId: RunId.parse('run_abcdefghijkl'),
  ensembleId: null,
  classes,
  judgement: null,
  predictions: [
    photo('/a/10.jpg', [0.9, 0.05, 0.05]),
    photo('/a/9.jpg', [0.6, 0.3, 0.1]),
    photo('/b/-x.jpg', [0.2, 0.7, 0.1]),
    photo('/b/odd "name", here.jpg', [0.1, 0.1, 0.8]),
  ],
  skipped: [],
};
const answers = answersOf(output);
const paths = (threshold: number, order: Parameters<typeof answerGroups>[2]['order']) =>
  answerGroups(answers, classes, { threshold, order }).map(({ name, answers: of }) => [
    name,
    ...of.map((one) => one.path),
  ]);

describe('the dial of a run that was calibrated', () => {
  const dial = {
    threshold: 0.3,
    known: Array.from({ length: 101 }, (_, percent) => percent / 100),
    strangers: [0.1, 0.2, 0.5, 0.6],
  };
  const judgement = {
    ...{ temperature: 2, neitherClass: classes[1]!, from: 'validation', photos: 50, strangers: 4, isChosen: false },
    ...{ score: 'energy', dials: { probability: dial, energy: dial, neighbours: dial } },
  } as const;
  const judged = answersOf({
    ...output,
    judgement: { ...judgement, dials: { ...judgement.dials } },
    predictions: output.predictions.map((one, at) => ({ ...one, score: [5, 0.2, -9, 0.4][at]! })),
  });

  it('goes by its score, not by the probability, and leaves what is answered as neither under that class', () => {
    const groups = answerGroups(judged, classes, { threshold: dial.threshold, order: 'file' });
    expect(groups.map(({ name, answers: of }) => [name, ...of.map(({ path }) => path)])).toEqual([
      ['cat', '/a/10.jpg'],
      ['dog', '/b/-x.jpg'], // the class that means neither, whatever it scores
      ['=SUM(A1)', '/b/odd "name", here.jpg'],
      ['', '/a/9.jpg'],
    ]);
  });

  it('says which share of own photos a threshold misses, and which of strangers it lets in', () => {
    expect([missedAt(dial, 0.3), missedAt(dial, 0.305), missedAt(dial, 7)]).toEqual([30, 31, 100]);
    expect([letInAt(dial, 0.2), letInAt(dial, 0.3), letInAt({ strangers: [] }, 0)]).toEqual([0.75, 0.5, null]);
  });
});

describe('the dial', () => {
  it('puts every photo into its class at 0 and leaves out classes that nobody answered', () => {
    expect(paths(0, 'sure-first')).toEqual([
      ['cat', '/a/10.jpg', '/a/9.jpg'],
      ['dog', '/b/-x.jpg'],
      ['=SUM(A1)', '/b/odd "name", here.jpg'],
    ]);
  });

  it('takes away what is below it and keeps what is equal to it; no photo is lost or shown twice', () => {
    const groups = answerGroups(answers, classes, { threshold: 0.7, order: 'sure-first' });
    expect(groups.map(({ position, answers: of }) => [position, of.length])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
      [null, 1],
    ]);
    for (let percent = 0; percent <= 100; percent += 1) {
      const shown = answerGroups(answers, classes, { threshold: percent / 100, order: 'file' }).flatMap(
        (group) => group.answers,
      );
      expect(shown.map(({ path }) => path).toSorted()).toEqual(answers.map(({ path }) => path).toSorted());
    }
  });

  it('orders by probability both ways, and by file name as people count: 9 before 10', () => {
    expect(paths(0, 'unsure-first')[0]).toEqual(['cat', '/a/9.jpg', '/a/10.jpg']);
    expect(paths(0, 'file')[0]).toEqual(['cat', '/a/9.jpg', '/a/10.jpg']);
    expect(paths(0, 'sure-first')[0]).toEqual(['cat', '/a/10.jpg', '/a/9.jpg']);
  });
});

it('the grid has a heading a group and fills rows in order', () => {
  const groups = answerGroups(answers, classes, { threshold: 1, order: 'file' }); // all unsure
  const rows = gridRows(groups, 3);
  expect(rows.map((row) => (row.kind === 'head' ? 'head' : row.answers.length))).toEqual(['head', 3, 1]);
});

it('one photo lists its classes from the most to the least probable', () => {
  const ranked = rankedClasses(answers[2]!, classes);
  expect(ranked.map(({ name, probability }) => [name, probability])).toEqual([
    ['dog', 0.7],
    ['cat', 0.2],
    ['=SUM(A1)', 0.1],
  ]);
});

it('takes the file name of paths of every system', () => {
  expect(fileNameOf('/home/me/a.jpg')).toBe('a.jpg');
  expect(fileNameOf('C:\\photos\\a b.jpg')).toBe('a b.jpg');
  expect(fileNameOf('a.jpg')).toBe('a.jpg');
});

describe('the table for other programs', () => {
  const words = { path: 'path', answer: 'answer', probability: 'probability', sure: 'sure', yes: 'yes', no: 'no' };

  it('disarms what a spreadsheet would run: = + - @ tab and return at the start of a field', () => {
    for (const start of ['=', '+', '-', '@', '\t', '\r']) expect(tableField(`${start}1`, ',')).toMatch(/^"?'/);
    expect(tableField('a=1', ',')).toBe('a=1');
  });

  it('comes back whole through an independent reader, quotes, commas and line breaks included', () => {
    const odd = answersOf({ ...output, predictions: [photo('/b/two\nlines, "x".jpg', [0.1, 0.1, 0.8])] });
    for (const separator of [',', '\t'] as const) {
      const rows = readTable(
        answersTable({ answers: [...answers, ...odd], classes, threshold: 0.7, words }, separator),
        separator,
      );
      expect(rows[0]).toEqual(['path', 'answer', 'probability', 'sure', 'cat', 'dog', "'=SUM(A1)"]);
      expect(rows[2]).toEqual(['/a/9.jpg', 'cat', '0.600000', 'no', '0.600000', '0.300000', '0.100000']);
      expect(rows[4]?.slice(0, 4)).toEqual(['/b/odd "name", here.jpg', "'=SUM(A1)", '0.800000', 'yes']);
      expect(rows[5]?.[0]).toBe('/b/two\nlines, "x".jpg');
      expect(rows).toHaveLength(6);
    }
  });

  it('tells Excel that a file is UTF-8', () => {
    expect(new TextEncoder().encode(answersCsv({ answers, classes, threshold: 0, words })).slice(0, 3)).toEqual(
      Uint8Array.of(0xef, 0xbb, 0xbf),
    );
  });
});

/** RFC 4180, letter by letter. */
function readTable(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at]!;
    if (isQuoted && letter === '"' && text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (letter === '"') isQuoted = !isQuoted;
    else if (isQuoted) cell += letter;
    else if (letter === separator) {
      row.push(cell);
      cell = '';
    } else if (letter === '\r' && text[at + 1] === '\n') {
      rows.push([...row, cell]);
      row = [];
      cell = '';
      at += 1;
    } else cell += letter;
  }
  return rows;
}

describe('the run that answers', () => {
  const run = (id: string, different: Parameters<typeof runForTests>[0]) =>
    runForTests({ runId: `run_${id.repeat(12)}`, ...different });
  const weak = run('a', { bestValAccuracy: 0.7 });
  const best = run('b', { bestValAccuracy: 0.9, queuedAt: '2026-11-01T10:00:00.000Z' });
  const newer = run('c', { bestValAccuracy: 0.9, queuedAt: '2026-11-02T10:00:00.000Z' });
  const running = run('d', { status: 'running', bestValAccuracy: 0.99 });

  it('is the best finished one, the newest of equals, and none where nothing is finished', () => {
    expect(bestUsableRun([weak, best, newer, running])?.runId).toBe(newer.runId);
    expect(bestUsableRun([running])).toBeNull();
  });

  it('may be one whose loss blew up after an epoch was finished, not before', () => {
    const failure = { code: 'LOSS_NOT_FINITE', message: '' };
    const kept = run('e', { status: 'failed', failure, bestEpoch: 2 });
    const lost = run('f', { status: 'failed', failure, bestEpoch: null });
    expect(usableRuns([kept, lost])).toEqual([kept]);
  });

  it('says why it is offered, with its interval', () => {
    const folds = { kind: 'cross-validation', folds: 5 };
    expect(runReason(best, [best])).toEqual({ kind: 'only', accuracy: 0.9, interval: wilsonInterval(45, 50) });
    expect(runReason(newer, [weak, newer]).kind).toBe('validation');
    expect(runReason(weak, [weak, newer]).kind).toBe('chosen');
    const crossed = run('g', { bestValAccuracy: 0.95, config: { ...best.config, selection: folds } });
    expect(runReason(crossed, [weak, crossed]).kind).toBe('folds');
    const unmeasured = run('h', { bestValAccuracy: null, selectionCorrect: null, selectionTotal: null });
    expect(runReason(unmeasured, [unmeasured])).toEqual({ kind: 'unmeasured', accuracy: null, interval: null });
  });
});
