import type { Migration } from './migration.ts';

/** The probe ladder of a set of photos and a network. Never edit an applied step. */
export const step0003: Migration = {
  version: 3,
  name: 'probes',
  sql: `
  CREATE TABLE probe (
    dataset_hash TEXT NOT NULL CHECK (length(dataset_hash) = 64),
    split_hash TEXT NOT NULL CHECK (length(split_hash) = 64),
    backbone TEXT NOT NULL CHECK (length(backbone) BETWEEN 1 AND 80),
    weights_sha256 TEXT NOT NULL CHECK (length(weights_sha256) = 64),
    device_json TEXT NOT NULL CHECK (json_valid(device_json)),
    featurise_ms REAL NOT NULL CHECK (featurise_ms >= 0),
    probe_ms REAL NOT NULL CHECK (probe_ms >= 0),
    probed_at TEXT NOT NULL,
    PRIMARY KEY (dataset_hash, split_hash, backbone, weights_sha256)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE probe_rung (
    dataset_hash TEXT NOT NULL,
    split_hash TEXT NOT NULL,
    backbone TEXT NOT NULL,
    weights_sha256 TEXT NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 0),
    stage TEXT NOT NULL CHECK (length(stage) BETWEEN 1 AND 80),
    features INTEGER NOT NULL CHECK (features > 0),
    correct INTEGER NOT NULL CHECK (correct BETWEEN 0 AND total),
    total INTEGER NOT NULL CHECK (total > 0),
    PRIMARY KEY (dataset_hash, split_hash, backbone, weights_sha256, position),
    FOREIGN KEY (dataset_hash, split_hash, backbone, weights_sha256)
      REFERENCES probe (dataset_hash, split_hash, backbone, weights_sha256) ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;
  `,
};
