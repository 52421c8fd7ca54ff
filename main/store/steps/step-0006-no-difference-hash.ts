import type { Migration } from './migration.ts';

/** The difference hash was never filled: near duplicates are found by looks (step 5). Never edit an applied step. */
export const step0006: Migration = {
  version: 6,
  name: 'no-difference-hash',
  sql: `ALTER TABLE image DROP COLUMN difference_hash;`,
};
