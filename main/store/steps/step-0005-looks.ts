import type { Migration } from './migration.ts';

/** How photos look, and which were found to be near duplicates or of one burst. Never edit an applied step. */
export const step0005: Migration = {
  version: 5,
  name: 'looks',
  sql: `
  CREATE TABLE image_look (
    image_sha256 TEXT PRIMARY KEY REFERENCES image(sha256) ON DELETE CASCADE,
    look BLOB NOT NULL CHECK (length(look) = 1024)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE image_pair (
    first_sha256 TEXT NOT NULL REFERENCES image(sha256) ON DELETE CASCADE,
    second_sha256 TEXT NOT NULL REFERENCES image(sha256) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('near-duplicate', 'burst')),
    likeness REAL NOT NULL CHECK (likeness BETWEEN 0 AND 1),
    PRIMARY KEY (first_sha256, second_sha256),
    CHECK (first_sha256 < second_sha256)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX image_pair_second ON image_pair (second_sha256);
  `,
};
