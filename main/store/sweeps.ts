import { AppError } from '../../shared/contract/errors.ts';
import type { RunId } from '../../shared/domain/ids.ts';
import { type SweepId, SweepSpec, type SweepState, type TrialState } from '../../shared/domain/sweep.ts';
import { findRow, inTransaction, type ProjectDatabase, readRows, writeRow } from './statements.ts';

export type StoredSweep = {
  readonly sweepId: SweepId;
  readonly spec: SweepSpec;
  readonly state: SweepState;
  readonly endedBy: string | null; // why no more trials start
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly workedMs: number;
};
export type StoredTrial = {
  readonly position: number;
  readonly state: TrialState;
  readonly runId: RunId | null; // null: not started, or its run was wiped
  readonly place: string | null; // where it was sent, in the words of that place; null: here
  readonly attempts: number;
  readonly failureMessage: string | null;
};

const SWEEP = `id AS sweepId, spec_json AS specJson, state, ended_by AS endedBy, created_at AS createdAt,
  finished_at AS finishedAt, worked_ms AS workedMs`;
const TRIAL = `position, state, run_id AS runId, place, attempts, failure_message AS failureMessage`;

type SweepRow = Omit<StoredSweep, 'spec'> & { readonly specJson: string };
type NewSweep = { readonly sweepId: SweepId; readonly spec: SweepSpec; readonly trialCount: number };

/** Records a sweep with all its trials waiting. */
export function insertSweep(database: ProjectDatabase, sweep: NewSweep, createdAt: Date): void {
  const { sweepId, spec, trialCount } = sweep;
  inTransaction(database, () => {
    writeRow(
      database,
      `INSERT INTO sweep (id, spec_json, state, created_at) VALUES (@sweepId, @specJson, 'paused', @createdAt)`,
      { sweepId, specJson: JSON.stringify(spec), createdAt: createdAt.toISOString() },
    );
    for (let position = 0; position < trialCount; position += 1) {
      const sql = `INSERT INTO sweep_trial (sweep_id, position, state) VALUES (@sweepId, @position, 'waiting')`;
      writeRow(database, sql, { sweepId, position });
    }
  });
}

/** The newest first. */
export function listSweeps(database: ProjectDatabase): StoredSweep[] {
  return readRows<SweepRow>(database, `SELECT ${SWEEP} FROM sweep ORDER BY created_at DESC, id`).map(toSweep);
}

/** Throws NOT_FOUND. */
export function requireSweep(database: ProjectDatabase, sweepId: SweepId): StoredSweep {
  const row = findRow<SweepRow>(database, `SELECT ${SWEEP} FROM sweep WHERE id = @sweepId`, { sweepId });
  if (row === null)
    throw new AppError('NOT_FOUND', `There is no sweep ${sweepId} here. Sweeps ('thaw sweeps') lists them.`);
  return toSweep(row);
}

export function listSweepTrials(database: ProjectDatabase, sweepId: SweepId): StoredTrial[] {
  const sql = `SELECT ${TRIAL} FROM sweep_trial WHERE sweep_id = @sweepId ORDER BY position`;
  return readRows<StoredTrial>(database, sql, { sweepId });
}

export type TrialFigures = StoredTrial & {
  readonly epochs: number; // that its run reported
  readonly correct: number | null; // on held-out photos, once it is done
  readonly total: number | null;
};

/** The trials with what their runs showed; a run that was deleted takes its figures with it. */
export function listTrialFigures(database: ProjectDatabase, sweepId: SweepId): TrialFigures[] {
  const sql = `SELECT position, sweep_trial.state, run.id AS runId, place, attempts,
      sweep_trial.failure_message AS failureMessage,
      (SELECT count(*) FROM epoch_metric WHERE epoch_metric.run_id = run.id) AS epochs,
      iif(run.status = 'done', selection_correct, NULL) AS correct,
      iif(run.status = 'done', selection_total, NULL) AS total
    FROM sweep_trial LEFT JOIN run ON run.id = sweep_trial.run_id AND run.deleted_at IS NULL
    WHERE sweep_id = @sweepId ORDER BY position`;
  return readRows<TrialFigures>(database, sql, { sweepId });
}

