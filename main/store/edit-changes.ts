/** What an edit changes, and how it is done, undone and done again. Classes go by name: ids and positions may be given anew. */
import { z } from 'zod';
import { AppError, assertNever } from '../../shared/contract/errors.ts';
import { ClassName, Sha256 } from '../../shared/domain/ids.ts';
import {
  type ClassRow,
  deleteClass,
  ensureClass,
  listClasses,
  moveClass,
  renameClass,
  setClassColour,
} from './classes.ts';
import { type ProjectDatabase, readRows, writeRow } from './statements.ts';

const ImageIds = z.array(Sha256);
const Colour = z.string().nullable();
const Position = z.int().nonnegative();

/** Only photos that change are in a change. */
export const EditChange = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('label'),
    to: ClassName.nullable(),
    from: z.array(z.strictObject({ className: ClassName.nullable(), imageIds: ImageIds })),
    makesClass: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('exclude'), isExcluded: z.boolean(), imageIds: ImageIds }),
  z.strictObject({ kind: z.literal('class-add'), name: ClassName }),
  z.strictObject({ kind: z.literal('class-rename'), from: ClassName, to: ClassName }),
  z.strictObject({ kind: z.literal('class-recolour'), name: ClassName, from: Colour, to: Colour }),
  z.strictObject({ kind: z.literal('class-move'), name: ClassName, from: Position, to: Position }),
  z.strictObject({
    kind: z.literal('class-remove'),
    name: ClassName,
    colour: Colour,
    position: Position,
    imageIds: ImageIds,
  }),
]);
export type EditChange = z.infer<typeof EditChange>;

/** Throws NOT_FOUND or INVALID_INPUT where an import stands in the way: it cannot be undone, and may bring classes. */
export function applyChange(database: ProjectDatabase, change: EditChange): void {
  switch (change.kind) {
    case 'label':
      return setLabels(
        database,
        change.from.flatMap(({ imageIds }) => imageIds),
        change.to,
      );
    case 'exclude':
      return setExcluded(database, change.imageIds, change.isExcluded);
    case 'class-add':
      return void ensureClass(database, change.name);
    case 'class-rename':
      return renameClass(database, requireClass(database, change.from).classId, change.to);
    case 'class-recolour':
      return setClassColour(database, requireClass(database, change.name).classId, change.to);
    case 'class-move':
      return moveClass(database, requireClass(database, change.name).classId, change.to);
    case 'class-remove':
      return deleteClass(database, requireClass(database, change.name).classId);
    default:
      return assertNever(change);
  }
}

/** Takes a change back; the state must be that right after it, apart from what imports added. Throws as applyChange. */
export function revertChange(database: ProjectDatabase, change: EditChange): void {
  switch (change.kind) {
    case 'label':
      for (const { className, imageIds } of change.from) setLabels(database, imageIds, className);
      return change.makesClass && change.to !== null ? removeIfEmpty(database, change.to) : undefined;
    case 'exclude':
      return setExcluded(database, change.imageIds, !change.isExcluded);
    case 'class-add':
      return removeIfEmpty(database, change.name);
    case 'class-rename':
      return renameClass(database, requireClass(database, change.to).classId, change.from);
    case 'class-recolour':
      return setClassColour(database, requireClass(database, change.name).classId, change.from);
    case 'class-move':
      return moveClass(database, requireClass(database, change.name).classId, change.from);
    case 'class-remove':
      return bringBack(database, change);
    default:
      return assertNever(change);
  }
}

function bringBack(database: ProjectDatabase, change: Extract<EditChange, { kind: 'class-remove' }>): void {
  const classId = ensureClass(database, change.name);
  setClassColour(database, classId, change.colour);
  moveClass(database, classId, change.position);
  setLabels(database, change.imageIds, change.name);
}

/** An import may have put photos into a class that was made by hand; then it stays. */
function removeIfEmpty(database: ProjectDatabase, name: ClassName): void {
  const row = listClasses(database).find((candidate) => candidate.name === name);
  if (row === undefined) return;
  const photos = readRows(database, `SELECT 1 FROM image WHERE class_id = @classId LIMIT 1`, { classId: row.classId });
  if (photos.length === 0) deleteClass(database, row.classId);
}

function setLabels(database: ProjectDatabase, imageIds: readonly Sha256[], className: ClassName | null): void {
  const classId = className === null ? null : ensureClass(database, className);
  const sql = `UPDATE image SET class_id = @classId WHERE sha256 IN (SELECT value FROM json_each(@idsJson))`;
  writeRow(database, sql, { classId, idsJson: JSON.stringify(imageIds) });
}

function setExcluded(database: ProjectDatabase, imageIds: readonly Sha256[], isExcluded: boolean): void {
  const sql = `UPDATE image SET excluded = @excluded WHERE sha256 IN (SELECT value FROM json_each(@idsJson))`;
  writeRow(database, sql, { excluded: Number(isExcluded), idsJson: JSON.stringify(imageIds) });
}

export function requireClass(database: ProjectDatabase, name: ClassName): ClassRow {
  const row = listClasses(database).find((candidate) => candidate.name === name);
  if (row === undefined) throw new AppError('NOT_FOUND', `There is no class "${name}" any more. Reload the classes.`);
  return row;
}
