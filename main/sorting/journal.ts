/** What a sort is about to do, on the disk before it is done: a line an entry. */
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/contract/errors.ts';
import { EnsembleId } from '../../shared/domain/ensemble.ts';
import { RunId } from '../../shared/domain/ids.ts';
import { SortId, SortMode } from '../../shared/domain/sorting.ts';
import { syncFolder } from '../kernel/atomic-write.ts';
import { asWriteFailure, systemErrorCode } from '../kernel/system-error.ts';

const Path = z.string().min(1).max(8192);
const Nanoseconds = z.string().regex(/^-?\d{1,24}$/); // since 1970, too many digits for a JSON number

/** Enough to know a file again. Not its number on the disk: that is given to the next file once it is free. */
export const FileMark = z.strictObject({
  bytes: z.int().nonnegative(),
  modifiedNs: Nanoseconds,
});
export type FileMark = z.infer<typeof FileMark>;

export const JournalEntry = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('begin'),
    formatVersion: z.literal(1),
    sortId: SortId,
    runId: RunId,
    ensembleId: EnsembleId.optional(), // its members answered; the run is the best of them
    mode: SortMode,
    output: Path,
    surePercent: z.number(),
    startedAt: z.iso.datetime(),
  }),
  z.strictObject({ kind: z.literal('made-folder'), path: Path }),
  z.strictObject({ kind: z.literal('folder-times'), path: Path, accessedMs: z.number(), modifiedMs: z.number() }),
  z.strictObject({ kind: z.literal('made-file'), path: Path }),
  z.strictObject({
    kind: z.literal('file'),
    mode: SortMode,
    from: Path,
    to: Path,
    mark: FileMark,
    className: z.string().nullable(), // null: for review
  }),
  z.strictObject({ kind: z.literal('refused'), to: Path }), // the name was taken by another file meanwhile
  z.strictObject({
    kind: z.literal('end'),
    sorted: z.int(),
    review: z.int(),
    skipped: z.int(),
    wasStopped: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('undone'), undoneAt: z.iso.datetime() }),
]);
export type JournalEntry = z.infer<typeof JournalEntry>;
export type FileEntry = Extract<JournalEntry, { kind: 'file' }>;
export type BeginEntry = Extract<JournalEntry, { kind: 'begin' }>;

const SUFFIX = '.jsonl';
const MOST_LINE_LETTERS = 100_000;

export function journalFile(folder: string, sortId: SortId): string {
  return join(folder, `${sortId}${SUFFIX}`);
}

export type JournalWriter = {
  /** On the disk when it resolves. */
  readonly append: (entries: readonly JournalEntry[]) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** `mode`: 'new' refuses a journal that is there already. A line that a kill cut off is ended first. Throws DISK_FULL, FILE_PERMISSION. */
export async function openJournal(path: string, mode: 'new' | 'more'): Promise<JournalWriter> {
  const handle = await openHandle(path, mode);
  return {
    append: async (entries) => {
      if (entries.length === 0) return;
      const text = entries.map((entry) => `${JSON.stringify(JournalEntry.parse(entry))}\n`).join('');
      try {
        await handle.appendFile(text, 'utf8');
        await handle.sync();
      } catch (error) {
        throw asWriteFailure(path, error);
      }
    },
    close: () => handle.close(),
  };
}

async function openHandle(path: string, mode: 'new' | 'more'): Promise<FileHandle> {
  try {
    const handle = await open(path, mode === 'new' ? 'ax+' : 'a+');
    const { size } = await handle.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await handle.read(last, 0, 1, size - 1);
    if (size > 0 && last.toString('latin1') !== '\n') await handle.appendFile('\n');
    if (mode === 'new') await syncFolder(dirname(path));
    return handle;
  } catch (error) {
    throw asWriteFailure(path, error);
  }
}

/**
 * The entries in order. What a kill cut off in the middle is passed over: it was not acted on yet.
 *
 * Throws NOT_FOUND, PROJECT_DAMAGED where it is no journal.
 */
export async function readJournal(path: string): Promise<readonly JournalEntry[]> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') throw new AppError('NOT_FOUND', `${path}: there is no such sort here.`);
    throw error;
  });
  const entries: JournalEntry[] = [];
  try {
    for await (const line of handle.readLines({ encoding: 'utf8' })) {
      const entry = line.length > MOST_LINE_LETTERS ? null : parseLine(line);
      if (entry !== null) entries.push(entry);
    }
  } finally {
    await handle.close();
  }
  if (entries[0]?.kind !== 'begin') throw new AppError('PROJECT_DAMAGED', `${path}: this is no journal of a sort.`);
  return entries;
}

function parseLine(line: string): JournalEntry | null {
  try {
    return JournalEntry.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/** The sorts whose journals are in a folder, in no order. */
export async function listSortIds(folder: string): Promise<SortId[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  });
  return names.flatMap((name) => {
    const parsed = SortId.safeParse(name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : '');
    return parsed.success ? [parsed.data] : [];
  });
}
