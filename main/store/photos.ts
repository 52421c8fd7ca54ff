/** Photos as the grid shows them: pages in the order in which they came, and everything about one. */
import { AppError } from '../../shared/contract/errors.ts';
import type { Photo, PhotoDetails } from '../../shared/contract/library.ts';
import type { Sha256 } from '../../shared/domain/ids.ts';
import { listSources } from './images.ts';
import { findRow, type ProjectDatabase, readRows } from './statements.ts';

type PhotoRow = Omit<Photo, 'isExcluded' | 'fileName'> & { readonly excluded: 0 | 1; readonly path: string | null };
type DetailRow = PhotoRow & Pick<PhotoDetails, 'fileBytes' | 'format' | 'importedAt' | 'takenAt'>;

const COLUMNS = `image.sha256 AS imageId, class.name AS className, image.side AS side, width_pixels AS widthPixels,
  height_pixels AS heightPixels, image.group_id AS groupId, image.excluded AS excluded,
  (SELECT path FROM image_source WHERE image_sha256 = image.sha256 ORDER BY id LIMIT 1) AS path`;
/** Group mates that were taken out do not count; a photo stands for itself at least. */
const GROUP_SIZE = `max(1, (SELECT count(*) FROM image AS mate WHERE mate.group_id = image.group_id AND mate.excluded = 0))`;
/** Many are kept at one stroke, in the same millisecond: among those, as their files were found. */
const AS_THEY_CAME = `image.imported_at, (SELECT min(id) FROM image_source WHERE image_sha256 = image.sha256), image.sha256`;
const FROM = `FROM image LEFT JOIN class ON class.id = image.class_id`;

/** One page in the order in which they came, photos that were taken out included, and how many there are in all. */
export function listPhotos(
  database: ProjectDatabase,
  page: { readonly offset: number; readonly limit: number },
): { photos: Photo[]; total: number } {
  const sql = `WITH page AS MATERIALIZED (SELECT sha256, group_id FROM image ORDER BY ${AS_THEY_CAME} LIMIT @limit OFFSET @offset),
    size AS MATERIALIZED (SELECT group_id, count(*) AS photos FROM image
      WHERE excluded = 0 AND group_id IN (SELECT group_id FROM page) GROUP BY group_id)
    SELECT ${COLUMNS}, max(1, coalesce(size.photos, 1)) AS groupSize
    FROM page CROSS JOIN image ON image.sha256 = page.sha256
      LEFT JOIN class ON class.id = image.class_id LEFT JOIN size ON size.group_id = image.group_id
    ORDER BY ${AS_THEY_CAME}`;
  const total = findRow<{ total: number }>(database, `SELECT count(*) AS total FROM image`)?.total ?? 0;
  return { photos: readRows<PhotoRow>(database, sql, page).map(toPhoto), total };
}

/** Everything about one photo. Throws NOT_FOUND. */
export function findPhoto(database: ProjectDatabase, imageId: Sha256): PhotoDetails {
  const columns = `${COLUMNS}, ${GROUP_SIZE} AS groupSize, file_bytes AS fileBytes, format, imported_at AS importedAt, taken_at AS takenAt`;
  const sql = `SELECT ${columns} ${FROM} WHERE image.sha256 = @imageId`;
  const row = findRow<DetailRow>(database, sql, { imageId });
  if (row === null) throw new AppError('NOT_FOUND', `Photo ${imageId.slice(0, 12)} is not in this project any more.`);
  const members = readRows<{ imageId: Sha256 }>(
    database,
    `SELECT sha256 AS imageId FROM image WHERE group_id = @groupId AND (excluded = 0 OR sha256 = @imageId) ORDER BY ${AS_THEY_CAME}`,
    { groupId: row.groupId, imageId },
  );
  return {
    ...toPhoto(row),
    fileBytes: row.fileBytes,
    format: row.format,
    importedAt: row.importedAt,
    takenAt: row.takenAt,
    paths: listSources(database, imageId),
    groupMembers: members.map((member) => member.imageId),
  };
}

/** Where the content of a photo lies: in the project (copied), or where it was found. Throws NOT_FOUND. */
export function findPhotoPlace(
  database: ProjectDatabase,
  imageId: Sha256,
): { readonly copied: boolean; readonly firstPath: string | null } {
  const row = findRow<{ copied: 0 | 1; firstPath: string | null }>(
    database,
    `SELECT copied, (SELECT path FROM image_source WHERE image_sha256 = image.sha256 ORDER BY id LIMIT 1) AS firstPath
     FROM image WHERE sha256 = @imageId`,
    { imageId },
  );
  if (row === null) throw new AppError('NOT_FOUND', `Photo ${imageId.slice(0, 12)} is not in this project any more.`);
  return { copied: row.copied === 1, firstPath: row.firstPath };
}

/** The photos whose content is kept in the project, those taken out included. */
export function listCopiedPhotos(database: ProjectDatabase): Sha256[] {
  const sql = `SELECT sha256 AS imageId FROM image WHERE copied = 1 ORDER BY ${AS_THEY_CAME}`;
  return readRows<{ imageId: Sha256 }>(database, sql).map(({ imageId }) => imageId);
}

function toPhoto(row: PhotoRow): Photo {
  const fileName = row.path === null ? row.imageId.slice(0, 12) : (row.path.split(/[/\\]/).at(-1) ?? row.path);
  return {
    imageId: row.imageId,
    fileName,
    className: row.className,
    side: row.side,
    widthPixels: row.widthPixels,
    heightPixels: row.heightPixels,
    groupSize: row.groupSize,
    groupId: row.groupId,
    isExcluded: row.excluded === 1,
  };
}
