/** Plans and probes as text for people. */
import type { CommandOutput } from '../../shared/contract/commands.ts';
import { formatBytes as bytes, formatDuration, formatPercent, table } from './output.ts';

const BAR_CELLS = 40;

export function showPlan(plan: CommandOutput<'runs.plan'>): string {
  const { photos, measured } = plan;
  const header = [
    'frozen through',
    'trains',
    'frozen x',
    'trained x',
    'cache',
    'memory',
    'once',
    'epoch',
    'all',
    'fits',
  ];
  const rows = plan.depths.map((depth) => [
    depth.stage,
    count(depth.trainableParameters),
    count(depth.frozenMultiplications),
    count(depth.trainedMultiplications),
    bytes(depth.cacheBytes),
    bytes(depth.peakMemoryBytes),
    duration(depth.frozenSeconds),
    duration(depth.epochSeconds),
    duration(depth.totalSeconds),
    depth.verdict === 'fits' ? 'yes' : depth.verdict,
  ]);
  const advice = plan.depths.flatMap(({ stage, advice: text }) => (text === null ? [] : [`  ${stage}: ${text}`]));
  return [
    `${plan.backbone}: ${photos.train} photos to train on, ${photos.val} to validate, ${plan.epochs} epochs, batch ${plan.batchSize}`,
    ...(plan.weights === 'missing' ? [`${plan.backbone} has no weights here: it can be planned, not yet trained`] : []),
    table([header, ...rows]),
    ...advice,
    'trains: parameters; frozen x, trained x: multiplications of a photo, once and every epoch',
    'once: decoding and the frozen part; all: with every training of a run, cross-validation included, if none stops early',
    `${bytes(plan.freeDiskBytes)} of disk free, ${bytes(plan.cachedBytes)} in the cache; ${bytes(plan.memoryBytes)} of memory`,
    measured === null
      ? 'times: not measured'
      : `times: measured ${measured.isRemembered ? 'earlier' : 'now'} on ${Object.values(measured.device).join('; ')}`,
  ].join('\n');
}

/** A bar for each stage, with the 95 % interval: [low, high] as dots around the end of the bar. */
export function showProbe(report: CommandOutput<'library.probe'>): string {
  const rows = report.rungs.map((rung) => [
    rung.stage,
    bar(rung.accuracy, rung.interval),
    `${formatPercent(rung.accuracy)} (${formatPercent(rung.interval[0])}–${formatPercent(rung.interval[1])}, ${rung.correct} of ${rung.total})`,
    `${rung.features}`,
  ]);
  const seconds = ((report.featuriseMs + report.probeMs) / 1000).toFixed(1);
  return [
    `${report.backbone}: a softmax on the pooled output of each stage, by cross-validation`,
    table([['stage', `0 %${' '.repeat(BAR_CELLS - 8)}100 %`, 'accuracy (95 %)', 'features'], ...rows]),
    report.isStored ? 'from the store: photos, labels and weights are as they were' : `computed in ${seconds} s`,
    ...(report.leftOut > 0 ? [`${report.leftOut} photos left out`] : []),
    `advice: ${report.advice.regime}, frozen through ${report.advice.frozenThrough}. ${report.advice.reason}`,
  ].join('\n');
}

/** The loss at each rate, as a bar from the least to the starting one; the suggested rate is marked. */
export function showRates({ suggested, points }: CommandOutput<'runs.find-rate'>): string {
  const least = Math.min(...points.map(({ loss }) => loss));
  const start = points[0]?.loss ?? least;
  const cells = (loss: number): number =>
    start > least ? Math.min(BAR_CELLS, Math.round(((loss - least) / (start - least)) * BAR_CELLS)) : 0;
  const rows = points.map(({ learningRate, loss }) => [
    learningRate.toExponential(1),
    loss.toFixed(4),
    `${'█'.repeat(cells(loss))}${learningRate === suggested ? ' <- steepest' : ''}`,
  ]);
  return [table([['rate', 'loss', ''], ...rows]), `suggested learning rate: ${suggested.toPrecision(2)}`].join('\n');
}

function bar(accuracy: number, [low, high]: readonly [number, number]): string {
  const cell = (fraction: number): number => Math.round(fraction * BAR_CELLS);
  return Array.from({ length: BAR_CELLS }, (_, at) => {
    if (at < cell(low)) return '█';
    if (at < cell(accuracy)) return '▓';
    return at < cell(high) ? '░' : ' ';
  }).join('');
}

function duration(seconds: number | null): string {
  if (seconds === null) return '–';
  return seconds < 60 ? `${seconds.toFixed(seconds < 10 ? 2 : 0)} s` : formatDuration(seconds);
}

function count(value: number): string {
  if (value < 1e4) return String(value);
  return value < 1e6 ? `${(value / 1e3).toFixed(0)} k` : `${(value / 1e6).toFixed(value < 1e7 ? 1 : 0)} M`;
}
