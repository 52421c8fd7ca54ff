/** Crops and ensembles as text. */
import type { CommandOutput } from '../../shared/contract/commands.ts';
import type { EnsembleRecord } from '../../shared/domain/ensemble.ts';
import { publishedGains } from '../../shared/domain/published-gains.ts';
import { formatPercent, printable, table } from './output.ts';
import { testLooks as testLooksText } from './test-looks.ts';

const FROM = {
  validation: 'validation photos',
  folds: 'photos that were learnt from, each by the fold that held it out',
  both: 'validation photos, and folds where a run has none',
} as const;

const percents = (interval: readonly [number, number]): string => interval.map(formatPercent).join(' to ');
const points = (share: number): string => `${share > 0 ? '+' : ''}${(100 * share).toFixed(1)}`;
const ms = (value: number | null): string => (value === null ? '–' : value.toFixed(1));
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

export function showCrops({
  points: all,
  total,
  split,
  hasLearnt,
  averaging,
  testLooks,
}: CommandOutput<'runs.crops'>): string {
  const rows = all.map((point) => [
    ...[
      point.views,
      String(point.crops),
      ms(point.msPerPhoto),
      formatPercent(point.correct / total),
      percents(point.interval),
    ],
    ...(point.views === 'centre'
      ? ['', '', '']
      : [
          `${points((point.fixed - point.broken) / total)} (${point.differenceInterval.map(points).join(' to ')})`,
          `${point.fixed} / ${point.broken}`,
          point.adjustedP.toFixed(3),
        ]),
  ]);
  const header = [
    'crops',
    'looks',
    'ms a photo',
    'right',
    '95 %',
    'points over the centre',
    'fixed / broken',
    'p (Holm)',
  ];
  const published = publishedGains
    .filter(({ what }) => what === 'crops')
    .map(
      (gain) =>
        `published: ${gain.network}, ${gain.from} to ${gain.to} crops, ${gain.measure} error ${gain.before} to ${gain.after} % (${gain.source})`,
    );
  return [
    ...(hasLearnt ? ['This run learnt from these photos: the figures are too kind. --split test has others.', ''] : []),
    table([header, ...rows]),
    '',
    `${total} photos (${split}), mean of ${averaging}`,
    ...(split === 'test' ? [testLooksText(testLooks)] : []),
    ...published,
  ].join('\n');
}

export function showWeighing(report: CommandOutput<'ensembles.weigh'>): string {
  const { members, weighings, total, from, best } = report;
  const alone = members.map(({ runId, correct, loss, msPerPhoto, bytes }) => [
    ...[
      runId === best ? `${runId} (best)` : runId,
      formatPercent(correct / total),
      loss.toFixed(4),
      ms(msPerPhoto),
      megabytes(bytes),
    ],
  ]);
  const together = weighings.map(({ method, weights, correct, interval, loss, fixed, broken, msPerPhoto, bytes }) => [
    ...[
      method,
      weights.map((weight) => weight.toFixed(2)).join(' '),
      `${formatPercent(correct / total)} (${percents(interval)})`,
    ],
    ...[loss.toFixed(4), `${fixed} / ${broken}`, ms(msPerPhoto), megabytes(bytes)],
  ]);
  return [
    table([['run', 'right', 'log-loss', 'ms a photo', 'MB'], ...alone]),
    '',
    table([
      ['weights', 'in the order of the runs', 'right', 'log-loss', 'fixed / broken', 'ms a photo', 'MB'],
      ...together,
    ]),
    '',
    `on ${total} ${FROM[from]}; weights were found on the same photos, so what they gain there is too kind`,
    `'thaw ensemble weigh … --save NAME' keeps one, 'thaw ensemble test ID' shows it the test photos once`,
  ].join('\n');
}

export function showEnsemble({ ensembleId, name, members, method, best, test }: EnsembleRecord): string {
  const rows = members.map(({ runId, views, weight }) => [
    runId === best ? `${runId} (best)` : runId,
    views,
    weight.toFixed(3),
  ]);
  const head = [`${ensembleId}  ${printable(name)}  (${method})`, table([['run', 'crops', 'weight'], ...rows])];
  if (test === null) return [...head, 'not shown the test photos yet'].join('\n');
  const { total, correct, interval, fixed, broken, differenceInterval, mcNemarP, looksBefore } = test;
  return [
    ...head,
    `test: ${correct} of ${total} right, ${formatPercent(correct / total)} (95 %: ${percents(interval)}); ${test.best.runId} alone: ${test.best.correct}`,
    `gain ${points((correct - test.best.correct) / total)} points (95 %: ${differenceInterval.map(points).join(' to ')}); ${fixed} fixed, ${broken} broken, p = ${mcNemarP.toFixed(3)}`,
    mcNemarP < 0.05 ? 'That is hardly luck.' : 'No real difference: these photos cannot tell the two apart.',
    testLooksText(looksBefore + 1),
  ].join('\n');
}

export function showEnsembles({ ensembles }: CommandOutput<'ensembles.list'>): string {
  return ensembles.length === 0
    ? "There is none yet. 'thaw ensemble weigh' makes one."
    : ensembles.map(showEnsemble).join('\n\n');
}

export function showEnsemblePlan({
  points: all,
  total,
  from,
  tried,
  testLooks,
}: CommandOutput<'ensembles.plan'>): string {
  const hasTest = all.some(({ test }) => test !== null);
  const rows = all.map(({ runIds, views, msPerPhoto, bytes, correct, interval, test }) => [
    ...[
      runIds.join(' '),
      views,
      ms(msPerPhoto),
      megabytes(bytes),
      `${formatPercent(correct / total)} (${percents(interval)})`,
    ],
    ...(test === null ? [] : [`${formatPercent(test.correct / test.total)} (${percents(test.interval)})`]),
  ]);
  const header = ['runs', 'crops', 'ms a photo', 'MB', 'right, held out', ...(hasTest ? ['right, test'] : [])];
  return [
    table([header, ...rows]),
    '',
    `on ${total} ${FROM[from]}; the best of ${tried} ways, so the held-out figures are too kind`,
    ...(hasTest ? [testLooksText(testLooks)] : ["'--test' shows the test photos once to all of these"]),
  ].join('\n');
}

export function showExportedEnsemble(exported: CommandOutput<'ensembles.export'>): string {
  const { path, beside, bytes, sharedParts, checked, sameAnswers, largestDifference, sameAsApp, largestFromApp } =
    exported;
  const shared = sharedParts === 0 ? '' : `; ${sharedParts} frozen part(s) in common are in it once`;
  return [
    `${printable(path)}: ${megabytes(bytes)} MB${shared}`,
    `${sameAnswers} of ${checked} answers as its members give together on the same pixels, probabilities within ${largestDifference.toExponential(1)}`,
    `${sameAsApp} of ${checked} as this app gives them (its own resize), probabilities within ${largestFromApp.toFixed(4)}`,
    `how to ask it, and its licence: ${beside.map(printable).join(', ')}`,
  ].join('\n');
}
