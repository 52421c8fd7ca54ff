/** The list of projects opened lately, newest first. */
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { RecentProject } from '../../shared/contract/shell.ts';
import type { Remembered } from './state-file.ts';

const KEPT = 12;
type Entry = Remembered['recent'][number];

export function withProject(recent: readonly Entry[], folder: string, now: Date): Entry[] {
  return [{ folder, openedAt: now.toISOString() }, ...withoutProject(recent, folder)].slice(0, KEPT);
}

export function withoutProject(recent: readonly Entry[], folder: string): Entry[] {
  return recent.filter((entry) => entry.folder !== folder);
}

export function describeRecent(recent: readonly Entry[]): RecentProject[] {
  return recent.map((entry) => ({ ...entry, name: projectName(entry.folder), isThere: isProject(entry.folder) }));
}

export function projectName(folder: string): string {
  return basename(folder, '.thaw');
}

export function isProject(folder: string): boolean {
  return existsSync(join(folder, 'thaw.sqlite')) || existsSync(join(folder, 'backups'));
}

/**
 * The project among the arguments of a start or of a double click: a folder, or a `.thaw` file in one; null: none.
 *
 * Where there is none, a folder that is no project is answered all the same: its photos are offered for import.
 */
export function projectInArguments(given: readonly string[], workingFolder: string): string | null {
  const paths = given
    .filter((argument) => !argument.startsWith('-'))
    .map((argument) => resolve(workingFolder, argument));
  const projects = paths.map(projectFolderOf).filter((folder) => folder !== null);
  return projects[0] ?? paths.find(isFolder) ?? null;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** The project that a path stands for: itself, or the folder of a `.thaw` file; null where it is none. */
export function projectFolderOf(path: string): string | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory() && isProject(path)) return path;
  if (stats?.isFile() && extname(path).toLowerCase() === '.thaw' && isProject(dirname(path))) return dirname(path);
  return null;
}
