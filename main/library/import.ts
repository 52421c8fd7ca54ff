import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, type ErrorCode } from '../../shared/contract/errors.ts';
import type { Progress } from '../../shared/contract/progress.ts';
import type { ClassName, SplitSide } from '../../shared/domain/ids.ts';
import type { Inspection } from '../imaging/inspection.ts';
import type { ImagingPool } from '../imaging/pool.ts';
import { labelFromFolders } from './folder-labels.ts';
import { progressReporter } from './progress-reporter.ts';
import { type WalkEntry, walkFiles } from './walk.ts';

export type ImportItem = {
  readonly path: string;
  readonly className: ClassName | null;
  readonly side: SplitSide | null;
  readonly inspection: Inspection;
};
/** duplicate: the same bytes are there already; conflict: they are there under another class. `sameAs` is that photo's path. */
export type SinkAnswer =
  | { readonly kind: 'imported' }
  | { readonly kind: 'duplicate'; readonly sameAs: string }
  | { readonly kind: 'conflict'; readonly sameAs: string; readonly className: ClassName | null };
/** Where photos go, many at a time, in the order in which they were found; one answer for each. Their files last by then. */
export type ImportSink = { add(items: readonly ImportItem[]): Promise<readonly SinkAnswer[]> };

export type Skipped = { readonly path: string; readonly code: ErrorCode; readonly message: string };
/** found = imported + duplicates + conflicts + skipped + notReached, always. */
export type ImportSummary = {
  readonly found: number;
  readonly imported: number;
  readonly duplicates: readonly { readonly path: string; readonly sameAs: string }[];
  readonly conflicts: readonly {
    readonly path: string;
    readonly sameAs: string;
    readonly className: ClassName | null; // of this file's folder
    readonly otherClassName: ClassName | null; // of the photo that is there already
  }[];
  readonly skipped: readonly Skipped[];
  readonly notReached: number; // left when it was cancelled; otherwise 0
  readonly cancelled: boolean;
};

export type ImportOptions = {
  readonly roots: readonly string[];
  readonly splitFromFolders: boolean;
  readonly thumbnailFolder: string;
  readonly copyFolder: string | null; // null: photos stay where they are
  readonly pool: Pick<ImagingPool, 'inspect'>;
  readonly sink: ImportSink;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  readonly now?: () => number; // milliseconds of a monotonic clock
};

const IN_FLIGHT = 768; // so many that no child of the pool waits while some are kept
const TOGETHER = 256; // photos that are written into the database at once, where they come fast enough
const PATIENCE_MS = 200;

type Looked = { readonly path: string } & (
  | { readonly ok: true; readonly item: ImportItem }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string }
);
type Tally = { -readonly [Key in 'imported' | 'duplicates' | 'conflicts' | 'skipped']: Mutable<ImportSummary[Key]> };
type Mutable<T> = T extends readonly (infer Item)[] ? Item[] : T;

/**
 * Brings photos into a project: walks the roots, looks at each file in the pool, hands the good ones to the sink.
 *
 * One bad file never ends the import. On abort what is in flight is dropped, what was imported stays. Throws what the sink throws, and
 * DISK_FULL as soon as a copy or thumbnail cannot be written: going on would skip every further photo.
 */
export async function importPhotos(options: ImportOptions): Promise<ImportSummary> {
  const { signal } = options;
  const report = progressReporter(options.onProgress, options.now);
  const entries: WalkEntry[] = [];
  for await (const entry of walkFiles(options.roots, signal)) {
    entries.push(entry);
    report('scanning', entries.length, null);
  }
  const tally: Tally = { imported: 0, duplicates: [], conflicts: [], skipped: [] };
  const flight: Flight[] = [];
  let next = 0;
  let done = 0;
  const aborted = whenAborted(signal); // a slow file must not keep the user waiting
  report('importing', 0, entries.length);
  while (done < entries.length && !signal?.aborted) {
    while (flight.length < IN_FLIGHT && next < entries.length) {
      flight.push(takeOff(lookAt(entries[next]!, options)));
      next += 1;
    }
    await Promise.race([flight[Math.min(TOGETHER, flight.length) - 1]!.landing, sleep(PATIENCE_MS), aborted]);
    await Promise.race([flight[0]!.landing, aborted]);
    if (signal?.aborted) break;
    const landed = takeLanded(flight);
    await settle(landed, tally, options);
    done += landed.length;
    report('importing', done, entries.length);
  }
  const notReached = entries.length - done;
  return { found: entries.length, ...tally, notReached, cancelled: signal?.aborted ?? false };
}

type Flight = { readonly landing: Promise<Looked>; looked: Looked | null };

function takeOff(landing: Promise<Looked>): Flight {
  const flight: Flight = { landing, looked: null };
  void landing.then((looked) => {
    flight.looked = looked;
  });
  return flight;
}

/** Takes those at the front that were looked at, to be kept together. */
function takeLanded(flights: Flight[]): Looked[] {
  const end = flights.findIndex(({ looked }) => looked === null);
  return flights.splice(0, end === -1 ? flights.length : end).flatMap(({ looked }) => looked ?? []);
}

function whenAborted(signal: AbortSignal | undefined): Promise<null> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve(null);
    signal?.addEventListener('abort', () => resolve(null), { once: true });
  });
}

async function lookAt(entry: WalkEntry, options: ImportOptions): Promise<Looked> {
  const { path } = entry;
  if (entry.kind === 'problem') return { ok: false, path, code: entry.code, message: entry.message };
  const label = labelFromFolders(entry.folders, options.splitFromFolders);
  if (!label.ok)
    return { ok: false, path, code: 'INVALID_INPUT', message: `${path}: ${label.reason}. Rename the folder.` };
  const { thumbnailFolder, copyFolder, signal } = options;
  const request = { kind: 'inspect', path, thumbnailFolder, copyFolder } as const;
  const result = await options.pool.inspect(request, signal === undefined ? {} : { signal });
  if (!result.ok) return { ok: false, path, ...result.failure };
  const item = { path, className: label.className, side: label.side, inspection: result.value };
  return { ok: true, path, item };
}

async function settle(landed: readonly Looked[], tally: Tally, options: ImportOptions): Promise<void> {
  const items: ImportItem[] = [];
  for (const looked of landed) {
    if (looked.ok) items.push(looked.item);
    else if (looked.code === 'DISK_FULL') throw new AppError(looked.code, looked.message);
    else tally.skipped.push({ path: looked.path, code: looked.code, message: looked.message });
  }
  if (items.length === 0) return;
  const answers = await options.sink.add(items);
  for (const [index, item] of items.entries()) count(item, answers[index]!, tally);
}

function count({ path, className }: ImportItem, answer: SinkAnswer, tally: Tally): void {
  if (answer.kind === 'imported') tally.imported += 1;
  else if (answer.kind === 'duplicate') tally.duplicates.push({ path, sameAs: answer.sameAs });
  else tally.conflicts.push({ path, sameAs: answer.sameAs, className, otherClassName: answer.className });
}
