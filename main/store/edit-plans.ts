/** What a wish would change in the project as it is now; null: nothing. To be called inside makeEdit. */
import { AppError, assertNever } from '../../shared/contract/errors.ts';
import type { ClassChange } from '../../shared/contract/library.ts';
import type { ClassName, Sha256 } from '../../shared/domain/ids.ts';
import { findClassId, listClasses } from './classes.ts';
import { type EditChange, requireClass } from './edit-changes.ts';
import { type ProjectDatabase, readRows } from './statements.ts';

export const MOST_CLASSES = 1000;

type LabelRow = { readonly imageId: Sha256; readonly className: ClassName | null };

/** Labels photos, or takes their labels away; a class that is not there yet is made. Throws NOT_FOUND. */
export function planLabel(
  database: ProjectDatabase,
  imageIds: readonly Sha256[],
  to: ClassName | null,
): EditChange | null {
  requirePhotos(database, imageIds);
  const makesClass = to !== null && findClassId(database, to) === null;
  if (makesClass) requireRoom(database);
  const rows = readRows<LabelRow>(
    database,
    `SELECT image.sha256 AS imageId, class.name AS className FROM image LEFT JOIN class ON class.id = image.class_id
     WHERE image.sha256 IN (SELECT value FROM json_each(@idsJson)) AND class.name IS NOT @to`,
    { idsJson: JSON.stringify(imageIds), to },
  );
  if (rows.length === 0) return null;
  const from = [...Map.groupBy(rows, (row) => row.className)].map(([className, members]) => ({
    className,
    imageIds: members.map((row) => row.imageId),
  }));
  return { kind: 'label', to, from, makesClass };
}

/** Takes photos out of the project, or brings them back. Throws NOT_FOUND. */
export function planExclusion(
  database: ProjectDatabase,
  imageIds: readonly Sha256[],
  isExcluded: boolean,
): EditChange | null {
  requirePhotos(database, imageIds);
  const rows = readRows<{ imageId: Sha256 }>(
    database,
    `SELECT sha256 AS imageId FROM image
     WHERE sha256 IN (SELECT value FROM json_each(@idsJson)) AND excluded <> @excluded`,
    { idsJson: JSON.stringify(imageIds), excluded: Number(isExcluded) },
  );
  if (rows.length === 0) return null;
  return { kind: 'exclude', isExcluded, imageIds: rows.map((row) => row.imageId) };
}

/** Throws NOT_FOUND, or INVALID_INPUT where a name is taken, a position is not there or there are too many classes. */
export function planClassChange(database: ProjectDatabase, wish: ClassChange): EditChange | null {
  switch (wish.kind) {
    case 'add':
      requireFreeName(database, wish.name);
      requireRoom(database);
      return { kind: 'class-add', name: wish.name };
    case 'rename':
      requireClass(database, wish.name);
      if (wish.name === wish.to) return null;
      requireFreeName(database, wish.to);
      return { kind: 'class-rename', from: wish.name, to: wish.to };
    case 'recolour': {
      const from = requireClass(database, wish.name).colour;
      return from === wish.colour ? null : { kind: 'class-recolour', name: wish.name, from, to: wish.colour };
    }
    case 'move': {
      const from = requireClass(database, wish.name).position;
      requirePosition(database, wish.position);
      return from === wish.position ? null : { kind: 'class-move', name: wish.name, from, to: wish.position };
    }
    case 'remove':
      return planRemoval(database, wish.name);
    default:
      return assertNever(wish);
  }
}

function planRemoval(database: ProjectDatabase, name: ClassName): EditChange {
  const { classId, colour, position } = requireClass(database, name);
  const sql = `SELECT sha256 AS imageId FROM image WHERE class_id = @classId`;
  const imageIds = readRows<{ imageId: Sha256 }>(database, sql, { classId }).map((row) => row.imageId);
  return { kind: 'class-remove', name, colour, position, imageIds };
}

function requirePhotos(database: ProjectDatabase, imageIds: readonly Sha256[]): void {
  const [unknown] = readRows<{ imageId: string }>(
    database,
    `SELECT value AS imageId FROM json_each(@idsJson) WHERE value NOT IN (SELECT sha256 FROM image) LIMIT 1`,
    { idsJson: JSON.stringify(imageIds) },
  );
  if (unknown === undefined) return;
  throw new AppError('NOT_FOUND', `Photo ${unknown.imageId.slice(0, 12)} is not in this project. Reload the photos.`);
}

function requireFreeName(database: ProjectDatabase, name: ClassName): void {
  if (findClassId(database, name) === null) return;
  throw new AppError('INVALID_INPUT', `There is a class named "${name}" already. Choose another name.`);
}

function requireRoom(database: ProjectDatabase): void {
  if (listClasses(database).length < MOST_CLASSES) return;
  throw new AppError('INVALID_INPUT', `There are ${MOST_CLASSES} classes already, the most there can be. Remove one.`);
}

function requirePosition(database: ProjectDatabase, position: number): void {
  const classes = listClasses(database).length;
  if (position < classes) return;
  throw new AppError('INVALID_INPUT', `There is no position ${position}: the ${classes} classes are counted from 0.`);
}
