/** Where the lines of a sweep cross its axes: settings, seed, fold, and the accuracy at the right. */
import type { SweepReport, TrialReport } from '../../../shared/contract/sweeps.ts';
import type { Dimension, DimensionName, Setting } from '../../../shared/domain/sweep.ts';

export type AxisId = DimensionName | 'seed' | 'fold' | 'accuracy';
export type Axis = {
  readonly id: AxisId;
  readonly ticks: readonly { readonly value: Setting; readonly at: number }[];
  readonly placeOf: (trial: TrialReport) => number; // 0 (below) to 1
};

/** Trials with a figure; the worst first, so that the best is drawn above them. */
export function drawnTrials({ trials }: Pick<SweepReport, 'trials'>, most: number): TrialReport[] {
  const ended = trials.filter(({ correct, total }) => correct !== null && total !== null && total > 0);
  return ended.toSorted((a, b) => accuracyOf(a) - accuracyOf(b)).slice(-most);
}

export function accuracyOf({ correct, total }: Pick<TrialReport, 'correct' | 'total'>): number {
  return (correct ?? 0) / (total ?? 1);
}

/** What differs between the trials, in the order of the specification; then the accuracy. */
export function axesOf({ spec }: Pick<SweepReport, 'spec'>, trials: readonly TrialReport[]): Axis[] {
  const { dimensions, seeds, folds } = spec;
  return [
    ...dimensions.map(dimensionAxis),
    ...(seeds.length > 1 ? [choiceAxis('seed', seeds, ({ seed }) => seed)] : []),
    ...(folds === null
      ? []
      : [
          choiceAxis(
            'fold',
            Array.from({ length: folds }, (_, fold) => fold),
            ({ fold }) => fold,
          ),
        ]),
    accuracyAxis(trials),
  ];
}

function dimensionAxis(dimension: Dimension): Axis {
  const { name } = dimension;
  if (dimension.kind === 'choices') return choiceAxis(name, dimension.values, ({ values }) => values[name] ?? null);
  const { low, high, scale } = dimension;
  const along = (value: number): number =>
    scale === 'log' ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  const middle = shortBetween(scale === 'log' ? Math.sqrt(low * high) : (low + high) / 2, low, high);
  return {
    id: name,
    ticks: [low, middle, high].map((value) => ({ value, at: along(value) })),
    placeOf: ({ values }) => along(Number(values[name])),
  };
}

/** About the value with as few digits as can be, two at least, and still between the ends. */
function shortBetween(value: number, low: number, high: number): number {
  const shortened = [2, 3, 4, 5].map((digits) => Number(value.toPrecision(digits)));
  return shortened.find((short) => short > low && short < high) ?? value;
}

/** Evenly apart, numbers in their order. */
function choiceAxis(id: AxisId, values: readonly Setting[], ofTrial: (trial: TrialReport) => Setting): Axis {
  const isNumeric = values.every((value) => typeof value === 'number');
  const ordered = isNumeric ? values.toSorted((a, b) => Number(a) - Number(b)) : values;
  const at = (index: number): number => (ordered.length === 1 ? 0.5 : index / (ordered.length - 1));
  return {
    id,
    ticks: ordered.map((value, index) => ({ value, at: at(index) })),
    placeOf: (trial) => at(Math.max(0, ordered.indexOf(ofTrial(trial)))),
  };
}

function accuracyAxis(trials: readonly TrialReport[]): Axis {
  const all = trials.map(accuracyOf);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const along = (value: number): number => (high === low ? 0.5 : (value - low) / (high - low));
  const ends = high === low ? [low] : [low, (low + high) / 2, high];
  return {
    id: 'accuracy',
    ticks: ends.map((value) => ({ value, at: along(value) })),
    placeOf: (trial) => along(accuracyOf(trial)),
  };
}
