import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { AppError, ErrorCode } from '../../shared/contract/errors.ts';
import { asReadFailure } from '../kernel/system-error.ts';
import { sortedNaturally } from './natural-order.ts';

export type WalkEntry =
  | { readonly kind: 'file'; readonly path: string; readonly folders: readonly string[] } // names of the folders below the root
  | { readonly kind: 'problem'; readonly path: string; readonly code: ErrorCode; readonly message: string };

type Folder = { readonly path: string; readonly folders: readonly string[] };

const PASSED_OVER = new Set(['thumbs.db', 'desktop.ini', '__macosx', '$recycle.bin', 'system volume information']);

/**
 * The files below the given files and folders, one after the other, each folder in the order of its names as people count:
 * 2 before 10.
 *
 * Links below a root are not followed but reported; hidden names and system files are passed over without a word. What cannot
 * be read becomes a 'problem' and the rest goes on. Iterative: depth costs no stack. Ends early when `signal` aborts.
 */
export async function* walkFiles(roots: readonly string[], signal?: AbortSignal): AsyncGenerator<WalkEntry, void> {
  for (const root of roots) {
    if (signal?.aborted) return;
    const path = resolve(root);
    let found: Stats;
    try {
      found = await stat(path); // a root was chosen by hand: a link is meant
    } catch (error) {
      yield problem(path, asReadFailure(path, error));
      continue;
    }
    if (found.isDirectory()) yield* walkFolder(path, signal);
    else if (found.isFile()) yield { kind: 'file', path, folders: [] };
    else yield notRegular(path);
  }
}

async function* walkFolder(root: string, signal: AbortSignal | undefined): AsyncGenerator<WalkEntry, void> {
  const waiting: Folder[] = [{ path: root, folders: [] }];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    if (signal?.aborted) return;
    let entries: Dirent[];
    try {
      entries = await readdir(folder.path, { withFileTypes: true });
    } catch (error) {
      yield problem(folder.path, asReadFailure(folder.path, error));
      continue;
    }
    const below: Folder[] = [];
    for (const entry of sortedNaturally(entries)) {
      if (signal?.aborted) return;
      if (isPassedOver(entry.name)) continue;
      const path = join(folder.path, entry.name);
      const kind = await kindOf(entry, path);
      if (kind === 'folder') below.push({ path, folders: [...folder.folders, entry.name] });
      else if (kind === 'file') yield { kind: 'file', path, folders: folder.folders };
      else yield kind === 'link' ? link(path) : notRegular(path);
    }
    waiting.push(...below.reverse()); // the last one is taken first
  }
}

export function isPassedOver(name: string): boolean {
  return name.startsWith('.') || PASSED_OVER.has(name.toLowerCase());
}

/** Some network file systems give no type with the name; then the file itself is asked. */
async function kindOf(entry: Dirent, path: string): Promise<'file' | 'folder' | 'link' | 'other'> {
  const known = entry.isFile() || entry.isDirectory() || entry.isSymbolicLink();
  const facts = known ? entry : await lstat(path).catch(() => entry);
  if (facts.isSymbolicLink()) return 'link';
  if (facts.isDirectory()) return 'folder';
  return facts.isFile() ? 'file' : 'other';
}

function problem(path: string, error: AppError): WalkEntry {
  return { kind: 'problem', path, code: error.code, message: error.message };
}

function link(path: string): WalkEntry {
  const message = `${path}: is a link; links are not followed. Add the file or folder it points to.`;
  return { kind: 'problem', path, code: 'FILE_LINK', message };
}

function notRegular(path: string): WalkEntry {
  const message = `${path}: "${basename(path)}" is neither a file nor a folder (a device or a pipe). Leave it out.`;
  return { kind: 'problem', path, code: 'IMAGE_UNREADABLE', message };
}
