import Sqlite from 'better-sqlite3';
import { AppError } from '../../shared/contract/errors.ts';

/** An open project database; whoever opened it closes it. */
export type ProjectDatabase = Sqlite.Database;
export type Value = string | number | bigint | Buffer | null;
export type Parameters = Readonly<Record<string, Value>>;

const cachedStatements = new WeakMap<ProjectDatabase, Map<string, Sqlite.Statement<[Parameters], unknown>>>();

/** Opens a file as it is, without any check or setting; throws SqliteError. */
export function openFile(file: string, options: Sqlite.Options): ProjectDatabase {
  return new Sqlite(file, options);
}

/** A database in memory from the bytes of a file that is not in WAL mode. */
export function openBytes(bytes: Buffer): ProjectDatabase {
  return new Sqlite(bytes);
}

/** All rows of a statement with named parameters; `Row` is what its columns hold (STRICT tables vouch for the types). */
export function readRows<Row>(database: ProjectDatabase, sql: string, parameters: Parameters = {}): Row[] {
  return translated(database.name, () => prepared(database, sql).all(parameters)) as Row[];
}

export function findRow<Row>(database: ProjectDatabase, sql: string, parameters: Parameters = {}): Row | null {
  return translated(database.name, () => prepared(database, sql).get(parameters) ?? null) as Row | null;
}

/** Runs a writing statement; the number of rows it changed and the last rowid. */
export function writeRow(database: ProjectDatabase, sql: string, parameters: Parameters = {}): Sqlite.RunResult {
  return translated(database.name, () => prepared(database, sql).run(parameters));
}

/** Runs `work` in one immediate transaction: all of it is kept or nothing. Inside another one it is a savepoint. */
export function inTransaction<T>(database: ProjectDatabase, work: () => T): T {
  return translated(database.name, () => database.transaction(work).immediate());
}

function prepared(database: ProjectDatabase, sql: string): Sqlite.Statement<[Parameters], unknown> {
  const statements = cachedStatements.get(database) ?? new Map<string, Sqlite.Statement<[Parameters], unknown>>();
  cachedStatements.set(database, statements);
  const statement = statements.get(sql) ?? database.prepare<Parameters, unknown>(sql);
  statements.set(sql, statement);
  return statement;
}

function translated<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toStoreError(error, file);
  }
}

/** An SQLite or file-system error as an AppError where it is an expected one; anything else as it came. */
export function toStoreError(error: unknown, file: string): unknown {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const cause = { cause: error };
  if (['SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE', 'ENOSPC', 'EDQUOT'].includes(code)) {
    const advice = 'Nothing was half written. Free some space and try again.';
    return new AppError('DISK_FULL', `${file}: the disk is full. ${advice}`, cause);
  }
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    const advice = 'Close the other Thaw and try again.';
    return new AppError('PROJECT_LOCKED', `${file}: another process is using this project. ${advice}`, cause);
  }
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) {
    const advice = 'Close and open the project again: Thaw then restores its newest backup.';
    return new AppError('PROJECT_DAMAGED', `${file}: the database is damaged (${code}). ${advice}`, cause);
  }
  if (/^SQLITE_(READONLY|PERM|CANTOPEN)/.test(code) || ['EACCES', 'EPERM', 'EROFS'].includes(code)) {
    const advice = 'Give yourself permission to write there, or open the project for reading only.';
    return new AppError('PROJECT_READ_ONLY', `${file}: it cannot be written (${code}). ${advice}`, cause);
  }
  return error;
}
