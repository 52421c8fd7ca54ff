/** Calibration, strangers, label mistakes and retraining as text for people. */
import type { CommandOutput } from '../../shared/contract/commands.ts';
import type { Dial, RunJudgement } from '../../shared/domain/judging.ts';
import { dialCounts } from '../../shared/math/open-set.ts';
import { formatPercent, printable, table } from './output.ts';
import { showEdit } from './photo-commands.ts';

type Report = CommandOutput<'runs.calibrate'>;
const MOST_LISTED = 40;

export function showCalibration(report: Report): string {
  const { judgement, before, after, scores, photos } = report;
  const { temperature, neitherClass, from, photos: count } = judgement;
  const figure = ([low, high]: readonly [number, number], value: number): string =>
    `${value.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;
  const row = (name: string, { figures }: Report['before']): string[] => [
    name,
    figure(figures.errorInterval, figures.error),
    figure(figures.brierInterval, figures.brier),
    figure(figures.logLossInterval, figures.logLoss),
  ];
  const held = from === 'folds' ? 'held out by folds' : 'of the validation side';
  const { known, strangers } = {
    known: photos.filter((p) => !p.isStranger),
    strangers: photos.filter((p) => p.isStranger),
  };
  const lines = scores.map(({ score, separation }) => {
    const { threshold } = judgement.dials[score];
    const values = { known: known.map((p) => p.scores[score]), strangers: strangers.map((p) => p.scores[score]) };
    const counts = dialCounts(values, threshold);
    const parts =
      separation === null
        ? ['–', '–']
        : [figure(separation.areaInterval, separation.area), formatPercent(separation.letInAt95)];
    const mark = score === judgement.score ? '*' : '';
    return [
      `${score}${mark}`,
      ...parts,
      threshold.toFixed(3),
      `${counts.missed} of ${counts.known}`,
      `${counts.letIn} of ${counts.strangers}`,
    ];
  });
  return [
    `temperature ${temperature.toFixed(3)}, from ${count} photos ${held}`,
    table([['', 'calibration error (95 %)', 'Brier', 'log loss'], row('as it was', before), row('calibrated', after)]),
    '',
    neitherClass === null ? 'no class means neither' : `the class '${printable(neitherClass)}' means neither`,
    table([['score', 'ranking area (95 %)', 'strangers in at 95 %', 'threshold', 'missed', 'let in'], ...lines]),
    `* decides${judgement.isChosen ? ', set by hand' : ''}`,
  ].join('\n');
}

export function showDial(judgement: RunJudgement): string {
  const { score, dials } = judgement;
  return `${score} decides: below ${dials[score].threshold.toFixed(3)} a photo is called neither${shares(dials[score])}`;
}

/** From the quantiles that are kept with the run, so to the percent. */
function shares({ known, strangers, threshold }: Dial): string {
  const below = (scores: readonly number[]): number =>
    scores.filter((score) => score < threshold).length / scores.length;
  const missed = known.length === 0 ? '' : `; about ${formatPercent(below(known))} of the own photos are missed`;
  const letIn = strangers.length === 0 ? '' : `, ${formatPercent(1 - below(strangers))} of the strangers let in`;
  return missed + letIn;
}

export function showStrangers({ photos, total, letIn, judgement, skipped }: CommandOutput<'runs.strangers'>): string {
  const rows = photos.map(({ path, answer, probability, score, isLetIn, inProject }) => [
    isLetIn ? printable(answer) : 'neither',
    formatPercent(probability),
    score.toFixed(3),
    printable(path),
    inProject === null ? '' : `in the project as ${printable(inProject)}`,
  ]);
  return [
    table([['taken for', 'sure', judgement.score, 'photo', ''], ...rows]),
    '',
    `${letIn} of ${total} photos are taken for a class${skipped.length > 0 ? `, ${skipped.length} could not be read` : ''}`,
  ].join('\n');
}

export function showAdded({ imported, labelled, history, skipped }: CommandOutput<'library.add-as'>): string {
  const left = skipped.length === 0 ? '' : `, ${skipped.length} skipped`;
  return [`${labelled} photos labelled, ${imported} of them new in the project${left}`, showEdit(history)].join('\n');
}

export function showMistakes({ mistakes, found, total, folds }: CommandOutput<'library.label-mistakes'>): string {
  const rows = mistakes
    .slice(0, MOST_LISTED)
    .map(({ imageId, label, suggested, labelProbability, suggestedProbability }) => [
      imageId.slice(0, 12),
      `${printable(label)} (${formatPercent(labelProbability)})`,
      `${printable(suggested)} (${formatPercent(suggestedProbability)})`,
    ]);
  const head = `${found} of ${total} labels are likely mistakes (confident learning, Northcutt et al. 2021; ${folds} folds)`;
  return [head, ...(rows.length === 0 ? [] : [table([['photo', 'label', 'more likely'], ...rows])])].join('\n');
}

export function showRetrained({ run, side, classes, before, after, elapsedMs }: CommandOutput<'runs.retrain'>): string {
  const cells = after.map((row, truth) =>
    row.map((count, answer) => {
      const change = before === null ? 0 : count - (before[truth]?.[answer] ?? 0);
      return change === 0 ? `${count}` : `${count} (${change > 0 ? '+' : ''}${change})`;
    }),
  );
  const matrix = table([
    ['truth \\ answer', ...classes.map(printable)],
    ...classes.map((name, row) => [printable(name), ...(cells[row] ?? [])]),
  ]);
  const photos = side === 'val' ? 'the validation photos' : 'photos held out by folds';
  return [
    `run ${run.runId}: ${printable(run.name)}, in ${(elapsedMs / 1000).toFixed(2)} s`,
    `${photos}, with the labels of today${before === null ? '' : '; in brackets: against the run before'}`,
    matrix,
    `'thaw calibrate --run ${run.runId}' measures how sure it may be: what was measured of the run before does not hold for it`,
  ].join('\n');
}
