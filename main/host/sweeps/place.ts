/** Where the trials of a sweep are trained. */
import type { RunRecord } from '../../../shared/domain/run.ts';
import type { TrainPlan } from '../commands/run-training.ts';
import type { CommandContext } from '../dispatch.ts';

export type TrialPlace = {
  readonly slots: number; // trials at the same time
  readonly name: string | null; // null: here
  /** Trains a recorded run to its end and records that, too. Throws what ended it, after recording it. */
  readonly train: (plan: TrainPlan, context: CommandContext) => Promise<RunRecord>;
  readonly close: () => Promise<void>;
};
