import type { Migration } from './migration.ts';

/** The experiment log: runs, their epochs and events, evaluations, looks at the test side. Never edit an applied step. */
export const step0002: Migration = {
  version: 2,
  name: 'runs',
  sql: `
  CREATE TABLE run (
    id TEXT PRIMARY KEY CHECK (length(id) = 16 AND id GLOB 'run_*'),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
    config_json TEXT NOT NULL CHECK (json_valid(config_json)),
    device_json TEXT CHECK (json_valid(device_json)),
    versions_json TEXT CHECK (json_valid(versions_json)),
    dataset_hash TEXT NOT NULL CHECK (length(dataset_hash) = 64),
    split_hash TEXT NOT NULL CHECK (length(split_hash) = 64),
    queued_at TEXT NOT NULL,
    started_at TEXT,
    finished_at TEXT,
    best_epoch INTEGER CHECK (best_epoch >= 0),
    best_val_accuracy REAL CHECK (best_val_accuracy BETWEEN 0 AND 1),
    selection_correct INTEGER CHECK (selection_correct BETWEEN 0 AND selection_total),
    selection_total INTEGER CHECK (selection_total >= 0),
    weight_decay REAL CHECK (weight_decay >= 0),
    featurised INTEGER CHECK (featurised >= 0),
    featurise_ms REAL CHECK (featurise_ms >= 0),
    train_ms REAL CHECK (train_ms >= 0),
    failure_code TEXT,
    failure_message TEXT,
    CHECK ((failure_code IS NULL) = (failure_message IS NULL))
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX run_status ON run (status);

  CREATE TABLE epoch_metric (
    run_id TEXT NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    epoch INTEGER NOT NULL CHECK (epoch >= 0),
    train_loss_nats REAL NOT NULL,
    train_accuracy REAL NOT NULL CHECK (train_accuracy BETWEEN 0 AND 1),
    val_loss_nats REAL,
    val_accuracy REAL CHECK (val_accuracy BETWEEN 0 AND 1),
    learning_rate REAL NOT NULL CHECK (learning_rate >= 0),
    elapsed_ms REAL NOT NULL CHECK (elapsed_ms >= 0),
    PRIMARY KEY (run_id, epoch)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE evaluation (
    run_id TEXT NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    side TEXT NOT NULL CHECK (side IN ('train', 'val', 'test')),
    views TEXT NOT NULL,
    correct INTEGER NOT NULL CHECK (correct BETWEEN 0 AND total),
    total INTEGER NOT NULL CHECK (total >= 0),
    confusion_json TEXT NOT NULL CHECK (json_valid(confusion_json)),
    classes_json TEXT NOT NULL CHECK (json_valid(classes_json)),
    evaluated_at TEXT NOT NULL,
    PRIMARY KEY (run_id, side, views)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE test_look (
    id INTEGER PRIMARY KEY,
    run_id TEXT NOT NULL,
    views TEXT NOT NULL,
    looked_at TEXT NOT NULL
  ) STRICT;

  CREATE TABLE run_event (
    id INTEGER PRIMARY KEY,
    run_id TEXT NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    happened_at TEXT NOT NULL,
    kind TEXT NOT NULL,
    message TEXT NOT NULL
  ) STRICT;
  CREATE INDEX run_event_run ON run_event (run_id);
  `,
};
