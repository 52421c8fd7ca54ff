/** Does what a plan says, batch by batch: the journal first, then the files. */
import { lstat, mkdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { type Failure, toFailure } from '../../shared/contract/errors.ts';
import type { SortId, SortMode } from '../../shared/domain/sorting.ts';
import { syncFolder } from '../kernel/atomic-write.ts';
import { asReadFailure, systemErrorCode } from '../kernel/system-error.ts';
import { copyWhole, findMark, moveFile } from './file-moves.ts';
import type { FileEntry, JournalEntry, JournalWriter } from './journal.ts';
import type { FreeNames } from './plan.ts';

const BATCH_FILES = 32; // of which a cancel waits for at most

/** One file and the folder that it is to go to. */
export type Errand = { readonly from: string; readonly folder: string; readonly className: string | null };

export type CarryOutRequest = {
  readonly errands: readonly Errand[];
  readonly mode: SortMode;
  readonly sortId: SortId;
  readonly output: string;
  readonly journal: JournalWriter;
  readonly names: FreeNames;
  readonly knownFolders: Set<string>; // whose times, or making, are in the journal already
  readonly signal: AbortSignal;
  readonly onDone: (done: number) => void;
};
export type CarriedOut = {
  readonly done: readonly FileEntry[]; // where they are now
  readonly skipped: readonly { readonly path: string; readonly failure: Failure }[];
  readonly wasStopped: boolean;
};

/** What fails for one file leaves the file where it is and the rest goes on. Throws DISK_FULL where the journal cannot be kept. */
export async function carryOut(request: CarryOutRequest): Promise<CarriedOut> {
  const { errands, signal, onDone } = request;
  const done: FileEntry[] = [];
  const skipped: { path: string; failure: Failure }[] = [];
  for (let at = 0; at < errands.length; at += BATCH_FILES) {
    if (signal.aborted) return { done, skipped, wasStopped: true };
    const outcome = await carryBatch(request, errands.slice(at, at + BATCH_FILES));
    done.push(...outcome.done);
    skipped.push(...outcome.skipped);
    onDone(Math.min(at + BATCH_FILES, errands.length));
  }
  return { done, skipped, wasStopped: false };
}

type Batch = { readonly done: FileEntry[]; readonly skipped: { path: string; failure: Failure }[] };

async function carryBatch(request: CarryOutRequest, errands: readonly Errand[]): Promise<Batch> {
  const { journal, names, mode, sortId } = request;
  const skipped: Batch['skipped'] = [];
  const intents: FileEntry[] = [];
  for (const { from, folder, className } of errands) {
    const mark = await findMark(from).catch(() => null);
    if (mark === null) skipped.push({ path: from, failure: toFailure(asReadFailure(from, missing())) });
    else intents.push({ kind: 'file', mode, from, to: await names.take(folder, basename(from)), mark, className });
  }
  await prepareFolders(request, intents);
  await journal.append(intents);
  const done: FileEntry[] = [];
  for (const intent of intents) {
    try {
      done.push(await carryFile(intent, { journal, names, sortId }));
    } catch (error) {
      skipped.push({ path: intent.from, failure: toFailure(error) });
    }
  }
  const touched = new Set(done.flatMap(({ from, to }) => [dirname(from), dirname(to)]));
  for (const folder of touched) await syncFolder(folder).catch(() => undefined); // a folder that cannot be read can be written
  return { done, skipped };
}

function missing(): Error {
  return Object.assign(new Error('it is gone'), { code: 'ENOENT' });
}

type Carrying = Pick<CarryOutRequest, 'journal' | 'names' | 'sortId'>;

/** Where the name was taken in the meantime, the next free one is written to the journal first. */
async function carryFile(intent: FileEntry, { journal, names, sortId }: Carrying): Promise<FileEntry> {
  for (let entry = intent; ; ) {
    const carry = entry.mode === 'move' ? moveFile : copyWhole;
    if (await carry(entry.from, entry.to, sortId)) return entry;
    const refused = { kind: 'refused', to: entry.to } as const;
    entry = { ...entry, to: await names.take(dirname(entry.to), basename(entry.from)) };
    await journal.append([refused, entry]);
  }
}

/** Folders are made, or their times kept, before anything in them changes. */
async function prepareFolders(request: CarryOutRequest, intents: readonly FileEntry[]): Promise<void> {
  const { knownFolders, journal, output, mode } = request;
  const wanted = [
    output,
    ...intents.flatMap(({ from, to }) => (mode === 'move' ? [dirname(from), dirname(to)] : [dirname(to)])),
  ];
  for (const folder of new Set(wanted)) {
    if (knownFolders.has(folder)) continue;
    await makeKnown(folder, { journal, knownFolders });
  }
}

type Knowing = Pick<CarryOutRequest, 'journal' | 'knownFolders'>;

/** Parents first, since making a folder changes its parent's times. */
async function makeKnown(folder: string, knowing: Knowing): Promise<void> {
  const { journal, knownFolders } = knowing;
  const stats = await lstat(folder).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (stats === null) {
    if (!knownFolders.has(dirname(folder))) await makeKnown(dirname(folder), knowing);
    await journal.append([{ kind: 'made-folder', path: folder }]);
    await mkdir(folder);
  } else {
    const { atimeMs: accessedMs, mtimeMs: modifiedMs } = stats;
    const times: JournalEntry = { kind: 'folder-times', path: folder, accessedMs, modifiedMs };
    await journal.append([times]);
  }
  knownFolders.add(folder);
}
