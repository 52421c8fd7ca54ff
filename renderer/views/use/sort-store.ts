/** The sort that is being prepared or made in this window, so that it is there again when one comes back. */
import { createStore } from 'zustand/vanilla';
import type { JobId } from '../../../shared/contract/jobs.ts';
import type { EnsembleId } from '../../../shared/domain/ensemble.ts';
import type { RunId } from '../../../shared/domain/ids.ts';
import type { SortMode } from '../../../shared/domain/sorting.ts';

export type SortState = {
  readonly isOpen: boolean;
  readonly paths: readonly string[];
  readonly runId: RunId | null;
  readonly ensembleId: EnsembleId | null; // its members answer instead
  readonly planJob: JobId | null;
  readonly sortJob: JobId | null;
  readonly mode: SortMode;
  readonly surePercent: number;
  readonly output: string;
  readonly isWatching: boolean; // goes on with what comes into the folder until it is stopped
};

export const sortStore = createStore<SortState>(() => ({
  isOpen: false,
  paths: [],
  runId: null,
  ensembleId: null,
  planJob: null,
  sortJob: null,
  mode: 'copy',
  surePercent: 90,
  output: '',
  isWatching: false,
}));

/** Where photos of that folder, or beside that file, are sorted to unless told. */
export function suggestedOutput(path: string): string {
  return `${path.replace(/[\\/]+$/, '')} sorted`;
}
