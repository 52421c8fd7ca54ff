import type { Migration } from './migration.ts';

/** The library: classes, photos, where they came from, and what each import left out. Never edit an applied step. */
export const step0001: Migration = {
  version: 1,
  name: 'library',
  sql: `
  CREATE TABLE project (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    created_at TEXT NOT NULL
  ) STRICT;

  CREATE TABLE class (
    id INTEGER PRIMARY KEY,
    position INTEGER NOT NULL UNIQUE CHECK (position >= 0),
    name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 80),
    colour TEXT CHECK (colour GLOB '#[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]')
  ) STRICT;

  CREATE TABLE import_session (
    id INTEGER PRIMARY KEY,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    found INTEGER NOT NULL DEFAULT 0 CHECK (found >= 0),
    cancelled INTEGER NOT NULL DEFAULT 0 CHECK (cancelled IN (0, 1))
  ) STRICT;

  CREATE TABLE import_skip (
    id INTEGER PRIMARY KEY,
    session_id INTEGER NOT NULL REFERENCES import_session(id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL
  ) STRICT;
  CREATE INDEX import_skip_session ON import_skip (session_id);

  CREATE TABLE image (
    sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
    file_bytes INTEGER NOT NULL CHECK (file_bytes > 0),
    format TEXT NOT NULL,
    width_pixels INTEGER NOT NULL CHECK (width_pixels > 0),
    height_pixels INTEGER NOT NULL CHECK (height_pixels > 0),
    class_id INTEGER REFERENCES class(id) ON DELETE SET NULL,
    group_id TEXT NOT NULL CHECK (length(group_id) BETWEEN 1 AND 80),
    side TEXT CHECK (side IN ('train', 'val', 'test')),
    imported_at TEXT NOT NULL,
    copied INTEGER NOT NULL CHECK (copied IN (0, 1)),
    difference_hash TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX image_class ON image (class_id, side);
  CREATE INDEX image_group ON image (group_id, side);

  CREATE TABLE image_source (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    image_sha256 TEXT NOT NULL REFERENCES image(sha256) ON DELETE CASCADE
  ) STRICT;
  CREATE INDEX image_source_image ON image_source (image_sha256);
  `,
};
