import type { Migration } from './migration.ts';

/** How far a run's answers are believed: temperature, scores and thresholds. Never edit an applied step. */
export const step0008: Migration = {
  version: 8,
  name: 'judgements',
  sql: `
  CREATE TABLE run_judgement (
    run_id TEXT PRIMARY KEY REFERENCES run(id) ON DELETE CASCADE,
    judgement_json TEXT NOT NULL CHECK (json_valid(judgement_json)),
    judged_at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
};
