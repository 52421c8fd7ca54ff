/** Takes a sort back, however far it came: the journal backwards, judged by what is on the disk. */
import { mkdir, rmdir, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError, type Failure, toFailure } from '../../shared/contract/errors.ts';
import { systemErrorCode } from '../kernel/system-error.ts';
import { findMark, haveSameBytes, isAlike, moveFile, partOf, setTimes } from './file-moves.ts';
import {
  type BeginEntry,
  type FileEntry,
  type FileMark,
  type JournalEntry,
  openJournal,
  readJournal,
} from './journal.ts';

export type Undone = {
  readonly sortId: BeginEntry['sortId'];
  readonly restored: number; // photos that are back, or were never moved
  readonly left: readonly { readonly path: string; readonly failure: Failure }[]; // that somebody changed since: nothing was done to them
  readonly wasStopped: boolean;
};

export type UndoRequest = {
  readonly journalPath: string;
  readonly signal: AbortSignal;
  readonly onDone: (done: number, total: number) => void;
  readonly now: () => Date;
};

/** May be stopped, or killed, and called again. Throws NOT_FOUND. */
export async function undoSort({ journalPath, signal, onDone, now }: UndoRequest): Promise<Undone> {
  const entries = await readJournal(journalPath);
  const { sortId } = entries[0] as BeginEntry;
  const files = fileEntries(entries).reverse();
  const left: Undone['left'][number][] = [];
  let restored = 0;
  for (const [at, entry] of files.entries()) {
    if (signal.aborted) return { sortId, restored, left, wasStopped: true };
    try {
      await undoFile(entry, sortId);
      restored += 1;
    } catch (error) {
      left.push({ path: entry.to, failure: toFailure(error) });
    }
    if (at % 16 === 15 || at === files.length - 1) onDone(at + 1, files.length);
  }
  await undoFolders(entries);
  if (left.length === 0) {
    const journal = await openJournal(journalPath, 'more');
    await journal.append([{ kind: 'undone', undoneAt: now().toISOString() }]);
    await journal.close();
  }
  return { sortId, restored: countPhotos(entries) - left.length, left, wasStopped: false };
}

/** Those whose names were free. */
function fileEntries(entries: readonly JournalEntry[]): FileEntry[] {
  const refused = new Set(entries.filter((entry) => entry.kind === 'refused').map(({ to }) => to));
  return entries.filter((entry) => entry.kind === 'file').filter(({ to }) => !refused.has(to));
}

/** Photos that were taken along; one that went on from review counts once. */
function countPhotos(entries: readonly JournalEntry[]): number {
  const files = fileEntries(entries);
  const targets = new Set(files.map(({ to }) => to));
  return new Set(files.map(({ from }) => from).filter((from) => !targets.has(from))).size;
}

async function undoFile(entry: FileEntry, sortId: string): Promise<void> {
  const { from, to, mark, mode } = entry;
  await unlinkIfThere(partOf(to, sortId));
  await unlinkIfThere(partOf(from, sortId));
  const before = await findMark(from);
  const after = await findMark(to);
  if (after === null) return requireThere(before, entry);
  if (isPlaceholder(after, mark) && before !== null && !isPlaceholder(before, mark)) return await unlink(to);
  if (mode === 'copy') return await undoCopy(entry, { before, after });
  await undoMove(entry, { before, after }, sortId);
}

/** A name that was taken, and a photo that did not come there before the end. */
const isPlaceholder = (found: FileMark, photo: FileMark): boolean => found.bytes === 0 && photo.bytes > 0;

/** Neither of the two names: the photo was taken elsewhere. A copy that is gone is nothing to undo. */
function requireThere(before: FileMark | null, { from, mode }: FileEntry): void {
  if (before !== null || mode === 'copy') return;
  throw new AppError('IMAGE_MISSING', `${from}: the photo is in neither place any more. Nothing was done.`);
}

type Found = { readonly before: FileMark | null; readonly after: FileMark };

async function undoCopy({ from, to }: FileEntry, { before }: Found): Promise<void> {
  if (before !== null && (await haveSameBytes(from, to))) return await unlink(to);
  throw new AppError(
    'INVALID_INPUT',
    `${to}: ${before === null ? 'the original is gone' : 'it is not the same as the original any more'}, so the copy stays.`,
  );
}

async function undoMove({ from, to, mark }: FileEntry, { before, after }: Found, sortId: string): Promise<void> {
  const isPhoto = (found: FileMark): boolean => isAlike(found, mark);
  if (!isPhoto(after)) {
    if (before !== null && isPhoto(before)) return; // it never went, or is back
    throw new AppError('INVALID_INPUT', `${to}: another file has taken this name, so it stays.`);
  }
  if (before !== null && isPlaceholder(before, mark))
    await unlink(from); // of an undo that was killed
  else if (before !== null) return await removeDouble(from, to);
  await mkdir(dirname(from), { recursive: true });
  if (!(await moveFile(to, from, sortId)))
    throw new AppError('INVALID_INPUT', `${from}: another file has taken this name, so ${to} stays.`);
}

/** Killed between copying across disks and removing the original: both are there. */
async function removeDouble(from: string, to: string): Promise<void> {
  if (await haveSameBytes(from, to)) return await unlink(to);
  throw new AppError('INVALID_INPUT', `${from}: another file has taken this name, so ${to} stays.`);
}

/** Made files and folders go, where the latter are empty; then the others get their times back, the inner ones first. */
async function undoFolders(entries: readonly JournalEntry[]): Promise<void> {
  for (const entry of entries.toReversed()) {
    if (entry.kind === 'made-file') await unlinkIfThere(entry.path);
    if (entry.kind === 'made-folder') await removeIfEmpty(entry.path);
  }
  for (const entry of entries.toReversed()) {
    if (entry.kind === 'folder-times')
      await setTimes(entry.path, entry.accessedMs, entry.modifiedMs).catch(() => undefined); // gone, or another's
  }
}

async function unlinkIfThere(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (systemErrorCode(error) !== 'ENOENT' && systemErrorCode(error) !== 'ENOTDIR') throw error;
  });
}

async function removeIfEmpty(path: string): Promise<void> {
  await rmdir(path).catch((error: unknown) => {
    const code = systemErrorCode(error);
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(code)) throw error;
  });
}
