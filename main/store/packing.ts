/** What a pack holds of a project's database, and putting it into another one. */
import type { ClassName, RunId, Sha256 } from '../../shared/domain/ids.ts';
import type { ImageRecord } from '../../shared/domain/image.ts';
import type { EpochReport, RunRecord } from '../../shared/domain/run.ts';
import { ensureClass, listClasses, setClassColour } from './classes.ts';
import { insertLook } from './groups.ts';
import { type InsertResult, insertImage, listFirstPaths, listImages } from './images.ts';
import { listEpochs, upsertEpoch } from './metrics.ts';
import { updateRunNotes } from './run-book.ts';
import { findRun, finishRun, insertRun, insertRunEvent, markRunStarted, setRunDevice } from './runs.ts';
import { inTransaction, type ProjectDatabase, readRows } from './statements.ts';

export type PhotoRow = {
  readonly image: ImageRecord;
  readonly sourcePath: string | null;
  readonly takenAt: string | null;
  readonly look: Buffer | null; // [1024]
};

/** Every photo that was not taken out, by id. */
export function listPhotosToPack(database: ProjectDatabase): PhotoRow[] {
  type Extra = { readonly imageId: Sha256; readonly takenAt: string | null; readonly look: Buffer | null };
  const sql = `SELECT sha256 AS imageId, taken_at AS takenAt, look FROM image LEFT JOIN image_look ON image_sha256 = sha256`;
  const extras = new Map(readRows<Extra>(database, sql).map((row) => [row.imageId, row]));
  const paths = listFirstPaths(database);
  return listImages(database).map((image) => ({
    image,
    sourcePath: paths.get(image.imageId) ?? null,
    takenAt: extras.get(image.imageId)?.takenAt ?? null,
    look: extras.get(image.imageId)?.look ?? null,
  }));
}

export type PhotoToTakeIn = Omit<ImageRecord, 'copied'> & {
  readonly sourcePath: string;
  readonly takenAt: string | null;
  readonly look: Buffer | null;
};
export type ClassToTakeIn = { readonly name: ClassName; readonly colour: string | null };

/** Photos with labels, groups and sides as they were; one that is here already keeps what it has. How each came in. */
export function takePhotosIn(
  database: ProjectDatabase,
  photos: readonly PhotoToTakeIn[],
  classes: readonly ClassToTakeIn[],
): InsertResult[] {
  return inTransaction(database, () => {
    const known = new Map(listClasses(database).map(({ name, colour }) => [name, colour]));
    for (const { name, colour } of classes) {
      const classId = ensureClass(database, name);
      if (colour !== null && (known.get(name) ?? null) === null) setClassColour(database, classId, colour);
    }
    return photos.map(({ look, ...photo }) => {
      const result = insertImage(database, { ...photo, copied: true });
      if (look !== null && result.kind === 'imported') insertLook(database, photo.imageId, look);
      return result;
    });
  });
}

export function epochsToPack(database: ProjectDatabase, runId: RunId): EpochReport[] {
  return listEpochs(database, runId);
}

type RunToTakeIn = { readonly record: RunRecord; readonly epochs: readonly EpochReport[] };

/** A run that ended elsewhere, as if it had ended here; false: it is here already, and nothing was changed. */
export function takeRunIn(database: ProjectDatabase, { record, epochs }: RunToTakeIn, now: Date): boolean {
  return inTransaction(database, () => {
    const { runId, status, startedAt, finishedAt, device, versions, failure } = record;
    if (findRun(database, runId) !== null) return false;
    insertRun(database, record, new Date(record.queuedAt));
    markRunStarted(database, runId, {
      startedAt: new Date(startedAt ?? record.queuedAt),
      device: null,
      versions: null,
    });
    for (const report of epochs) upsertEpoch(database, runId, report);
    if (device !== null && versions !== null) setRunDevice(database, runId, { device, versions });
    if (status === 'queued' || status === 'running') throw new RangeError(`${runId} has not ended`);
    finishRun(database, runId, {
      status,
      finishedAt: new Date(finishedAt ?? record.queuedAt),
      outcome: record,
      ...(failure !== null && { failure }),
    });
    updateRunNotes(database, runId, { tags: record.tags, note: record.note });
    const message = 'The run was made in another project and came from a pack.';
    insertRunEvent(database, runId, { happenedAt: now.toISOString(), kind: 'unpacked', message });
    return true;
  });
}
