/** What the trials of each point showed together. */
import { wilsonInterval } from '../math/statistics.ts';
import type { PointValues } from './trials.ts';

export type TrialFigures = {
  readonly point: number;
  readonly values: PointValues;
  readonly seed: number;
  readonly correct: number | null; // on held-out photos; null where it did not end
  readonly total: number | null;
};

export type PointFigures = {
  readonly point: number;
  readonly values: PointValues;
  readonly trials: number; // that ended
  readonly correct: number;
  readonly total: number; // photos, times seeds
  readonly seeds: number;
  readonly accuracy: number;
  readonly interval: readonly [number, number]; // 95 %, Wilson, of the photos: seeds answer the same ones, and add none
};

/** A point for every one that has a finished trial, the best accuracy first; equal ones in the order of their start. */
export function rankPoints(trials: readonly TrialFigures[]): PointFigures[] {
  const byPoint = new Map<number, FinishedTrial[]>();
  for (const trial of trials.filter(isFinished)) byPoint.set(trial.point, [...(byPoint.get(trial.point) ?? []), trial]);
  return [...byPoint.values()].map(summarise).sort((a, b) => b.accuracy - a.accuracy || a.point - b.point);
}

type FinishedTrial = TrialFigures & { readonly correct: number; readonly total: number };

function isFinished(trial: TrialFigures): trial is FinishedTrial {
  return trial.correct !== null && trial.total !== null && trial.total > 0;
}

function summarise(trials: readonly FinishedTrial[]): PointFigures {
  const { point, values } = trials[0]!;
  const sum = (count: (trial: FinishedTrial) => number): number => trials.reduce((all, trial) => all + count(trial), 0);
  const [correct, total] = [sum((trial) => trial.correct), sum((trial) => trial.total)];
  const seeds = new Set(trials.map(({ seed }) => seed)).size;
  const photos = Math.round(total / seeds);
  const interval = wilsonInterval(Math.min(photos, Math.round(correct / seeds)), photos);
  return { point, values, trials: trials.length, correct, total, seeds, accuracy: correct / total, interval };
}
