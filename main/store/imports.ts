import type { Failure } from '../../shared/contract/errors.ts';
import { type ProjectDatabase, readRows, writeRow } from './statements.ts';

export type ImportSkip = { readonly path: string; readonly failure: Failure };

/** Starts the record of an import; its id. */
export function insertImportSession(database: ProjectDatabase, startedAt: Date): number {
  const sql = `INSERT INTO import_session (started_at) VALUES (@startedAt)`;
  return Number(writeRow(database, sql, { startedAt: startedAt.toISOString() }).lastInsertRowid);
}

export type ImportEnd = { readonly finishedAt: Date; readonly found: number; readonly cancelled: boolean };

export function finishImportSession(database: ProjectDatabase, sessionId: number, end: ImportEnd): void {
  writeRow(
    database,
    `UPDATE import_session SET finished_at = @finishedAt, found = @found, cancelled = @cancelled WHERE id = @sessionId`,
    { sessionId, finishedAt: end.finishedAt.toISOString(), found: end.found, cancelled: Number(end.cancelled) },
  );
}

export function insertImportSkip(database: ProjectDatabase, sessionId: number, skip: ImportSkip): void {
  writeRow(
    database,
    `INSERT INTO import_skip (session_id, path, code, message) VALUES (@sessionId, @path, @code, @message)`,
    { sessionId, path: skip.path, code: skip.failure.code, message: skip.failure.message },
  );
}

/** What an import left out, in the order of finding. */
export function listImportSkips(database: ProjectDatabase, sessionId: number): ImportSkip[] {
  const sql = `SELECT path, code, message FROM import_skip WHERE session_id = @sessionId ORDER BY id`;
  return readRows<{ path: string } & Failure>(database, sql, { sessionId }).map(({ path, code, message }) => ({
    path,
    failure: { code, message },
  }));
}
