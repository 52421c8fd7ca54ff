import { AppError, type Failure } from '../../shared/contract/errors.ts';
import type { RunId } from '../../shared/domain/ids.ts';
import {
  type Facts,
  RunConfig,
  type RunLogEntry,
  type RunOutcome,
  type RunRecord,
  type RunStatus,
} from '../../shared/domain/run.ts';
import { findRow, inTransaction, type ProjectDatabase, readRows, writeRow } from './statements.ts';

type RunRow = Omit<RunRecord, 'config' | 'device' | 'versions' | 'failure' | 'tags'> & {
  readonly tagsJson: string;
  readonly configJson: string;
  readonly deviceJson: string | null;
  readonly versionsJson: string | null;
  readonly failureCode: Failure['code'] | null;
  readonly failureMessage: string | null;
};

const COLUMNS = `id AS runId, name, status, config_json AS configJson, device_json AS deviceJson,
  versions_json AS versionsJson, dataset_hash AS datasetHash, split_hash AS splitHash, queued_at AS queuedAt,
  started_at AS startedAt, finished_at AS finishedAt, best_epoch AS bestEpoch, best_val_accuracy AS bestValAccuracy,
  selection_correct AS selectionCorrect, selection_total AS selectionTotal, weight_decay AS weightDecay, featurised,
  featurise_ms AS featuriseMs, train_ms AS trainMs, failure_code AS failureCode, failure_message AS failureMessage,
  tags_json AS tagsJson, note`;

export type NewRun = Pick<RunRecord, 'runId' | 'name' | 'config' | 'datasetHash' | 'splitHash'>;

/** Records a run as queued. */
export function insertRun(database: ProjectDatabase, run: NewRun, queuedAt: Date): void {
  writeRow(
    database,
    `INSERT INTO run (id, name, status, config_json, dataset_hash, split_hash, queued_at)
     VALUES (@runId, @name, 'queued', @configJson, @datasetHash, @splitHash, @queuedAt)`,
    {
      runId: run.runId,
      name: run.name,
      configJson: JSON.stringify(run.config),
      datasetHash: run.datasetHash,
      splitHash: run.splitHash,
      queuedAt: queuedAt.toISOString(),
    },
  );
}

export type RunStart = { readonly startedAt: Date; readonly device: Facts | null; readonly versions: Facts | null };

/** Marks a queued run, or one that is resumed, as running; a resumed one keeps its first start. Throws NOT_FOUND. */
export function markRunStarted(database: ProjectDatabase, runId: RunId, start: RunStart): void {
  const { changes } = writeRow(
    database,
    `UPDATE run SET status = 'running', started_at = coalesce(started_at, @startedAt), finished_at = NULL,
       device_json = coalesce(@deviceJson, device_json), versions_json = coalesce(@versionsJson, versions_json),
       failure_code = NULL, failure_message = NULL
     WHERE id = @runId AND status IN ('queued', 'interrupted', 'cancelled', 'failed')`,
    {
      runId,
      startedAt: start.startedAt.toISOString(),
      deviceJson: toJson(start.device),
      versionsJson: toJson(start.versions),
    },
  );
  requireRun(changes, runId, 'waiting or stopped');
}

/** Records on which device and with which versions a run works, once that is known. */
export function setRunDevice(
  database: ProjectDatabase,
  runId: RunId,
  facts: { readonly device: Facts; readonly versions: Facts },
): void {
  const sql = `UPDATE run SET device_json = @deviceJson, versions_json = @versionsJson WHERE id = @runId`;
  const parameters = { runId, deviceJson: toJson(facts.device), versionsJson: toJson(facts.versions) };
  requireRun(writeRow(database, sql, parameters).changes, runId, 'known');
}

export type RunEnd = {
  readonly status: Exclude<RunStatus, 'queued' | 'running'>;
  readonly finishedAt: Date;
  readonly outcome?: RunOutcome;
  readonly failure?: Failure;
};

/** Ends a run that is queued or running, once. Throws NOT_FOUND where it ended before. */
export function finishRun(database: ProjectDatabase, runId: RunId, end: RunEnd): void {
  inTransaction(database, () => {
    const { changes } = writeRow(
      database,
      `UPDATE run SET status = @status, finished_at = @finishedAt, failure_code = @code, failure_message = @message
       WHERE id = @runId AND status IN ('queued', 'running')`,
      {
        runId,
        status: end.status,
        finishedAt: end.finishedAt.toISOString(),
        code: end.failure?.code ?? null,
        message: end.failure?.message ?? null,
      },
    );
    requireRun(changes, runId, 'waiting or running');
    if (end.outcome !== undefined) updateOutcome(database, runId, end.outcome);
  });
}

