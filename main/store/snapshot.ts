import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AppError } from '../../shared/contract/errors.ts';
import { requireKnownHeader, requireSoundContent } from './integrity.ts';
import { applyMigrations, migrations } from './migrations.ts';
import { openBytes, openFile, type ProjectDatabase, toStoreError } from './statements.ts';

const VERSIONS_AT = 18; // bytes 18 and 19 of the header: the formats that a writer and a reader need, 2 for a log
const ROLLBACK_JOURNAL = 1;

/** The database as it is now, in memory and migrated there; throws PROJECT_LOCKED while a process writes to it. */
export function openSnapshot(file: string): ProjectDatabase {
  if (!existsSync(file)) throw new AppError('PROJECT_MISSING', `${file}: there is no project here.`);
  requireKnownHeader(file);
  requireNoWriter(file);
  const database = openBytes(readWhole(file));
  requireSoundContent(database, file);
  applyMigrations(database, migrations, () => new Date(0));
  database.pragma('query_only = ON');
  return database;
}

/** The bytes of the database with what its log holds; only a log needs a place on a disk, which may be full. */
function readWhole(file: string): Buffer {
  const bytes = readFileSync(file);
  const log = `${file}-wal`;
  if (statSync(log, { throwIfNoEntry: false })?.size) return withLog(bytes, readFileSync(log));
  if (bytes.length > VERSIONS_AT + 1) bytes.fill(ROLLBACK_JOURNAL, VERSIONS_AT, VERSIONS_AT + 2);
  return bytes;
}

function withLog(bytes: Buffer, log: Buffer): Buffer {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'thaw-snapshot-'));
  try {
    const copy = path.join(folder, 'copy.sqlite');
    writeFileSync(copy, bytes); // not copyFile: that copies the mode, and this one is written
    writeFileSync(`${copy}-wal`, log);
    const onDisk = openFile(copy, { fileMustExist: true });
    try {
      onDisk.pragma('journal_mode = DELETE'); // brings the log in
    } finally {
      onDisk.close();
    }
    return readFileSync(copy);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Asks SQLite, which makes a log and its index for that; a reader leaves them behind, so they are removed again. */
function requireNoWriter(file: string): void {
  const made = [`${file}-wal`, `${file}-shm`].filter((path) => !existsSync(path));
  const probe = openFile(file, { readonly: true, fileMustExist: true, timeout: 0 });
  try {
    probe.prepare('SELECT count(*) FROM sqlite_schema').get();
    removeMade(made); // now, since the open probe keeps every writer out
  } catch (error) {
    const failure = toStoreError(error, file);
    const hasNoWriter = failure instanceof AppError && ['PROJECT_READ_ONLY', 'DISK_FULL'].includes(failure.code);
    if (hasNoWriter) return; // no log can be made: no writer
    throw failure;
  } finally {
    probe.close();
  }
}

function removeMade(paths: readonly string[]): void {
  for (const path of paths) {
    try {
      rmSync(path, { force: true });
    } catch {
      // Windows removes no open file: an empty log harms nothing
    }
  }
}
