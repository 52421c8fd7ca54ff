/** What every experiment is made of. */
import type { Recipe } from '../../../shared/domain/recipe.ts';
import type { LabProjects, LabResult } from '../projects.ts';
import type { LabReport } from '../report.ts';

export type LabBench = Pick<LabProjects, 'train' | 'test' | 'time' | 'counts'> & {
  readonly isFull: boolean;
  readonly seeds: readonly number[]; // of the runs of an experiment over seeds; the others take the first
};
export type Experiment = {
  readonly id: string;
  readonly title: string;
  readonly quickSeeds?: number; // where three say nothing
  readonly run: (bench: LabBench) => Promise<LabReport>;
};

/** What all of them train with unless told: no smoothing, no search for a decay, every epoch. */
export const plainRecipe: Partial<Recipe> = {
  ...{ optimizer: 'sgd' as const, momentum: 0.9, nesterov: false, weightDecay: 1e-4 },
  ...{ schedule: 'cosine' as const, warmUpFraction: 0.1, labelSmoothing: 0, patience: null },
};

/** In percent, of the last epoch: no epoch is chosen by it. Guessing among `classes` where the loss was no number. */
export function lastErrors(
  { epochs, isDiverged }: LabResult,
  classes = 10,
): { readonly train: number; readonly val: number } {
  const last = epochs.at(-1);
  if (isDiverged || last === undefined) return { train: 100 * (1 - 1 / classes), val: 100 * (1 - 1 / classes) };
  return { train: 100 * (1 - last.trainAccuracy), val: 100 * (1 - (last.valAccuracy ?? Number.NaN)) };
}

export const percent = (value: number): string => `${value.toFixed(1)} %`;
export const points = (value: number): string =>
  `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value).toFixed(1)}`;
