import { existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../shared/contract/errors.ts';
import type { RunId } from '../../shared/domain/ids.ts';
import { type BackupResult, listBackups } from './backups.ts';
import { openDatabase } from './database.ts';
import type { Recovery } from './recovery.ts';
import { markInterruptedRuns } from './runs.ts';
import { type ProjectDatabase, toStoreError, writeRow } from './statements.ts';
import { pauseDeadSweeps } from './sweeps.ts';

export type ProjectFolders = {
  readonly images: string;
  readonly thumbs: string;
  readonly features: string;
  readonly runs: string;
  readonly previews: string; // large views and augmented pictures: may go at any time
};
export type Project = {
  readonly folder: string; // absolute
  readonly folders: ProjectFolders;
  readonly database: ProjectDatabase;
  readonly readOnly: boolean;
  readonly interruptedRuns: readonly RunId[]; // marked at this open
  readonly backup: BackupResult;
  readonly recovered?: Recovery; // tell the user
  readonly close: () => void;
};
export type OpenProjectOptions = {
  readonly clock: () => Date;
  readonly create?: boolean; // make the project where there is none; otherwise PROJECT_MISSING
  readonly readOnly?: boolean;
};

/**
 * Opens the project in a folder. Take the lock of lock.ts first, unless readOnly.
 *
 * Runs that a dead process left as running are marked as interrupted. Errors: those of openDatabase.
 */
export function openProject(folder: string, options: OpenProjectOptions): Project {
  const root = path.resolve(folder);
  const file = path.join(root, 'thaw.sqlite');
  requireProject(root, file, options.create === true && options.readOnly !== true);
  const folders = namedFolders(root);
  if (!options.readOnly) makeFolders(root, folders);
  const opened = openDatabase(file, { now: options.clock, readOnly: options.readOnly ?? false });
  const { database } = opened;
  try {
    if (!opened.readOnly) insertProject(database, path.basename(root), options.clock());
    const interruptedRuns = opened.readOnly ? [] : markInterruptedRuns(database, options.clock());
    if (!opened.readOnly) pauseDeadSweeps(database);
    return { ...opened, folder: root, folders, interruptedRuns, close: () => database.close() };
  } catch (error) {
    database.close();
    throw error;
  }
}

function requireProject(root: string, file: string, mayCreate: boolean): void {
  if (existsSync(root) && !statSync(root).isDirectory()) {
    throw new AppError('INVALID_INPUT', `${root}: this is a file. A project is a folder: choose one.`);
  }
  const isThere = existsSync(file) || listBackups(file).length > 0;
  if (isThere || mayCreate) return;
  throw new AppError(
    'PROJECT_MISSING',
    `${root}: there is no Thaw project in this folder. Choose another, or make one.`,
  );
}

function namedFolders(root: string): ProjectFolders {
  const inside = (name: string): string => path.join(root, name);
  return {
    images: inside('images'),
    thumbs: inside('thumbs'),
    features: inside('features'),
    runs: inside('runs'),
    previews: inside('previews'),
  };
}

function makeFolders(root: string, folders: ProjectFolders): void {
  try {
    for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  } catch (error) {
    const isInTheWay = error instanceof Error && 'code' in error && ['EEXIST', 'ENOTDIR'].includes(String(error.code));
    if (!isInTheWay) throw toStoreError(error, root);
    const advice = 'Move it away, or choose another folder.';
    throw new AppError('INVALID_INPUT', `${root}: a file stands where a folder of the project belongs. ${advice}`, {
      cause: error,
    });
  }
}

function insertProject(database: ProjectDatabase, name: string, createdAt: Date): void {
  writeRow(
    database,
    `INSERT INTO project (id, name, created_at) VALUES (1, @name, @createdAt) ON CONFLICT (id) DO NOTHING`,
    { name: name.slice(0, 200) || 'project', createdAt: createdAt.toISOString() },
  );
}
