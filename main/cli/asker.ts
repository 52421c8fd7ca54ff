/** Who answers where `--run` takes a run or an ensemble. */
import { EnsembleId } from '../../shared/domain/ensemble.ts';

/** null: it is no ensemble's id. */
export function ensembleIn(id: string): EnsembleId | null {
  return EnsembleId.safeParse(id).data ?? null;
}

/** Its part of a command's input, whose contract checks it; undefined: the best run. */
export function asker(id: string | undefined) {
  const ensembleId = id === undefined ? null : ensembleIn(id);
  return ensembleId === null ? { runId: id ?? null } : { runId: null, ensembleId };
}
