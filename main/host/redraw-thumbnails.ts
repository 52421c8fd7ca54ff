import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { filesOf } from '../imaging/inspection.ts';
import { listCopiedPhotos } from '../store/photos.ts';
import type { Session } from './session.ts';

const STATS_AT_ONCE = 500; // about 2 ms
const IN_FLIGHT = 48;

export type Redrawing = { readonly signal: AbortSignal; readonly onNote: (text: string) => void };

/**
 * Draws the thumbnails again that are not there or are empty: a power cut took them, or somebody removed the folder as a cache.
 *
 * Out of the photos kept in the project; one that cannot be read is passed over, since whatever needs it says so. Ends soon after
 * `signal`; never rejects.
 */
export async function redrawThumbnails(session: Session, { signal, onNote }: Redrawing): Promise<void> {
  const { database, folders } = session.project;
  const request = { kind: 'inspect', thumbnailFolder: folders.thumbs, copyFolder: null } as const;
  const gone: string[] = [];
  for (const [at, imageId] of listCopiedPhotos(database).entries()) {
    if (at % STATS_AT_ONCE === 0) await breathe();
    if (signal.aborted) return;
    const found = statSync(filesOf(request, imageId).thumbnailFile, { throwIfNoEntry: false });
    if ((found?.size ?? 0) === 0) gone.push(join(folders.images, imageId));
  }
  if (gone.length === 0) return;
  onNote(
    gone.length === 1
      ? 'A thumbnail was gone; it is drawn again.'
      : `${gone.length} thumbnails were gone; they are drawn again.`,
  );
  for (let at = 0; at < gone.length && !signal.aborted; at += IN_FLIGHT)
    await Promise.all(
      gone.slice(at, at + IN_FLIGHT).map((path) => session.imaging().inspect({ ...request, path }, { signal })),
    );
}
