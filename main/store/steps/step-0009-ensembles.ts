import type { Migration } from './migration.ts';

/** Saved ensembles: runs with weights, and what they answered on the test photos. Never edit an applied step. */
export const step0009: Migration = {
  version: 9,
  name: 'ensembles',
  sql: `
  CREATE TABLE ensemble (
    id TEXT PRIMARY KEY CHECK (length(id) = 16 AND id GLOB 'ens_*'),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    members_json TEXT NOT NULL CHECK (json_valid(members_json)),
    method TEXT NOT NULL CHECK (method IN ('equal', 'greedy', 'convex')),
    best_run_id TEXT NOT NULL,
    classes_json TEXT NOT NULL CHECK (json_valid(classes_json)),
    created_at TEXT NOT NULL,
    test_json TEXT CHECK (json_valid(test_json))
  ) STRICT, WITHOUT ROWID;
  `,
};
