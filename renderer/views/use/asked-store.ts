/** What was asked last in this window, so that it is there again when one comes back to the view. */
import { createStore } from 'zustand/vanilla';
import type { JobId } from '../../../shared/contract/jobs.ts';
import type { EnsembleId } from '../../../shared/domain/ensemble.ts';
import type { RunId } from '../../../shared/domain/ids.ts';
import type { NamedViewSet } from '../../../shared/domain/view-set.ts';
import type { AnswerOrder } from './answer-groups.ts';

export type AskedState = {
  readonly jobId: JobId | null;
  readonly paths: readonly string[]; // of the last question, to ask it again with other settings
  readonly chosenRun: RunId | null; // null: the best one
  readonly chosenEnsemble: EnsembleId | null; // null: a run answers
  readonly views: NamedViewSet;
  readonly thresholdPercent: number; // of the probability, for a run that was not calibrated
  readonly missedPercent: number | null; // of own photos, for one that was; null: where the run's own threshold stands
  readonly order: AnswerOrder;
};

export const askedStore = createStore<AskedState>(() => ({
  jobId: null,
  paths: [],
  chosenRun: null,
  chosenEnsemble: null,
  views: 'centre',
  thresholdPercent: 60,
  missedPercent: null,
  order: 'sure-first',
}));
