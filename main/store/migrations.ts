import { createHash } from 'node:crypto';
import { AppError } from '../../shared/contract/errors.ts';
import { findRow, inTransaction, type ProjectDatabase, readRows, writeRow } from './statements.ts';
import type { Migration } from './steps/migration.ts';
import { step0001 } from './steps/step-0001-library.ts';
import { step0002 } from './steps/step-0002-runs.ts';
import { step0003 } from './steps/step-0003-probes.ts';
import { step0004 } from './steps/step-0004-edits.ts';
import { step0005 } from './steps/step-0005-looks.ts';
import { step0006 } from './steps/step-0006-no-difference-hash.ts';
import { step0007 } from './steps/step-0007-sweeps.ts';
import { step0008 } from './steps/step-0008-judgements.ts';
import { step0009 } from './steps/step-0009-ensembles.ts';

/** Versions 1, 2, ... without a hole. */
export const migrations: readonly Migration[] = [
  step0001,
  step0002,
  step0003,
  step0004,
  step0005,
  step0006,
  step0007,
  step0008,
  step0009,
];
export const latestVersion = migrations.length;

/** ASCII "Thaw", SQLite's application_id: byte 68 of the file, big-endian. */
export const APPLICATION_ID = 0x54686177;

export function readVersion(database: ProjectDatabase): number {
  return database.pragma('user_version', { simple: true }) as number;
}

/**
 * Brings a database to the last of `steps`; each step, its record and the version are one transaction.
 *
 * Throws PROJECT_NEWER, having written nothing, where the database knows steps that `steps` does not.
 */
export function applyMigrations(database: ProjectDatabase, steps: readonly Migration[], now: () => Date): void {
  const version = readVersion(database);
  requireKnownSteps(database, steps);
  for (const step of steps.slice(version)) {
    inTransaction(database, () => {
      if (step.version === 1) createRecord(database);
      database.exec(step.sql);
      writeRow(
        database,
        `INSERT INTO migration (version, name, sql_sha256, applied_at) VALUES (@version, @name, @sqlSha256, @appliedAt)`,
        { version: step.version, name: step.name, sqlSha256: hashOf(step), appliedAt: now().toISOString() },
      );
      database.pragma(`user_version = ${step.version}`);
    });
  }
}

/** Throws PROJECT_NEWER unless every applied step is, letter for letter, one of `steps`. */
export function requireKnownSteps(database: ProjectDatabase, steps: readonly Migration[]): void {
  const version = readVersion(database);
  if (version > steps.length) throw newerProject(database.name, version, steps.length);
  if (version === 0) return;
  const hasRecord = findRow(database, `SELECT 1 FROM sqlite_schema WHERE name = 'migration'`) !== null;
  const applied = hasRecord
    ? readRows<{ version: number; sqlSha256: string }>(
        database,
        `SELECT version, sql_sha256 AS sqlSha256 FROM migration ORDER BY version`,
      )
    : [];
  const isSame = (index: number): boolean => applied[index]?.sqlSha256 === hashOf(steps[index]!);
  for (let index = 0; index < version; index += 1) {
    if (isSame(index)) continue;
    throw new AppError(
      'PROJECT_NEWER',
      `${database.name}: step ${index + 1} of its format is not the one this Thaw knows, so another build made it. ` +
        'Nothing was changed. Open it with the Thaw that made it.',
    );
  }
}

export function newerProject(file: string, found: number, known: number): AppError {
  return new AppError(
    'PROJECT_NEWER',
    `${file}: a newer Thaw made this project (format ${found}; this one knows up to ${known}). ` +
      'Nothing was changed. Update Thaw to open it.',
  );
}

function createRecord(database: ProjectDatabase): void {
  database.pragma(`application_id = ${APPLICATION_ID}`);
  database.exec(`CREATE TABLE migration (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    sql_sha256 TEXT NOT NULL,
    applied_at TEXT NOT NULL
  ) STRICT`);
}

function hashOf(step: Migration): string {
  return createHash('sha256').update(step.sql).digest('hex');
}
