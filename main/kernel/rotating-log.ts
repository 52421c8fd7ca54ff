/** A log of rare events that cannot grow without end: a few files of a bounded size, and few entries a minute. */
import { appendFileSync, closeSync, fstatSync, mkdirSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

export type LogPlace = {
  readonly folder: string;
  readonly name: string; // of the newest file, without '.log'; older ones are NAME.1.log, NAME.2.log, ...
  readonly maxFiles: number; // the newest one included
  readonly maxFileBytes: number;
  readonly maxEntriesPerMinute: number;
  readonly maxEntryBytes: number;
};
export type RotatingLog = {
  /** Writes one entry before it returns; an entry that cannot be written is dropped, since a crash is under way. */
  readonly append: (text: string) => void;
};

const MINUTE_MS = 60_000;
const CUT = '… (cut)';

/** `clock` dates the entries; `now` is monotonic milliseconds and counts the minutes. */
export function openRotatingLog(
  place: LogPlace,
  { clock, now }: { readonly clock: () => Date; readonly now: () => number },
): RotatingLog {
  let minuteStartMs = Number.NEGATIVE_INFINITY;
  let entries = 0;
  let leftOut = 0;
  const write = (text: string): void => writeEntry(place, `${clock().toISOString()} ${text}\n`);
  return {
    append: (text) => {
      if (now() - minuteStartMs >= MINUTE_MS) {
        if (leftOut > 0) write(`${leftOut} more entries of that minute were left out.`);
        minuteStartMs = now();
        entries = 0;
        leftOut = 0;
      }
      entries += 1;
      if (entries > place.maxEntriesPerMinute) leftOut += 1;
      else write(cut(text, place.maxEntryBytes));
    },
  };
}

/** The end of the newest log file, at most `bytes` of it; '' where there is none. */
export function readLogEnd(place: Pick<LogPlace, 'folder' | 'name'>, bytes: number): string {
  let file: number | null = null;
  try {
    file = openSync(join(place.folder, `${place.name}.log`), 'r');
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size, bytes));
    const read = readSync(file, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8', 0, read);
  } catch {
    return ''; // no crash yet, or a log that may not be read: a report goes without it
  } finally {
    if (file !== null) closeSync(file);
  }
}

function writeEntry(place: LogPlace, entry: string): void {
  const newest = join(place.folder, `${place.name}.log`);
  try {
    mkdirSync(place.folder, { recursive: true });
    const size = statSync(newest, { throwIfNoEntry: false })?.size ?? 0;
    if (size > 0 && size + Buffer.byteLength(entry) > place.maxFileBytes) shiftFiles(place);
    appendFileSync(newest, entry, { mode: 0o600 });
  } catch {
    // disk full, no permission: what is under way is worse than a missing line
  }
}

/** The oldest file is overwritten. */
function shiftFiles({ folder, name, maxFiles }: LogPlace): void {
  const file = (age: number): string => join(folder, age === 0 ? `${name}.log` : `${name}.${age}.log`);
  for (let age = maxFiles - 2; age >= 0; age -= 1)
    if (statSync(file(age), { throwIfNoEntry: false }) !== undefined) renameSync(file(age), file(age + 1));
}

function cut(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  return `${bytes.toString('utf8', 0, maxBytes)}${CUT}`;
}
