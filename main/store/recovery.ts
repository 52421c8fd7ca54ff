import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { AppError } from '../../shared/contract/errors.ts';
import { type Backup, listBackups } from './backups.ts';
import { fileStamp, renameDurably, syncToDisk } from './files.ts';
import { requireSound } from './integrity.ts';

export type Recovery = {
  readonly movedTo: string | null; // where the damaged file lies now; null where there was none
  readonly restoredFrom: string;
  readonly lost: string; // in words for the user
};

/**
 * Moves a damaged database (or what stands in its place) aside with its -wal and -shm, and puts the newest sound backup
 * there. Nothing is ever overwritten or deleted. Throws PROJECT_DAMAGED, after moving, where no backup is sound.
 *
 * The backup is copied and checked before the move, so that a crash in between leaves either the damaged file or none
 * (which the next open treats the same way).
 */
export function recoverDatabase(file: string, reason: string, now: () => Date): Recovery {
  const restoring = `${file}.restoring`;
  const backup = listBackups(file).find((candidate) => copySound(candidate, restoring));
  const movedTo = moveAside(file, now());
  const moved = movedTo === null ? '' : ` The damaged file was kept as ${movedTo}.`;
  if (backup === undefined) {
    throw new AppError(
      'PROJECT_DAMAGED',
      `${file}: the project database is damaged (${reason}) and there is no sound backup.${moved} ` +
        'Your photos were not touched: import them into a new project.',
    );
  }
  renameDurably(restoring, file);
  const madeAt = backup.madeAt.toISOString();
  const lost = `The project database was damaged (${reason}). Changes after ${madeAt} are lost: labels, imports and runs.${moved}`;
  return { movedTo, restoredFrom: backup.file, lost };
}

function copySound(backup: Backup, restoring: string): boolean {
  rmSync(restoring, { force: true });
  copyFileSync(backup.file, restoring);
  syncToDisk(restoring);
  try {
    requireSound(restoring);
    return true;
  } catch (error) {
    rmSync(restoring, { force: true });
    if (error instanceof AppError) return false;
    throw error;
  }
}

function moveAside(file: string, time: Date): string | null {
  const base = `${file}.damaged-${fileStamp(time)}`;
  let target = base;
  for (let copy = 2; existsSync(target); copy += 1) target = `${base}-${copy}`;
  let movedTo: string | null = null;
  for (const suffix of ['-wal', '-shm', '']) {
    if (!existsSync(file + suffix)) continue;
    renameSync(file + suffix, target + suffix);
    movedTo = target;
  }
  return movedTo;
}
