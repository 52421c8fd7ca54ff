/** Each command's output as text for people. */
import type { CommandOutput } from '../../shared/contract/commands.ts';
import { isResumable, type RunRecord } from '../../shared/domain/run.ts';
import { wilsonInterval } from '../../shared/math/statistics.ts';
import { csvField } from '../kernel/csv.ts';
import { formatPercent, printable, table } from './output.ts';
import { testLooks } from './test-looks.ts';

const MAX_LISTED = 20;

export function showImport(summary: CommandOutput<'library.import'>): string {
  const lines = [
    `${summary.found} found: ${summary.imported} imported, ${summary.duplicates.length} duplicates, ${summary.conflicts.length} in conflict, ${summary.skipped.length} skipped${summary.cancelled ? ' (stopped before the end)' : ''}`,
    ...skippedLines(summary.skipped),
    ...summary.conflicts.slice(0, MAX_LISTED).map((conflict) => `  conflict: ${printable(conflict.message)}`),
    ...more(summary.conflicts.length),
  ];
  return lines.join('\n');
}

function skippedLines(skipped: CommandOutput<'library.import'>['skipped']): string[] {
  const lines = skipped.slice(0, MAX_LISTED).map((one) => `  ${skippedLine(one)}`);
  return [...lines, ...more(skipped.length)];
}

/** A file and why it was left out; most reasons name the file themselves, and it is not named twice. */
export function skippedLine({ path, failure }: CommandOutput<'library.import'>['skipped'][number]): string {
  const { message } = failure;
  return `skipped ${printable(message.startsWith(`${path}: `) ? message : `${path}: ${message}`)}`;
}

/** The photos that got no answer: beside the CSV, never inside it. */
export function showSkipped({ skipped }: CommandOutput<'runs.predict'>): string[] {
  return skippedLines(skipped);
}

function more(count: number): string[] {
  return count > MAX_LISTED ? [`  … and ${count - MAX_LISTED} more (--json lists all)`] : [];
}

/** What can be done about a run that has no finished weights. */
function resumeLines(runs: CommandOutput<'runs.list'>): string[] {
  return runs.filter(isResumable).map(({ runId, status }) => `  ${runId} was ${status}: thaw resume --run ${runId}`);
}

export function showRunEvents(events: CommandOutput<'runs.events'>): string {
  if (events.length === 0) return 'Nothing was logged.';
  return table(
    events.map(({ runId, happenedAt, kind, message }) => [
      runId,
      happenedAt,
      kind,
      printable(message.split('\n')[0] ?? ''),
    ]),
  );
}

export function showRuns(runs: CommandOutput<'runs.list'>): string {
  if (runs.length === 0) return 'No runs yet. `thaw train` makes the first.';
  const header = ['run', 'started', 'status', 'frozen through', 'seed', 'selection', 'accuracy (95 %)', 'device'];
  const list = table([
    header,
    ...runs.map((run) => [
      run.runId,
      run.startedAt ?? '–',
      run.status,
      run.config.frozenThrough,
      String(run.config.seed),
      run.config.selection.kind,
      ratioText(run.selectionCorrect, run.selectionTotal),
      deviceText(run.device),
    ]),
  ]);
  return [list, ...resumeLines(runs)].join('\n');
}

function deviceText(device: RunRecord['device']): string {
  return device === null ? '–' : Object.values(device).join('; ');
}

function ratioText(correct: number | null, total: number | null): string {
  if (correct === null || total === null || total === 0) return '–';
  const [low, high] = wilsonInterval(correct, total);
  return `${formatPercent(correct / total)} (${formatPercent(low)}–${formatPercent(high)}, ${correct} of ${total})`;
}

export function showRun(run: CommandOutput<'runs.train'>): string {
  return [
    `run ${run.runId}: ${run.status}`,
    `  ${run.config.backbone}, frozen through ${run.config.frozenThrough}, seed ${run.config.seed}`,
    `  by ${run.config.selection.kind}: ${ratioText(run.selectionCorrect, run.selectionTotal)}, best epoch ${run.bestEpoch === null ? '–' : run.bestEpoch + 1}`,
    `  ${run.featurised} photo views through the frozen part in ${seconds(run.featuriseMs)}, training ${seconds(run.trainMs)}`,
    `  device: ${deviceText(run.device)}`,
  ].join('\n');
}

function seconds(milliseconds: number | null): string {
  return milliseconds === null ? '–' : `${(milliseconds / 1000).toFixed(2)} s`;
}

export function showEvaluation(report: CommandOutput<'runs.evaluate'> | CommandOutput<'ensembles.evaluate'>): string {
  const isTogether = 'ensembleId' in report;
  const who = isTogether
    ? `${report.ensembleId} on ${report.side}`
    : `${report.runId} on ${report.side}, ${report.views}`;
  const confusion = table([
    ['truth \\ answer', ...report.classes.map(printable)],
    ...report.classes.map((name, row) => [printable(name), ...(report.confusion[row] ?? []).map(String)]),
  ]);
  return [
    `${who}: ${ratioText(report.correct, report.total)}`,
    report.side === 'test' ? `  ${testLooks(report.testLooks)}` : '',
    confusion,
    ...report.perClass.map(
      ({ name, precision, recall }) =>
        `  ${printable(name)}: recall ${formatPercent(recall)}, precision ${formatPercent(precision)}`,
    ),
    ...(isTogether ? [] : report.skipped).map(
      (skip) => `  left out ${skip.imageId.slice(0, 12)}: ${printable(skip.failure.message)}`,
    ),
  ]
    .filter((line) => line !== '')
    .join('\n');
}

