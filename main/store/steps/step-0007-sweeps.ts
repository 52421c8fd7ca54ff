import type { Migration } from './migration.ts';

/** Sweeps and their trials, each of which is an ordinary run once it has started. Never edit an applied step. */
export const step0007: Migration = {
  version: 7,
  name: 'sweeps',
  sql: `
  CREATE TABLE sweep (
    id TEXT PRIMARY KEY CHECK (length(id) = 16 AND id GLOB 'swp_*'),
    spec_json TEXT NOT NULL CHECK (json_valid(spec_json)),
    state TEXT NOT NULL CHECK (state IN ('running', 'paused', 'done')),
    ended_by TEXT CHECK (length(ended_by) <= 400),
    created_at TEXT NOT NULL,
    finished_at TEXT,
    worked_ms REAL NOT NULL DEFAULT 0 CHECK (worked_ms >= 0)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE sweep_trial (
    sweep_id TEXT NOT NULL REFERENCES sweep(id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 0),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'stopped', 'failed', 'left-out')),
    run_id TEXT UNIQUE REFERENCES run(id) ON DELETE SET NULL,
    place TEXT CHECK (length(place) <= 200),
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    failure_message TEXT,
    PRIMARY KEY (sweep_id, position)
  ) STRICT, WITHOUT ROWID;
  `,
};
