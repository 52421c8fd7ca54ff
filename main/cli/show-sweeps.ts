/** Sweeps as text for people. */
import type { CommandOutput } from '../../shared/contract/commands.ts';
import { TrialState } from '../../shared/domain/sweep.ts';
import { formatDuration, formatPercent, printable, table } from './output.ts';

const SHOWN_POINTS = 15;

export function showSweeps({ sweeps }: CommandOutput<'sweeps.list'>): string {
  if (sweeps.length === 0) return "No sweep yet. 'thaw sweep --try learningRate=0.001,0.01' makes one.";
  const header = ['sweep', 'name', 'state', 'trials', 'best', ''];
  const rows = sweeps.map(({ sweepId, name, state, trials, ended, best }) => [
    ...[sweepId, printable(name), state, `${ended} of ${trials}`],
    ...(best === null ? ['–', ''] : [figures(best), valuesText(best.values)]),
  ]);
  return table([header, ...rows]);
}

/** Best points first; how many trials ended how; what mattered. */
export function showSweep(sweep: CommandOutput<'sweeps.run'>): string {
  const { sweepId, name, state, endedBy, workedMs, trials, points, importance } = sweep;
  const counts = TrialState.options.flatMap((one) => {
    const count = trials.filter((trial) => trial.state === one).length;
    return count === 0 ? [] : [`${count} ${one}`];
  });
  const why = endedBy === null ? '' : ` (${printable(endedBy)})`;
  const failed = trials.filter((trial) => trial.state === 'failed');
  return [
    `${sweepId} · ${printable(name)} · ${state}${why} · ${trials.length} ${trials.length === 1 ? 'trial' : 'trials'}: ${counts.join(', ')} · ${formatDuration(workedMs / 1000)}`,
    ...(points.length === 0 ? ['No trial has ended yet.'] : [pointTable(points)]),
    ...(points.length > SHOWN_POINTS ? [`and ${points.length - SHOWN_POINTS} more`] : []),
    ...failed
      .slice(0, 5)
      .map(({ position, failureMessage }) => `#${position + 1} failed: ${printable(failureMessage ?? '')}`),
    ...(importance === null
      ? []
      : [
          'what mattered (share of the spread that is lost when the setting is shuffled; 95 %):',
          importanceTable(importance),
        ]),
    'Chosen on held-out photos, so the best figure flatters: evaluate its run on the test photos once.',
  ].join('\n');
}

type Points = CommandOutput<'sweeps.run'>['points'];

function pointTable(points: Points): string {
  const rows = points
    .slice(0, SHOWN_POINTS)
    .map((point, index) => [`${index + 1}.`, figures(point), `${point.trials}`, valuesText(point.values)]);
  return table([['', 'held out', 'runs', 'settings'], ...rows]);
}

function importanceTable(importance: NonNullable<CommandOutput<'sweeps.run'>['importance']>): string {
  return table(
    importance.map(({ name, share, interval }) => [
      `  ${name}`,
      share.toFixed(2),
      `${interval[0].toFixed(2)} to ${interval[1].toFixed(2)}`,
    ]),
  );
}

function figures({ correct, total, accuracy, interval }: Points[number]): string {
  return `${formatPercent(accuracy)} (${correct} of ${total}; ${formatPercent(interval[0])} to ${formatPercent(interval[1])})`;
}

function valuesText(values: Points[number]['values']): string {
  const text = Object.entries(values).map(
    ([name, value]) => `${name}=${typeof value === 'number' ? Number(value.toPrecision(4)) : value}`,
  );
  return text.length === 0 ? 'as given' : printable(text.join(' '));
}