/** A trial of a sweep. Throws NOT_FOUND. */
export function requireTrial(database: ProjectDatabase, { sweepId, position }: TrialKey): StoredTrial {
  const sql = `SELECT ${TRIAL} FROM sweep_trial WHERE sweep_id = @sweepId AND position = @position`;
  const row = findRow<StoredTrial>(database, sql, { sweepId, position });
  if (row === null) throw new AppError('NOT_FOUND', `Sweep ${sweepId} has no trial ${position + 1}.`);
  return row;
}

export type SweepChange = { readonly state: SweepState; readonly endedBy: string | null; readonly at: Date };

export function setSweepState(database: ProjectDatabase, sweepId: SweepId, { state, endedBy, at }: SweepChange): void {
  const sql = `UPDATE sweep SET state = @state, ended_by = @endedBy, finished_at = @finishedAt WHERE id = @sweepId`;
  const finishedAt = state === 'done' ? at.toISOString() : null;
  requireChanged(writeRow(database, sql, { sweepId, state, endedBy, finishedAt }).changes, sweepId);
}

export function addWorkedTime(database: ProjectDatabase, sweepId: SweepId, elapsedMs: number): void {
  writeRow(database, `UPDATE sweep SET worked_ms = worked_ms + @elapsedMs WHERE id = @sweepId`, { sweepId, elapsedMs });
}

type TrialKey = { readonly sweepId: SweepId; readonly position: number };

/** A trial begins, or begins again with the run that it had. */
export function startTrial(
  database: ProjectDatabase,
  key: TrialKey,
  start: Pick<StoredTrial, 'runId' | 'place'>,
): void {
  const sql = `UPDATE sweep_trial SET state = 'running', run_id = coalesce(@runId, run_id), place = @place,
    attempts = attempts + 1, failure_message = NULL WHERE sweep_id = @sweepId AND position = @position`;
  requireChanged(writeRow(database, sql, { ...key, ...start }).changes, key.sweepId);
}

type TrialEnd = { readonly state: Exclude<TrialState, 'running'>; readonly runId?: RunId; readonly message?: string };

export function endTrial(database: ProjectDatabase, key: TrialKey, end: TrialEnd): void {
  const sql = `UPDATE sweep_trial SET state = @state, run_id = coalesce(@runId, run_id), failure_message = @message
    WHERE sweep_id = @sweepId AND position = @position`;
  const { state, runId = null, message = null } = end;
  requireChanged(writeRow(database, sql, { ...key, state, runId, message }).changes, key.sweepId);
}

/** What will not start any more is left out; a later, larger budget finds it waiting again. */
export function setWaitingTrials(
  database: ProjectDatabase,
  sweepId: SweepId,
  change: { readonly from: TrialState; readonly to: TrialState },
): void {
  const sql = `UPDATE sweep_trial SET state = @to WHERE sweep_id = @sweepId AND state = @from`;
  writeRow(database, sql, { sweepId, ...change });
}

/** Marks what a dead process left as running. Call it only where this process owns the project. */
export function pauseDeadSweeps(database: ProjectDatabase): void {
  inTransaction(database, () => {
    writeRow(database, `UPDATE sweep_trial SET state = 'waiting' WHERE state = 'running'`);
    writeRow(database, `UPDATE sweep SET state = 'paused', ended_by = 'interrupted' WHERE state = 'running'`);
  });
}

function toSweep({ specJson, ...plain }: SweepRow): StoredSweep {
  return { ...plain, spec: SweepSpec.parse(JSON.parse(specJson)) };
}

function requireChanged(changes: number, sweepId: SweepId): void {
  if (changes === 0) throw new AppError('NOT_FOUND', `Sweep ${sweepId} is no longer there. Reload the list of sweeps.`);
}
