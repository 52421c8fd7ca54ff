import { AppError } from '../../shared/contract/errors.ts';
import { ClassName } from '../../shared/domain/ids.ts';
import { findRow, inTransaction, type ProjectDatabase, readRows, writeRow } from './statements.ts';

export type ClassRow = {
  readonly classId: number;
  readonly position: number; // from 0: the index of the class in logits
  readonly name: ClassName;
  readonly colour: string | null; // '#rrggbb'
};

/** Every class in the order of the logits. */
export function listClasses(database: ProjectDatabase): ClassRow[] {
  return readRows(database, `SELECT id AS classId, position, name, colour FROM class ORDER BY position`);
}

export function findClassId(database: ProjectDatabase, name: ClassName): number | null {
  return findRow<{ id: number }>(database, `SELECT id FROM class WHERE name = @name`, { name })?.id ?? null;
}

/** The id of the class of this name, made behind the last one where there is none. */
export function ensureClass(database: ProjectDatabase, name: ClassName): number {
  const existing = findClassId(database, name);
  if (existing !== null) return existing;
  const result = writeRow(
    database,
    `INSERT INTO class (position, name) SELECT coalesce(max(position) + 1, 0), @name FROM class`,
    { name: ClassName.parse(name) },
  );
  return Number(result.lastInsertRowid);
}

/** Throws NOT_FOUND, or INVALID_INPUT where another class has that name already. */
export function renameClass(database: ProjectDatabase, classId: number, name: ClassName): void {
  inTransaction(database, () => {
    const holder = findClassId(database, name);
    if (holder !== null && holder !== classId) {
      throw new AppError('INVALID_INPUT', `There is a class named "${name}" already. Choose another name.`);
    }
    const sql = `UPDATE class SET name = @name WHERE id = @classId`;
    requireClass(writeRow(database, sql, { classId, name: ClassName.parse(name) }).changes, classId);
  });
}

/** colour '#rrggbb', or null for the default one of its position. */
export function setClassColour(database: ProjectDatabase, classId: number, colour: string | null): void {
  if (colour !== null && !/^#[0-9a-f]{6}$/.test(colour)) {
    throw new AppError(
      'INVALID_INPUT',
      `A class colour looks like #12ab9f; got ${JSON.stringify(colour.slice(0, 20))}.`,
    );
  }
  const sql = `UPDATE class SET colour = @colour WHERE id = @classId`;
  requireClass(writeRow(database, sql, { classId, colour }).changes, classId);
}

/** Removes a class; its photos stay, without a label. The classes behind it move up. Throws NOT_FOUND. */
export function deleteClass(database: ProjectDatabase, classId: number): void {
  inTransaction(database, () => {
    requireClass(writeRow(database, `DELETE FROM class WHERE id = @classId`, { classId }).changes, classId);
    listClasses(database).forEach((row, position) => {
      setPosition(database, row.classId, position);
    });
  });
}

/** Puts a class at a position, or at the end where there are fewer; the others keep their order. Throws NOT_FOUND. */
export function moveClass(database: ProjectDatabase, classId: number, position: number): void {
  inTransaction(database, () => {
    const ids = listClasses(database).map((row) => row.classId);
    requireClass(ids.includes(classId) ? 1 : 0, classId);
    const order = ids.filter((id) => id !== classId);
    order.splice(position, 0, classId);
    const beyond = ids.length + Math.max(...listClasses(database).map((row) => row.position)); // positions are unique at every moment
    order.forEach((id, index) => {
      setPosition(database, id, beyond + index);
    });
    order.forEach((id, index) => {
      setPosition(database, id, index);
    });
  });
}

export type CountedClass = Pick<ClassRow, 'name' | 'colour'> & { readonly photos: number };

/** Every class in the order of the logits, with how many photos it has; those that were taken out do not count. */
export function listCountedClasses(database: ProjectDatabase): CountedClass[] {
  return readRows(
    database,
    `SELECT name, colour, (SELECT count(*) FROM image WHERE class_id = class.id AND excluded = 0) AS photos
     FROM class ORDER BY position`,
  );
}

function setPosition(database: ProjectDatabase, classId: number, position: number): void {
  writeRow(database, `UPDATE class SET position = @position WHERE id = @classId`, { position, classId });
}

function requireClass(changes: number, classId: number): void {
  if (changes === 0) throw new AppError('NOT_FOUND', `There is no class ${classId} any more.`);
}
