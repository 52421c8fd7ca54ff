/** The journal of edits: every one can be undone and done again, also after a restart; a new one drops what was undone. */
import { AppError } from '../../shared/contract/errors.ts';
import type { EditHistory, EditSummary } from '../../shared/contract/library.ts';
import { applyChange, EditChange, revertChange } from './edit-changes.ts';
import { assignSides } from './sides.ts';
import { findRow, inTransaction, type ProjectDatabase, readRows, writeRow } from './statements.ts';

export const MOST_EDITS = 1000;
export const MOST_JOURNAL_BYTES = 64_000_000;

type EditRow = EditSummary & { readonly id: number; readonly changeJson: string };
export type Undone = { readonly done: EditSummary | null; readonly history: EditHistory };

const COLUMNS = `id, kind, photos, class_name AS className, change_json AS changeJson`;
const LAST_DONE = `FROM edit WHERE undone = 0 ORDER BY id DESC LIMIT 1`;
const FIRST_UNDONE = `FROM edit WHERE undone = 1 ORDER BY id LIMIT 1`;

/** What would be undone and done again next. */
export function readHistory(database: ProjectDatabase): EditHistory {
  return { undo: findSummary(database, LAST_DONE), redo: findSummary(database, FIRST_UNDONE) };
}

/**
 * Makes a change and records it, in one transaction; labelled photos without a side get one.
 *
 * `plan` looks at the state inside that transaction; null: nothing would change, and nothing is recorded.
 */
export function makeEdit(database: ProjectDatabase, madeAt: Date, plan: () => EditChange | null): EditHistory {
  return inTransaction(database, () => {
    const change = plan();
    if (change === null) return readHistory(database);
    applyChange(database, change);
    assignSides(database);
    writeRow(database, `DELETE FROM edit WHERE undone = 1`);
    insertEdit(database, change, madeAt);
    trimJournal(database);
    return readHistory(database);
  });
}

/** Takes the last edit back; `done` is null where there is none. Throws as revertChange, and then nothing changed. */
export function undoEdit(database: ProjectDatabase): Undone {
  return step(database, { from: LAST_DONE, undone: 1, run: revertChange });
}

/** Makes the edit again that was undone last. */
export function redoEdit(database: ProjectDatabase): Undone {
  return step(database, { from: FIRST_UNDONE, undone: 0, run: applyChange });
}

type Step = {
  readonly from: string;
  readonly undone: 0 | 1;
  readonly run: (database: ProjectDatabase, change: EditChange) => void;
};

function step(database: ProjectDatabase, { from, undone, run }: Step): Undone {
  return inTransaction(database, () => {
    const row = findRow<EditRow>(database, `SELECT ${COLUMNS} ${from}`);
    if (row === null) return { done: null, history: readHistory(database) };
    run(database, readChange(row));
    assignSides(database);
    writeRow(database, `UPDATE edit SET undone = @undone WHERE id = @id`, { undone, id: row.id });
    return { done: toSummary(row), history: readHistory(database) };
  });
}

function readChange(row: EditRow): EditChange {
  const parsed = EditChange.safeParse(JSON.parse(row.changeJson));
  if (parsed.success) return parsed.data;
  throw new AppError('PROJECT_DAMAGED', `Edit ${row.id} cannot be read, so it cannot be undone.`, {
    cause: parsed.error,
  });
}

function findSummary(database: ProjectDatabase, from: string): EditSummary | null {
  const sql = `SELECT kind, photos, class_name AS className ${from}`;
  return findRow<EditSummary>(database, sql);
}

function toSummary({ kind, photos, className }: EditSummary): EditSummary {
  return { kind, photos, className };
}

function insertEdit(database: ProjectDatabase, change: EditChange, madeAt: Date): void {
  const changeJson = JSON.stringify(change);
  writeRow(
    database,
    `INSERT INTO edit (kind, photos, class_name, made_at, change_json, change_bytes)
     VALUES (@kind, @photos, @className, @madeAt, @changeJson, @changeBytes)`,
    { ...summarise(change), madeAt: madeAt.toISOString(), changeJson, changeBytes: changeJson.length },
  );
}

function summarise(change: EditChange): EditSummary {
  switch (change.kind) {
    case 'label':
      return { kind: 'label', photos: countPhotos(change.from), className: change.to };
    case 'exclude':
      return { kind: change.isExcluded ? 'exclude' : 'restore', photos: change.imageIds.length, className: null };
    case 'class-remove':
      return { kind: change.kind, photos: change.imageIds.length, className: change.name };
    case 'class-rename':
      return { kind: change.kind, photos: 0, className: change.to };
    default:
      return { kind: change.kind, photos: 0, className: change.name };
  }
}

function countPhotos(groups: readonly { readonly imageIds: readonly unknown[] }[]): number {
  return groups.reduce((sum, { imageIds }) => sum + imageIds.length, 0);
}

/** The oldest edits go first; the newest one always stays. */
function trimJournal(database: ProjectDatabase): void {
  const rows = readRows<{ id: number; bytes: number }>(
    database,
    `SELECT id, change_bytes AS bytes FROM edit ORDER BY id DESC`,
  );
  let bytes = 0;
  const isKept = rows.map((row, index) => {
    bytes += row.bytes;
    return index === 0 || (index < MOST_EDITS && bytes <= MOST_JOURNAL_BYTES);
  });
  const firstDropped = rows[isKept.indexOf(false)];
  if (firstDropped !== undefined) writeRow(database, `DELETE FROM edit WHERE id <= @id`, { id: firstDropped.id });
}
