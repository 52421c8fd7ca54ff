/** What a training is asked for, and what it gives. */
import type { Recipe } from '../../../shared/domain/recipe.ts';
import type { EpochReport } from '../../../shared/domain/run.ts';
import type { Network, Weights } from '../../../shared/networks/network.ts';
import type { RowSource } from './rows.ts';
import type { EarlyEnd, MemoryChange, Snapshot } from './snapshot.ts';

/** A recipe whose weight decay is settled. */
export type SettledRecipe = Omit<Recipe, 'weightDecay'> & { readonly weightDecay: number };

export type TrainRequest = {
  readonly network: Network; // the trainable suffix
  readonly weights: Weights; // its starting point
  readonly data: RowSource;
  readonly validation?: RowSource;
  readonly recipe: SettledRecipe;
  readonly seed: number; // of the order of the rows, of dropout and of mixing
  readonly trainable?: (name: string) => boolean; // all
  readonly classWeights?: Float32Array; // [K]
  readonly stopAfterEpochs?: number; // ends there; the schedule stays that of recipe.epochs
  readonly onEpoch?: (report: EpochReport) => void;
  readonly onJudged?: (epoch: number, logits: Float32Array) => void; // [validation.count, K], as each epoch was judged by them
  readonly onStartingRow?: (done: number, total: number) => void; // rows read for recipe.softmaxStart
  readonly onStep?: (done: number, total: number) => void; // optimizer steps over all epochs
  readonly shouldStop?: () => boolean; // asked before every step and every pass of judging
  readonly finish?: Finish;
  readonly now?: () => number; // milliseconds, monotonic
  readonly resumeFrom?: Snapshot; // the weights above are then of no use
  readonly checkpoints?: Checkpoints;
  readonly changes?: readonly MemoryChange[]; // made when this training was run before: made again at the same places
  readonly onChange?: (change: MemoryChange) => Promise<void>; // kept before the training goes on
};
/** The wish to end early, as if the patience were exhausted; an epoch that is not whole counts for nothing. */
export type Finish = {
  readonly isWished: () => boolean; // asked after every step
  readonly known: EarlyEnd | null; // decided when this training was run before: it ends at the same place
  readonly onDecided: (end: EarlyEnd) => Promise<void>; // kept before the training goes on
};
export type Checkpoints = {
  readonly everyMs: number;
  readonly everySteps?: number; // also
  readonly write: (snapshot: Snapshot) => Promise<void>;
};
export type TrainResult = {
  readonly weights: Weights; // of the best epoch: least validation loss, or the last one without validation
  readonly epochs: readonly EpochReport[];
  readonly bestEpoch: number; // from 0
};
