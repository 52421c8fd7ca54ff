import type { Migration } from './migration.ts';

/** Edits that can be undone, photos taken out, and a run's tags, note and deletion. Never edit an applied step. */
export const step0004: Migration = {
  version: 4,
  name: 'edits',
  sql: `
  ALTER TABLE image ADD COLUMN excluded INTEGER NOT NULL DEFAULT 0 CHECK (excluded IN (0, 1));
  ALTER TABLE image ADD COLUMN taken_at TEXT CHECK (length(taken_at) BETWEEN 10 AND 40);
  CREATE INDEX image_imported ON image (imported_at, sha256);

  ALTER TABLE run ADD COLUMN tags_json TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags_json));
  ALTER TABLE run ADD COLUMN note TEXT NOT NULL DEFAULT '' CHECK (length(note) <= 4000);
  ALTER TABLE run ADD COLUMN deleted_at TEXT;

  CREATE TABLE edit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    photos INTEGER NOT NULL CHECK (photos >= 0),
    class_name TEXT,
    made_at TEXT NOT NULL,
    undone INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1)),
    change_json TEXT NOT NULL CHECK (json_valid(change_json)),
    change_bytes INTEGER NOT NULL CHECK (change_bytes >= 0)
  ) STRICT;
  CREATE INDEX edit_undone ON edit (undone, id);
  `,
};
