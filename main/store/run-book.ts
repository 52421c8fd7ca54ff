import { AppError } from '../../shared/contract/errors.ts';
import type { RunId } from '../../shared/domain/ids.ts';
import { inTransaction, type ProjectDatabase, readRows, writeRow } from './statements.ts';

export type RunNotes = {
  readonly name?: string | undefined; // 1..120 letters
  readonly tags?: readonly string[] | undefined;
  readonly note?: string | undefined; // at most 4000 letters
};

/** Changes what a person wrote about a run; what is not given stays. Throws NOT_FOUND. */
export function updateRunNotes(database: ProjectDatabase, runId: RunId, notes: RunNotes): void {
  const { changes } = writeRow(
    database,
    `UPDATE run SET name = coalesce(@name, name), tags_json = coalesce(@tagsJson, tags_json), note = coalesce(@note, note)
     WHERE id = @runId AND deleted_at IS NULL`,
    {
      runId,
      name: notes.name ?? null,
      tagsJson: notes.tags === undefined ? null : JSON.stringify([...new Set(notes.tags)]),
      note: notes.note ?? null,
    },
  );
  if (changes === 0)
    throw new AppError('NOT_FOUND', `There is no run ${runId} here any more. Reload the list of runs.`);
}

/**
 * Puts runs away: they are kept, but no list shows them, until storage is cleaned. How many were put away.
 *
 * All or none: throws INVALID_INPUT where one of them is waiting or in training.
 */
export function putRunsAway(database: ProjectDatabase, runIds: readonly RunId[], deletedAt: Date): number {
  return inTransaction(database, () => {
    const idsJson = JSON.stringify(runIds);
    const busy = readRows<{ runId: RunId; name: string }>(
      database,
      `SELECT id AS runId, name FROM run WHERE status IN ('queued', 'running') AND id IN (SELECT value FROM json_each(@idsJson))`,
      { idsJson },
    );
    if (busy.length > 0) {
      const names = busy.slice(0, 3).map(({ runId, name }) => `${name} (${runId})`);
      throw new AppError('INVALID_INPUT', `Still in training: ${names.join(', ')}. Stop it first, then delete it.`);
    }
    return writeRow(
      database,
      `UPDATE run SET deleted_at = @deletedAt WHERE deleted_at IS NULL AND id IN (SELECT value FROM json_each(@idsJson))`,
      { idsJson, deletedAt: deletedAt.toISOString() },
    ).changes;
  });
}

/** Brings runs that were put away back into the lists; how many. */
export function restoreRuns(database: ProjectDatabase, runIds: readonly RunId[]): number {
  const sql = `UPDATE run SET deleted_at = NULL
    WHERE deleted_at IS NOT NULL AND id IN (SELECT value FROM json_each(@idsJson))`;
  return writeRow(database, sql, { idsJson: JSON.stringify(runIds) }).changes;
}

/** The runs that were put away: what cleaning may remove for good by deleteRun, with their folders. */
export function listRunsPutAway(database: ProjectDatabase): RunId[] {
  const sql = `SELECT id AS runId FROM run WHERE deleted_at IS NOT NULL ORDER BY deleted_at, id`;
  return readRows<{ runId: RunId }>(database, sql).map(({ runId }) => runId);
}
