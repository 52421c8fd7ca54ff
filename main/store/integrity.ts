import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { AppError } from '../../shared/contract/errors.ts';
import { APPLICATION_ID, latestVersion, migrations, newerProject, requireKnownSteps } from './migrations.ts';
import { openFile, type ProjectDatabase, toStoreError } from './statements.ts';

const HEADER_BYTES = 100;
const MAGIC = 'SQLite format 3\0';

/**
 * Checks a database file by its first 100 bytes, without opening it as a database and so without changing it.
 *
 * Throws PROJECT_DAMAGED (not a file, empty, too short, no SQLite header, not Thaw's) and PROJECT_NEWER.
 * Offsets: sqlite.org/fileformat2.html, sec. 1.3 (60: user version, 68: application id, big-endian).
 */
export function requireKnownHeader(file: string): void {
  const stats = statSync(file);
  if (!stats.isFile()) throw damaged(file, stats.isDirectory() ? 'it is a folder' : 'it is not a file');
  if (stats.size < HEADER_BYTES) throw damaged(file, `it is only ${stats.size} bytes long`);
  const header = Buffer.alloc(HEADER_BYTES);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, header, 0, HEADER_BYTES, 0);
  } finally {
    closeSync(descriptor);
  }
  if (header.toString('latin1', 0, MAGIC.length) !== MAGIC) throw damaged(file, 'its header is not one of SQLite');
  if (header.readUInt32BE(68) !== APPLICATION_ID) throw damaged(file, 'its header is not one of Thaw');
  const version = header.readUInt32BE(60);
  if (version > latestVersion) throw newerProject(file, version, latestVersion);
}

/** Runs SQLite's quick_check (pages, b-trees, constraints) and compares the applied steps. Throws as above. */
export function requireSoundContent(database: ProjectDatabase, file: string): void {
  const findings = database.pragma('quick_check(5)') as { quick_check: string }[];
  const complaints = findings.map((finding) => finding.quick_check).filter((text) => text !== 'ok');
  if (complaints.length > 0) throw damaged(file, complaints[0]!.replaceAll(/\s+/g, ' '));
  requireKnownSteps(database, migrations);
}

/** Both checks on a file that nobody has open, for example a backup; throws PROJECT_DAMAGED or PROJECT_NEWER. */
export function requireSound(file: string): void {
  requireKnownHeader(file);
  let database: ProjectDatabase | null = null;
  try {
    database = openFile(file, { fileMustExist: true, readonly: true });
    requireSoundContent(database, file);
  } catch (error) {
    throw toStoreError(error, file);
  } finally {
    database?.close();
  }
}

export function damaged(file: string, reason: string): AppError {
  return new AppError(
    'PROJECT_DAMAGED',
    `${file}: the project database is damaged: ${reason}. Open the project for writing, and Thaw restores its newest backup.`,
    { cause: reason },
  );
}
