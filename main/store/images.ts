import { AppError } from '../../shared/contract/errors.ts';
import type { ClassName, Sha256, SplitSide } from '../../shared/domain/ids.ts';
import type { ImageRecord } from '../../shared/domain/image.ts';
import { ensureClass } from './classes.ts';
import { findRow, inTransaction, type ProjectDatabase, readRows, writeRow } from './statements.ts';

export type NewImage = ImageRecord & {
  readonly sourcePath: string;
  readonly takenAt?: string | null; // EXIF, local time of the camera: '2026-05-01T10:20:30'
};
type Conflict<T> = { readonly kept: T; readonly found: T };
export type InsertResult = {
  readonly kind: 'imported' | 'duplicate';
  readonly firstPath: string | null; // of a duplicate: where the same content was first seen
  readonly labelConflict: Conflict<ClassName> | null; // the same photo under two classes: the first one is kept
  readonly sideConflict: Conflict<SplitSide> | null; // it, or a near duplicate, stands on another side already
};
type ImageColumns = Omit<ImageRecord, 'copied'> & { readonly copied: 0 | 1 };

const COLUMNS = `image.sha256 AS imageId, file_bytes AS fileBytes, format, width_pixels AS widthPixels,
  height_pixels AS heightPixels, class.name AS className, group_id AS groupId, side, imported_at AS importedAt, copied`;
const FROM = `FROM image LEFT JOIN class ON class.id = image.class_id`;

/**
 * Adds a photo and where it was found, or only the place where its content is known already.
 *
 * A label or side that the known photo lacks is taken over. A group never stands on two sides: a photo takes the side
 * that its group has, whatever was asked for, and the result says so.
 */
export function insertImage(database: ProjectDatabase, image: NewImage): InsertResult {
  return inTransaction(database, () => {
    const known = findImage(database, image.imageId);
    const firstPath = known === null ? null : findFirstPath(database, image.imageId);
    const groupId = known?.groupId ?? image.groupId;
    const groupSide = findGroupSide(database, groupId);
    const side = groupSide ?? image.side;
    if (known === null) insertRow(database, { ...image, side });
    else completeRow(database, known, { className: image.className, side });
    if (groupSide === null && side !== null) setGroupSide(database, groupId, side);
    insertSource(database, image.imageId, image.sourcePath);
    return {
      kind: known === null ? 'imported' : 'duplicate',
      firstPath,
      labelConflict: conflictOf(known?.className ?? null, image.className),
      sideConflict: conflictOf(groupSide, image.side),
    };
  });
}

/** Every photo that was not taken out, by id. */
export function listImages(database: ProjectDatabase): ImageRecord[] {
  const sql = `SELECT ${COLUMNS} ${FROM} WHERE excluded = 0 ORDER BY image.sha256`;
  return readRows<ImageColumns>(database, sql).map(toRecord);
}

export function findImage(database: ProjectDatabase, imageId: Sha256): ImageRecord | null {
  const row = findRow<ImageColumns>(database, `SELECT ${COLUMNS} ${FROM} WHERE image.sha256 = @imageId`, { imageId });
  return row === null ? null : toRecord(row);
}

export type SideCount = {
  readonly className: ClassName | null;
  readonly side: SplitSide | null;
  readonly photos: number;
};

/** How many photos each class has on each side, unlabelled and unassigned ones included, without those taken out. */
export function countBySide(database: ProjectDatabase): SideCount[] {
  return readRows(
    database,
    `SELECT class.name AS className, side, count(*) AS photos ${FROM} WHERE excluded = 0
     GROUP BY image.class_id, side ORDER BY class.position, side`,
  );
}

/** Labels a photo, or takes its label away (null). Its side stays. Throws NOT_FOUND. */
export function setImageClass(database: ProjectDatabase, imageId: Sha256, className: ClassName | null): void {
  inTransaction(database, () => {
    const classId = className === null ? null : ensureClass(database, className);
    const sql = `UPDATE image SET class_id = @classId WHERE sha256 = @imageId`;
    requireImage(writeRow(database, sql, { classId, imageId }).changes, imageId);
  });
}

/** Takes a photo out of the project; its file is the caller's. Throws NOT_FOUND. */
export function deleteImage(database: ProjectDatabase, imageId: Sha256): void {
  requireImage(writeRow(database, `DELETE FROM image WHERE sha256 = @imageId`, { imageId }).changes, imageId);
}

