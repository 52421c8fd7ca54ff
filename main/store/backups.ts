import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type Failure, toFailure } from '../../shared/contract/errors.ts';
import { fileStamp, renameDurably, syncToDisk } from './files.ts';
import { type ProjectDatabase, toStoreError } from './statements.ts';

const KEPT_BACKUPS = 3;
const DAY_MS = 24 * 60 * 60 * 1000;

export type Backup = { readonly file: string; readonly madeAt: Date };
export type BackupResult =
  | { readonly kind: 'made'; readonly file: string }
  | { readonly kind: 'not-due' }
  | { readonly kind: 'failed'; readonly failure: Failure }; // the project is open all the same: show it to the user

/** Backups of a database file, newest first: backups/<file name>-<time> beside it. */
export function listBackups(databaseFile: string): Backup[] {
  const folder = backupFolder(databaseFile);
  if (!existsSync(folder)) return [];
  const prefix = `${path.basename(databaseFile)}-`;
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix))
    .map((name) => ({ file: path.join(folder, name), madeAt: parseStamp(name.slice(prefix.length)) }))
    .filter((backup) => !Number.isNaN(backup.madeAt.getTime()))
    .sort((a, b) => b.madeAt.getTime() - a.madeAt.getTime());
}

/** Makes a backup unless one of the last 24 hours exists (a clock set back counts as due); keeps the newest three. */
export function backUpDaily(database: ProjectDatabase, file: string, now: () => Date): BackupResult {
  const [newest] = listBackups(file);
  const isDue = newest === undefined || Math.abs(now().getTime() - newest.madeAt.getTime()) >= DAY_MS;
  if (!isDue) return { kind: 'not-due' };
  try {
    return { kind: 'made', file: makeBackup(database, file, now) };
  } catch (error) {
    return { kind: 'failed', failure: toFailure(toStoreError(error, backupFolder(file))) };
  }
}

/** Writes a compact copy to a temporary file, syncs it and renames it; then removes all but the newest three. */
export function makeBackup(database: ProjectDatabase, file: string, now: () => Date): string {
  const folder = backupFolder(file);
  mkdirSync(folder, { recursive: true });
  const temporary = path.join(folder, `unfinished-${path.basename(file)}`);
  const target = path.join(folder, `${path.basename(file)}-${fileStamp(now())}`);
  rmSync(temporary, { force: true });
  try {
    database.prepare('VACUUM INTO @temporary').run({ temporary });
    syncToDisk(temporary);
    renameDurably(temporary, target);
  } finally {
    rmSync(temporary, { force: true });
  }
  for (const old of listBackups(file).slice(KEPT_BACKUPS)) rmSync(old.file, { force: true });
  return target;
}

function backupFolder(databaseFile: string): string {
  return path.join(path.dirname(databaseFile), 'backups');
}

function parseStamp(stamp: string): Date {
  return new Date(stamp.replace(/^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)-(\d{3}Z)$/, '$1:$2:$3.$4'));
}
