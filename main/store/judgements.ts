import type { RunId } from '../../shared/domain/ids.ts';
import { RunJudgement } from '../../shared/domain/judging.ts';
import { findRow, type ProjectDatabase, writeRow } from './statements.ts';

/** Keeps what was measured of a run; a later one replaces it. */
export function upsertJudgement(
  database: ProjectDatabase,
  runId: RunId,
  kept: { readonly judgement: RunJudgement; readonly judgedAt: Date },
): void {
  writeRow(
    database,
    `INSERT INTO run_judgement (run_id, judgement_json, judged_at) VALUES (@runId, @judgementJson, @judgedAt)
     ON CONFLICT (run_id) DO UPDATE SET judgement_json = excluded.judgement_json, judged_at = excluded.judged_at`,
    { runId, judgementJson: JSON.stringify(kept.judgement), judgedAt: kept.judgedAt.toISOString() },
  );
}

/** null: the run was not calibrated. */
export function findJudgement(database: ProjectDatabase, runId: RunId): RunJudgement | null {
  const sql = `SELECT judgement_json AS judgementJson FROM run_judgement WHERE run_id = @runId`;
  const row = findRow<{ judgementJson: string }>(database, sql, { runId });
  return row === null ? null : RunJudgement.parse(JSON.parse(row.judgementJson));
}
