import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { AppError } from '../../shared/contract/errors.ts';
import { type BackupResult, backUpDaily, listBackups, makeBackup } from './backups.ts';
import { renameDurably } from './files.ts';
import { requireKnownHeader, requireSoundContent } from './integrity.ts';
import { applyMigrations, latestVersion, migrations, readVersion } from './migrations.ts';
import { type Recovery, recoverDatabase } from './recovery.ts';
import { openSnapshot } from './snapshot.ts';
import { openFile, type ProjectDatabase, toStoreError } from './statements.ts';

export type OpenOptions = {
  readonly now: () => Date;
  readonly readOnly?: boolean;
  readonly busyTimeoutMs?: number; // how long to wait for another process; 1000 unless told
};
export type OpenedDatabase = {
  readonly database: ProjectDatabase; // the caller closes it
  readonly readOnly: boolean;
  readonly backup: BackupResult;
  readonly recovered?: Recovery; // tell the user
};

/**
 * Opens a project database, making it where there is none; the process then owns it alone until it is closed.
 *
 * A damaged database is moved aside and the newest sound backup put in its place (`recovered`); PROJECT_DAMAGED where
 * there is none. Others: PROJECT_NEWER (untouched), PROJECT_LOCKED, PROJECT_READ_ONLY, DISK_FULL, PROJECT_MISSING (only
 * with readOnly). With readOnly the result is a copy in memory, brought to the latest format there; nothing is written.
 */
export function openDatabase(file: string, options: OpenOptions): OpenedDatabase {
  try {
    if (options.readOnly) return { database: openSnapshot(file), readOnly: true, backup: { kind: 'not-due' } };
    return openForWriting(file, options);
  } catch (error) {
    throw toStoreError(error, file);
  }
}

function openForWriting(file: string, options: OpenOptions): OpenedDatabase {
  requireWritableFolder(file);
  const isNew = !existsSync(file) && !existsSync(`${file}-wal`) && listBackups(file).length === 0;
  if (isNew) {
    createFile(file, options);
    return { database: openSound(file, options), readOnly: false, backup: { kind: 'not-due' } };
  }
  const { database, recovered } = openOrRecover(file, options);
  const backup = backUpDaily(database, file, options.now);
  return { database, readOnly: false, backup, ...(recovered === undefined ? {} : { recovered }) };
}

function openOrRecover(file: string, options: OpenOptions): { database: ProjectDatabase; recovered?: Recovery } {
  let reason = 'the file is missing';
  if (existsSync(file)) {
    try {
      return { database: openSound(file, options) };
    } catch (error) {
      const failure = toStoreError(error, file);
      if (!(failure instanceof AppError) || failure.code !== 'PROJECT_DAMAGED') throw failure;
      reason = typeof failure.cause === 'string' ? failure.cause : 'SQLite cannot read it';
    }
  }
  const recovered = recoverDatabase(file, reason, options.now);
  return { database: openSound(file, options), recovered };
}

/** Opens, checks, locks and migrates an existing file; closes it again when any of that fails. */
function openSound(file: string, options: OpenOptions): ProjectDatabase {
  requireKnownHeader(file);
  closeSync(openSync(file, 'r+')); // EACCES here, not at the first write
  const database = openFile(file, { fileMustExist: true, timeout: options.busyTimeoutMs ?? 1000 });
  try {
    setUp(database);
    requireSoundContent(database, file);
    if (readVersion(database) < latestVersion) makeBackup(database, file, options.now);
    applyMigrations(database, migrations, options.now);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Exclusive locking: the first transaction takes a lock of the operating system that ends with the process, so neither
 * a second writer nor a stale lock is possible; and WAL then needs no shared memory.
 */
function setUp(database: ProjectDatabase): void {
  database.pragma('locking_mode = EXCLUSIVE');
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  database.pragma('trusted_schema = OFF');
  database.exec('BEGIN IMMEDIATE; COMMIT');
}

/** Makes the file under another name and renames it when it is whole: a crash leaves no empty database behind. */
function createFile(file: string, options: OpenOptions): void {
  const unfinished = `${file}.unfinished-${process.pid}`;
  for (const suffix of ['', '-journal']) rmSync(unfinished + suffix, { force: true });
  const database = openFile(unfinished, {});
  try {
    applyMigrations(database, migrations, options.now);
    database.close();
    renameDurably(unfinished, file);
  } catch (error) {
    database.close();
    for (const suffix of ['', '-journal']) rmSync(unfinished + suffix, { force: true });
    throw error;
  }
}

function requireWritableFolder(file: string): void {
  const probe = `${file}.probe-${process.pid}`;
  closeSync(openSync(probe, 'w'));
  rmSync(probe, { force: true });
}