/** The side of a group; all its photos share it. */
export function findGroupSide(database: ProjectDatabase, groupId: string): SplitSide | null {
  const sql = `SELECT side FROM image WHERE group_id = @groupId AND side IS NOT NULL LIMIT 1`;
  return findRow<{ side: SplitSide }>(database, sql, { groupId })?.side ?? null;
}

/** Puts every photo of a group that has no side yet on `side`. */
export function setGroupSide(database: ProjectDatabase, groupId: string, side: SplitSide): number {
  const sql = `UPDATE image SET side = @side WHERE group_id = @groupId AND side IS NULL`;
  return writeRow(database, sql, { groupId, side }).changes;
}

/** Where a photo was found, in the order of finding. */
export function listSources(database: ProjectDatabase, imageId: Sha256): string[] {
  const sql = `SELECT path FROM image_source WHERE image_sha256 = @imageId ORDER BY id`;
  return readRows<{ path: string }>(database, sql, { imageId }).map((row) => row.path);
}

/** The first path of every photo that has one, by photo id. */
export function listFirstPaths(database: ProjectDatabase): Map<Sha256, string> {
  const sql = `SELECT image_sha256 AS imageId, path, min(id) FROM image_source GROUP BY image_sha256`;
  return new Map(readRows<{ imageId: Sha256; path: string }>(database, sql).map((row) => [row.imageId, row.path]));
}

export function findFirstPath(database: ProjectDatabase, imageId: Sha256): string | null {
  const sql = `SELECT path FROM image_source WHERE image_sha256 = @imageId ORDER BY id LIMIT 1`;
  return findRow<{ path: string }>(database, sql, { imageId })?.path ?? null;
}

/** The photo last imported from a path. */
export function findImageByPath(database: ProjectDatabase, sourcePath: string): Sha256 | null {
  const sql = `SELECT image_sha256 AS imageId FROM image_source WHERE path = @sourcePath`;
  return findRow<{ imageId: Sha256 }>(database, sql, { sourcePath })?.imageId ?? null;
}

function insertRow(database: ProjectDatabase, image: NewImage): void {
  const classId = image.className === null ? null : ensureClass(database, image.className);
  const { sourcePath: _, className: __, copied, takenAt, ...columns } = image;
  writeRow(
    database,
    `INSERT INTO image (sha256, file_bytes, format, width_pixels, height_pixels, class_id, group_id, side, imported_at,
       copied, taken_at)
     VALUES (@imageId, @fileBytes, @format, @widthPixels, @heightPixels, @classId, @groupId, @side, @importedAt,
       @copied, @takenAt)`,
    { ...columns, classId, copied: Number(copied), takenAt: takenAt ?? null },
  );
}

type Completion = { readonly className: ClassName | null; readonly side: SplitSide | null };

function completeRow(database: ProjectDatabase, known: ImageRecord, { className, side }: Completion): void {
  if (known.className === null && className !== null) setImageClass(database, known.imageId, className);
  if (known.side === null && side !== null) setGroupSide(database, known.groupId, side);
}

/** A path whose file was replaced since belongs to the new content. */
function insertSource(database: ProjectDatabase, imageId: Sha256, sourcePath: string): void {
  writeRow(
    database,
    `INSERT INTO image_source (path, image_sha256) VALUES (@sourcePath, @imageId)
     ON CONFLICT (path) DO UPDATE SET image_sha256 = excluded.image_sha256`,
    { sourcePath, imageId },
  );
}

function conflictOf<T>(kept: T | null, found: T | null): Conflict<T> | null {
  return kept !== null && found !== null && kept !== found ? { kept, found } : null;
}

function toRecord(row: ImageColumns): ImageRecord {
  return { ...row, copied: row.copied === 1 };
}

function requireImage(changes: number, imageId: Sha256): void {
  if (changes === 0) throw new AppError('NOT_FOUND', `Photo ${imageId.slice(0, 12)} is not in this project any more.`);
}

/** Where no photo is on the test side, the validation side becomes it; the number of photos that changed. */
export function useValidationAsTest(database: ProjectDatabase): number {
  const sql = `UPDATE image SET side = 'test' WHERE side = 'val' AND NOT EXISTS (SELECT 1 FROM image WHERE side = 'test')`;
  return writeRow(database, sql, {}).changes;
}
