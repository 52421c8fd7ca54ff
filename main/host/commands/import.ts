import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { type ImportItem, type ImportSink, importPhotos } from '../../library/import.ts';
import { insertImage, useValidationAsTest } from '../../store/images.ts';
import { finishImportSession, insertImportSession, insertImportSkip } from '../../store/imports.ts';
import { assignSides } from '../../store/sides.ts';
import type { CommandContext } from '../dispatch.ts';
import type { Session } from '../session.ts';

/** Brings photos into the project, gives the new ones a side of the split, and keeps the list of what was left out. */
export async function importLibrary(
  session: Session,
  input: CommandInput<'library.import'>,
  context: CommandContext,
): Promise<CommandOutput<'library.import'>> {
  const { database, folders } = session.project;
  const importId = insertImportSession(database, session.clock());
  const sideConflicts: { path: string; message: string }[] = [];
  const summary = await importPhotos({
    roots: input.paths,
    splitFromFolders: input.splitFromFolders,
    thumbnailFolder: folders.thumbs,
    copyFolder: folders.images,
    pool: session.imaging(),
    sink: createSink(session, sideConflicts),
    signal: context.signal,
    onProgress: (progress) => context.onEvent({ kind: 'progress', progress }),
  });
  if (!input.splitFromFolders) assignSides(database);
  else if (!summary.cancelled) settleFolderSplit(session, context);
  const skipped = summary.skipped.map(({ path, code, message }) => ({ path, failure: { code, message } }));
  for (const skip of skipped) insertImportSkip(database, importId, skip);
  const { found, cancelled, imported, notReached } = summary;
  finishImportSession(database, importId, { finishedAt: session.clock(), found, cancelled });
  const conflicts = summary.conflicts.map(({ path, sameAs, className, otherClassName }) => ({
    path,
    message: `${path} is the same picture as ${sameAs}, but in class '${className ?? '–'}' instead of '${otherClassName ?? '–'}'. The first one is kept; move one of them.`,
  }));
  const duplicates = [...summary.duplicates];
  return { found, imported, duplicates, skipped, conflicts: [...conflicts, ...sideConflicts], notReached, cancelled };
}

/** A folder split with a single held-out side: it is the test set, and selection is by cross-validation inside train. */
function settleFolderSplit(session: Session, context: CommandContext): void {
  const moved = useValidationAsTest(session.project.database);
  if (moved > 0)
    context.onEvent({
      kind: 'note',
      text: `No test folder: the ${moved} photos held out are the test set; settings are chosen by cross-validation inside train.`,
    });
}

function createSink(session: Session, sideConflicts: { path: string; message: string }[]): ImportSink {
  return {
    add: async (item) => {
      const answer = insertImage(session.project.database, toNewImage(item, session.clock()));
      if (answer.sideConflict !== null) {
        const { kept, found } = answer.sideConflict;
        const message = `${item.path} was found for '${found}', but the same or nearly the same picture is in '${kept}'. It stays there.`;
        sideConflicts.push({ path: item.path, message });
      }
      if (answer.kind === 'imported') return { kind: 'imported' };
      const sameAs = answer.firstPath ?? item.path;
      if (answer.labelConflict !== null) return { kind: 'conflict', sameAs, className: answer.labelConflict.kept };
      return { kind: 'duplicate', sameAs };
    },
  };
}

function toNewImage(item: ImportItem, importedAt: Date) {
  const { sha256, fileBytes, format, width, height, copied, differenceHash } = item.inspection;
  return {
    imageId: sha256,
    fileBytes,
    format,
    widthPixels: width,
    heightPixels: height,
    className: item.className,
    groupId: sha256, // exact copies are one photo; bursts and near duplicates will join groups
    side: item.side,
    importedAt: importedAt.toISOString(),
    copied,
    differenceHash,
    sourcePath: item.path,
  };
}