/** Also of runs that were deleted, since they may come back. */
export function listRunNames(database: ProjectDatabase): string[] {
  return readRows<{ readonly name: string }>(database, 'SELECT name FROM run').map(({ name }) => name);
}

/** Every run that was not deleted, the newest first. */
export function listRuns(database: ProjectDatabase): RunRecord[] {
  const sql = `SELECT ${COLUMNS} FROM run WHERE deleted_at IS NULL ORDER BY queued_at DESC, id`;
  return readRows<RunRow>(database, sql).map(toRecord);
}

/** A run that was not deleted. */
export function findRun(database: ProjectDatabase, runId: RunId): RunRecord | null {
  const sql = `SELECT ${COLUMNS} FROM run WHERE id = @runId AND deleted_at IS NULL`;
  const row = findRow<RunRow>(database, sql, { runId });
  return row === null ? null : toRecord(row);
}

/** Removes a run with its epochs, evaluations and events; its folder is the caller's. Throws NOT_FOUND. */
export function deleteRun(database: ProjectDatabase, runId: RunId): void {
  const sql = `DELETE FROM run WHERE id = @runId AND status <> 'running'`;
  requireRun(writeRow(database, sql, { runId }).changes, runId, 'there and at rest');
}

/** Marks what a dead process left as running; the ids. Call it only where this process owns the project. */
export function markInterruptedRuns(database: ProjectDatabase, now: Date): RunId[] {
  return inTransaction(database, () => {
    const rows = readRows<{ runId: RunId }>(
      database,
      `SELECT id AS runId FROM run WHERE status = 'running' ORDER BY id`,
    );
    for (const { runId } of rows) {
      finishRun(database, runId, { status: 'interrupted', finishedAt: now });
      const message = 'Thaw ended while this run was in training. It can be resumed.';
      insertRunEvent(database, runId, { happenedAt: now.toISOString(), kind: 'interrupted', message });
    }
    return rows.map((row) => row.runId);
  });
}

export type RunEvent = { readonly happenedAt: string; readonly kind: string; readonly message: string };

export function insertRunEvent(database: ProjectDatabase, runId: RunId, event: RunEvent): void {
  const sql = `INSERT INTO run_event (run_id, happened_at, kind, message) VALUES (@runId, @happenedAt, @kind, @message)`;
  writeRow(database, sql, { runId, ...event });
}

export function listRunEvents(database: ProjectDatabase, runId: RunId): RunEvent[] {
  const sql = `SELECT happened_at AS happenedAt, kind, message FROM run_event WHERE run_id = @runId ORDER BY id`;
  return readRows(database, sql, { runId });
}

/** The log of a run, or of every run where `runId` is null, in the order in which it happened. */
export function listAllRunEvents(database: ProjectDatabase, runId: RunId | null): RunLogEntry[] {
  const sql = `SELECT run_id AS runId, happened_at AS happenedAt, kind, message FROM run_event
    WHERE @runId IS NULL OR run_id = @runId ORDER BY id`;
  return readRows(database, sql, { runId });
}

function updateOutcome(database: ProjectDatabase, runId: RunId, outcome: RunOutcome): void {
  writeRow(
    database,
    `UPDATE run SET best_epoch = @bestEpoch, best_val_accuracy = @bestValAccuracy,
       selection_correct = @selectionCorrect, selection_total = @selectionTotal, weight_decay = @weightDecay,
       featurised = @featurised, featurise_ms = @featuriseMs, train_ms = @trainMs
     WHERE id = @runId`,
    { runId, ...outcome },
  );
}

function toRecord(row: RunRow): RunRecord {
  const { configJson, deviceJson, versionsJson, failureCode, failureMessage, tagsJson, ...plain } = row;
  return {
    ...plain,
    config: RunConfig.parse(JSON.parse(configJson)),
    device: fromJson(deviceJson),
    versions: fromJson(versionsJson),
    tags: JSON.parse(tagsJson) as string[],
    failure: failureCode === null ? null : { code: failureCode, message: failureMessage ?? '' },
  };
}

function toJson(facts: Facts | null): string | null {
  return facts === null ? null : JSON.stringify(facts);
}

function fromJson(text: string | null): Facts | null {
  return text === null ? null : (JSON.parse(text) as Facts);
}

function requireRun(changes: number, runId: RunId, condition: string): void {
  if (changes === 0) throw new AppError('NOT_FOUND', `Run ${runId} is not ${condition}. Reload the list of runs.`);
}
