/** Sorts that were made: listed, taken back, and photos of their review folders answered. */
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { Sha256 } from '../../../shared/domain/ids.ts';
import type { SortId, SortState } from '../../../shared/domain/sorting.ts';
import { sha256Hex } from '../../kernel/hashing.ts';
import { progressReporter } from '../../library/progress-reporter.ts';
import { carryOut } from '../../sorting/carry-out.ts';
import {
  type BeginEntry,
  type JournalEntry,
  journalFile,
  listSortIds,
  openJournal,
  readJournal,
} from '../../sorting/journal.ts';
import { FreeNames, folderNameOf } from '../../sorting/plan.ts';
import { undoSort } from '../../sorting/undo.ts';
import type { CommandContext } from '../dispatch.ts';
import type { Session } from '../session.ts';
import { importLibrary } from './import.ts';
import { labelPhotos } from './labels.ts';
import { runningSorts, sortsFolder } from './sort.ts';
import { MOST_TOLD_SKIPS } from './sort-plan.ts';

type Summary = CommandOutput<'sort.list'>['sorts'][number];

export async function listSorts(session: Session): Promise<CommandOutput<'sort.list'>> {
  const folder = sortsFolder(session);
  const found: Summary[] = [];
  for (const sortId of await listSortIds(folder)) {
    const entries = await readJournal(journalFile(folder, sortId)).catch(() => null); // damaged: nothing can be said of it
    if (entries !== null) found.push(summarise(entries));
  }
  return { sorts: found.sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1)) };
}

function summarise(entries: readonly JournalEntry[]): Summary {
  const { sortId, runId, ensembleId = null, mode, output, startedAt } = entries[0] as BeginEntry;
  const latest = new Map<string, string | null>(); // photo, by where it came from, to its class
  const origin = new Map<string, string>();
  for (const entry of entries) {
    if (entry.kind !== 'file') continue;
    const first = origin.get(entry.from) ?? entry.from;
    origin.set(entry.to, first);
    latest.set(first, entry.className);
  }
  const review = [...latest.values()].filter((name) => name === null).length;
  const unsure = entries.find((entry) => entry.kind === 'file' && entry.className === null);
  const reviewFolder = unsure?.kind === 'file' ? dirname(unsure.to) : null;
  const counts = { sorted: latest.size - review, review, reviewFolder };
  return { sortId, runId, ensembleId, mode, output, startedAt, state: stateOf(entries, sortId), ...counts };
}

function stateOf(entries: readonly JournalEntry[], sortId: SortId): SortState {
  if (entries.some(({ kind }) => kind === 'undone')) return 'undone';
  const end = entries.find((entry) => entry.kind === 'end');
  if (end === undefined) return runningSorts.has(sortId) ? 'done' : 'interrupted';
  return end.wasStopped ? 'stopped' : 'done';
}

/** Throws NOT_FOUND, INVALID_INPUT where the sort is still under way or was undone. */
export async function undoOneSort(
  session: Session,
  input: CommandInput<'sort.undo'>,
  context: CommandContext,
): Promise<CommandOutput<'sort.undo'>> {
  const { sorts } = await listSorts(session);
  const wanted = sorts.find(({ sortId, state }) =>
    input.sortId === null ? state !== 'undone' : sortId === input.sortId,
  );
  if (wanted === undefined) throw new AppError('NOT_FOUND', 'There is no sort to undo here.');
  requireQuiet(wanted);
  const report = progressReporter((progress) => context.onEvent({ kind: 'progress', progress }));
  const { sortId, restored, left, wasStopped } = await undoSort({
    journalPath: journalFile(sortsFolder(session), wanted.sortId),
    ...{ signal: context.signal, now: session.clock, onDone: (done, total) => report('undoing', done, total) },
  });
  return { sortId, restored, left: left.slice(0, MOST_TOLD_SKIPS), cancelled: wasStopped };
}

function requireQuiet({ sortId, state }: Summary): void {
  if (runningSorts.has(sortId)) throw new AppError('INVALID_INPUT', `${sortId} is still under way. Stop it first.`);
  if (state === 'undone') throw new AppError('INVALID_INPUT', `${sortId} was undone already.`);
}

/** The photo goes from review to the class's folder, in the same journal, and into the project with its label. */
export async function settlePhoto(
  session: Session,
  { sortId, path, className }: CommandInput<'sort.settle'>,
  context: CommandContext,
): Promise<CommandOutput<'sort.settle'>> {
  const journalPath = journalFile(sortsFolder(session), sortId);
  const entries = await readJournal(journalPath);
  requireQuiet(summarise(entries));
  const from = resolve(path);
  const own = entries.findLast((entry) => entry.kind === 'file' && entry.to === from);
  if (own?.kind !== 'file' || own.className !== null)
    throw new AppError('INVALID_INPUT', `${path}: is not one of the photos that ${sortId} left for review.`);
  const { output } = entries[0] as BeginEntry;
  const known = entries.find((entry) => entry.kind === 'file' && entry.className === className);
  const folder = known?.kind === 'file' ? dirname(known.to) : join(output, folderNameOf(className));
  if (!folder.startsWith(output + sep))
    throw new AppError('BUG', 'A class folder outside of its sort. Please report it.');
  const journal = await openJournal(journalPath, 'more');
  try {
    const carried = await carryOut({
      ...{ errands: [{ from, folder, className }], mode: 'move', sortId, output, journal, signal: context.signal },
      ...{ names: new FreeNames(), knownFolders: new Set<string>(), onDone: () => undefined },
    });
    const done = carried.done[0];
    if (done === undefined) throw failureOf(carried);
    return { path: done.to, imageId: await learnFrom(session, { path: done.to, className }, context) };
  } finally {
    await journal.close();
  }
}

function failureOf({ skipped }: Awaited<ReturnType<typeof carryOut>>): AppError {
  const failure = skipped[0]?.failure;
  return failure === undefined
    ? new AppError('CANCELLED', 'Stopped as asked.')
    : new AppError(failure.code, failure.message);
}

type Answered = { readonly path: string; readonly className: CommandInput<'sort.settle'>['className'] };

/** Answers become labels: the photo is copied into the project. */
async function learnFrom(session: Session, { path, className }: Answered, context: CommandContext): Promise<Sha256> {
  const imageId = Sha256.parse(sha256Hex(await readFile(path)));
  await importLibrary(session, { paths: [path], splitFromFolders: false }, context);
  labelPhotos(session, { imageIds: [imageId], className });
  return imageId;
}