export function showComparison(report: CommandOutput<'runs.compare'>): string {
  const [low, high] = report.differenceInterval;
  return [
    report.verdict,
    `  correct: ${report.correct[0]} and ${report.correct[1]} of ${report.total} (${report.split}); fixed ${report.fixed.length}, broken ${report.broken.length}`,
    `  difference ${formatPercent(low)} to ${formatPercent(high)} (95 %), exact McNemar p = ${report.mcNemarP.toFixed(3)}`,
    ...(report.split === 'test' ? [`  ${testLooks(report.testLooks)}`] : []),
    ...report.differingSettings.map((setting) => `  ${setting.name}: ${setting.first} | ${setting.second}`),
  ].join('\n');
}

export function showComparisons({ comparisons }: CommandOutput<'runs.compare-several'>): string {
  const [first] = comparisons;
  const rows = comparisons.map((report) => [
    report.runIds[1],
    `${report.correct[0]} → ${report.correct[1]} of ${report.total}`,
    `${report.fixed.length} / ${report.broken.length}`,
    report.differenceInterval.map(formatPercent).join(' to '),
    report.mcNemarP.toFixed(3),
    report.adjustedP.toFixed(3),
    report.verdict,
  ]);
  const header = ['run', 'right', 'fixed / broken', 'difference (95 %)', 'p (McNemar)', 'p (Holm)', 'verdict'];
  return [
    `against ${first?.runIds[0]} (${first?.split}); p (Holm) holds for all ${comparisons.length} together`,
    table([header, ...rows]),
    ...(first?.split === 'test' ? [testLooks(Math.max(...comparisons.map((report) => report.testLooks)))] : []),
  ].join('\n');
}

export function showSeedComparison(report: CommandOutput<'runs.compare-seeds'>): string {
  const { total, split, correct, difference, differenceInterval } = report;
  const [low, high] = differenceInterval;
  const isClear = low > 0 || high < 0;
  return [
    isClear
      ? `The ${low > 0 ? 'second' : 'first'} way is better; this was hardly luck of photos or seeds.`
      : 'No real difference: these photos and seeds cannot tell the two ways apart.',
    `  correct of ${total} (${split}): ${correct[0].join(', ')} and ${correct[1].join(', ')}`,
    `  difference ${formatPercent(difference)}, ${formatPercent(low)} to ${formatPercent(high)} (95 %, over photos and seeds)`,
  ].join('\n');
}

const csvCell = (text: string): string => csvField(printable(text));

/** CSV, a photo a line: control characters are replaced (--json has each path as it is), formulas are disarmed. */
export function showPredictions(output: CommandOutput<'runs.predict'>): string {
  const isJudged = output.judgement !== null; // else nothing is called neither
  const header = ['path', 'answer', ...output.classes, ...(isJudged ? ['neither', 'score'] : [])]
    .map(csvCell)
    .join(',');
  const rows = output.predictions.map((prediction) =>
    [
      csvCell(prediction.path),
      csvCell(prediction.answer),
      ...prediction.probabilities.map((probability) => probability.toFixed(6)),
      ...(isJudged ? [prediction.isNeither ? 'yes' : 'no', prediction.score?.toFixed(6) ?? ''] : []),
    ].join(','),
  );
  return [header, ...rows].join('\n');
}

export function showDoctor(report: CommandOutput<'doctor'>): string {
  const rows = report.backends.map((check) => [
    check.backend,
    check.available ? 'yes' : 'no',
    check.stepsPerSecond === null ? '–' : check.stepsPerSecond.toFixed(1),
    check.losses.map((loss) => loss.toFixed(4)).join(' '),
    check.note,
  ]);
  const executors = report.executors.map((check) => [
    check.executor,
    check.available ? 'yes' : 'no',
    check.imagesPerSecond === null ? '–' : check.imagesPerSecond.toFixed(1),
    check.note,
  ]);
  return [
    'training:',
    table([['backend', 'there', 'steps/s', 'losses', 'note'], ...rows]),
    `chosen: ${report.chosen ?? 'none'}`,
    'frozen part:',
    table([['executor', 'there', 'images/s', 'note'], ...executors]),
    `chosen: ${report.executors.find(({ chosen }) => chosen)?.executor ?? 'none'}`,
  ].join('\n');
}

export function showSummary(summary: CommandOutput<'project.summary'>): string {
  return [
    `${summary.images} photos (${summary.unlabelled} unlabelled), ${summary.runs} runs`,
    table([
      ['class', 'train', 'val', 'test'],
      ...summary.classes.map((row) => [printable(row.name), String(row.train), String(row.val), String(row.test)]),
    ]),
  ].join('\n');
}
