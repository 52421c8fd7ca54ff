/** What the commands of a host share. */
import { join } from 'node:path';
import { AppError } from '../../shared/contract/errors.ts';
import type { RunId, Sha256, SplitSide } from '../../shared/domain/ids.ts';
import type { RunRecord } from '../../shared/domain/run.ts';
import type { JobImage } from '../engine/protocol/messages.ts';
import type { ImagingPool } from '../imaging/pool.ts';
import { backbonesFolder } from '../kernel/resources.ts';
import { listClasses } from '../store/classes.ts';
import { listFirstPaths, listImages } from '../store/images.ts';
import type { Project } from '../store/project.ts';
import { findRun } from '../store/runs.ts';
import type { EngineClient } from './engine-client.ts';

export type Session = {
  readonly project: Project;
  readonly engine: EngineClient;
  readonly imaging: () => ImagingPool; // started with the first photo
  readonly notes: readonly string[]; // what was repaired or lost when the project was opened
  readonly clock: () => Date;
  readonly random: () => number; // for names of runs only, never for results
};

export function runFolder(session: Session, runId: RunId): string {
  return join(session.project.folders.runs, runId);
}

/** The folders that every job of the engine is given. */
export function jobFolders(session: Session) {
  return { featuresFolder: session.project.folders.features, backbonesFolder };
}

/** The same for a job that belongs to a run. */
export function jobPlaces(session: Session, runId: RunId) {
  return { ...jobFolders(session), runFolder: runFolder(session, runId) };
}

/** A finished run; throws NOT_FOUND, or INVALID_INPUT where it has no weights. */
export function requireFinishedRun(session: Session, runId: RunId): RunRecord {
  const run = findRun(session.project.database, runId);
  if (run === null) throw new AppError('NOT_FOUND', `There is no run ${runId} here. Runs ('thaw runs') lists them.`);
  const isKept = run.failure?.code === 'LOSS_NOT_FINITE'; // its last good weights, where an epoch was finished
  if (run.status === 'done' || isKept) return run;
  throw new AppError(
    'INVALID_INPUT',
    `Run ${runId} is ${run.status}: it has no finished weights. Choose a finished run.`,
  );
}

/** Where the content of a photo can be read. */
export function imagePath(
  session: Session,
  image: { readonly imageId: Sha256; readonly copied: boolean },
): string | null {
  return image.copied ? join(session.project.folders.images, image.imageId) : null;
}

/** The labelled photos of some sides as rows of a job, in the order of their content hashes. */
export function labelledImages(session: Session, sides: readonly SplitSide[]): JobImage[] {
  const { database } = session.project;
  const labels = new Map(listClasses(database).map((row) => [row.name, row.position]));
  const paths = listFirstPaths(database);
  return listImages(database).flatMap((image): JobImage[] => {
    const label = image.className === null ? undefined : labels.get(image.className);
    if (label === undefined || image.side === null || !sides.includes(image.side)) return [];
    const path = imagePath(session, image) ?? paths.get(image.imageId) ?? '';
    return [{ imageId: image.imageId, path, label, groupId: image.groupId, side: image.side }];
  });
}
