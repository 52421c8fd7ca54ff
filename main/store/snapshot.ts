import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AppError } from '../../shared/contract/errors.ts';
import { requireKnownHeader, requireSoundContent } from './integrity.ts';
import { applyMigrations, migrations } from './migrations.ts';
import { openBytes, openFile, type ProjectDatabase, toStoreError } from './statements.ts';

/** The database as it is now, in memory and migrated there; throws PROJECT_LOCKED while a process writes to it. */
export function openSnapshot(file: string): ProjectDatabase {
  if (!existsSync(file)) throw new AppError('PROJECT_MISSING', `${file}: there is no project here.`);
  requireKnownHeader(file);
  requireNoWriter(file);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'thaw-snapshot-'));
  try {
    const copy = path.join(folder, 'copy.sqlite');
    writeFileSync(copy, readFileSync(file)); // not copyFile: that copies the mode, and this one is written
    if (existsSync(`${file}-wal`)) writeFileSync(`${copy}-wal`, readFileSync(`${file}-wal`));
    const onDisk = openFile(copy, { fileMustExist: true });
    try {
      onDisk.pragma('journal_mode = DELETE'); // brings the log in
    } finally {
      onDisk.close();
    }
    const database = openBytes(readFileSync(copy));
    requireSoundContent(database, file);
    applyMigrations(database, migrations, () => new Date(0));
    database.pragma('query_only = ON');
    return database;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function requireNoWriter(file: string): void {
  const probe = openFile(file, { readonly: true, fileMustExist: true, timeout: 0 });
  try {
    probe.prepare('SELECT count(*) FROM sqlite_schema').get();
  } catch (error) {
    const failure = toStoreError(error, file);
    if (failure instanceof AppError && failure.code === 'PROJECT_READ_ONLY') return; // no log can be made: no writer
    throw failure;
  } finally {
    probe.close();
  }
}
