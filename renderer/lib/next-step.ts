/** The guided path: Photos, Train, Use; which of them a project needs next. */
import type { ProjectSummary } from '../../shared/contract/commands.ts';

export type Step = 'photos' | 'train' | 'use';

export const CLASSES_TO_TRAIN = 2;
const RUNS_OF_A_BEGINNER = 1; // who trained twice has found the way

/** The step to do next; null: no hint any more. */
export function nextStep({ classes, runs }: Pick<ProjectSummary, 'classes' | 'runs'>): Step | null {
  const withPhotos = classes.filter(({ train, val, test }) => train + val + test > 0);
  if (runs > RUNS_OF_A_BEGINNER) return null;
  if (runs > 0) return 'use';
  return withPhotos.length < CLASSES_TO_TRAIN ? 'photos' : 'train';
}
