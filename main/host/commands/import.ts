import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import type { Progress } from '../../../shared/contract/progress.ts';
import type { Sha256 } from '../../../shared/domain/ids.ts';
import { type ImportItem, type ImportSink, importPhotos, type SinkAnswer } from '../../library/import.ts';
import { findNearDuplicates } from '../../library/near-duplicates.ts';
import { insertLook, joinPairs, listLooks } from '../../store/groups.ts';
import { insertImage, useValidationAsTest } from '../../store/images.ts';
import { finishImportSession, insertImportSession, insertImportSkip } from '../../store/imports.ts';
import { assignSides } from '../../store/sides.ts';
import { inTransaction } from '../../store/statements.ts';
import { type Unpacked, withArchives } from '../archives.ts';
import type { CommandContext } from '../dispatch.ts';
import type { Session } from '../session.ts';

/** Brings photos into the project, gives the new ones a side of the split, and keeps the list of what was left out. */
export function importLibrary(
  session: Session,
  input: CommandInput<'library.import'>,
  context: CommandContext,
): Promise<CommandOutput<'library.import'>> {
  return withArchives(session, { paths: input.paths, context }, async (unpacked) =>
    importUnpacked(session, { unpacked, ...input }, context),
  );
}

type Unpacking = Omit<CommandInput<'library.import'>, 'paths'> & { readonly unpacked: Unpacked };

async function importUnpacked(
  session: Session,
  { unpacked, splitFromFolders, joinsAlike = true }: Unpacking,
  context: CommandContext,
): Promise<CommandOutput<'library.import'>> {
  const { database, folders } = session.project;
  const { refused, shown } = unpacked;
  const importId = insertImportSession(database, session.clock());
  const sideConflicts: { path: string; message: string }[] = [];
  const seenNow = new Set<Sha256>();
  const summary = await importPhotos({
    roots: unpacked.roots,
    splitFromFolders,
    thumbnailFolder: folders.thumbs,
    copyFolder: folders.images,
    pool: session.imaging(),
    sink: createSink(session, { sideConflicts, seenNow, shown }),
    signal: context.signal,
    onProgress: (progress) => context.onEvent({ kind: 'progress', progress }),
  });
  const isJoined = !joinsAlike || (await joinNearDuplicates(session, seenNow, context));
  if (splitFromFolders && !summary.cancelled) settleFolderSplit(session, context);
  else if (!splitFromFolders && isJoined) assignSides(database);
  const skipped = [...refused, ...summary.skipped].map(({ path, code, message }) => ({
    path: shown(path),
    failure: { code, message: shown(message) },
  }));
  inTransaction(database, () => {
    for (const skip of skipped) insertImportSkip(database, importId, skip); // each by itself would wait for the disk
  });
  const { imported, notReached } = summary;
  const cancelled = summary.cancelled || !isJoined;
  const found = summary.found + refused.length;
  finishImportSession(database, importId, { finishedAt: session.clock(), found, cancelled });
  const conflicts = summary.conflicts.map(({ path, sameAs, className, otherClassName }) => ({
    path: shown(path),
    message: `${shown(path)} is the same picture as ${sameAs}, but in class '${className ?? '–'}' instead of '${otherClassName ?? '–'}'. The first one is kept; move one of them.`,
  }));
  const duplicates = summary.duplicates.map(({ path, sameAs }) => ({ path: shown(path), sameAs: shown(sameAs) }));
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

/** Joins the photos seen now to those they nearly repeat, before any of them is given a side; false: stopped before that. */
async function joinNearDuplicates(
  session: Session,
  seenNow: ReadonlySet<Sha256>,
  context: CommandContext,
): Promise<boolean> {
  if (seenNow.size === 0) return true;
  const { database } = session.project;
  const photos = listLooks(database).map((row) => ({ ...row, isNew: seenNow.has(row.imageId) }));
  const tell = (text: string): void => context.onEvent({ kind: 'note', text });
  const onProgress = (progress: Progress): void => context.onEvent({ kind: 'progress', progress });
  const { signal } = context;
  const pairs = await findNearDuplicates(photos, { signal, onProgress }).catch((error: unknown) => {
    if (signal?.aborted) return null;
    throw error;
  });
  if (pairs === null) {
    tell('Stopped before near duplicates were joined. Import the same photos again, before training: that joins them.');
    return false;
  }
  const { joined, bridges } = joinPairs(database, pairs);
  if (joined > 0)
    tell(
      `${joined} photos are near duplicates or of one burst; the split keeps those that belong together on one side.`,
    );
  if (bridges > 0)
    tell(`${bridges} pairs of near duplicates stand on two sides of the split already. They stay where they are.`);
  return true;
}

type SinkNotes = {
  readonly sideConflicts: { path: string; message: string }[];
  readonly seenNow: Set<Sha256>;
  readonly shown: Unpacked['shown'];
};

function createSink(session: Session, { sideConflicts, seenNow, shown }: SinkNotes): ImportSink {
  return {
    add: async (items) =>
      inTransaction(session.project.database, () => items.map((item) => addOne({ ...item, path: shown(item.path) }))),
  };

  function addOne(item: ImportItem): SinkAnswer {
    const answer = insertImage(session.project.database, toNewImage(item, session.clock()));
    const { sha256, look } = item.inspection;
    insertLook(session.project.database, sha256, Buffer.from(look, 'base64'));
    seenNow.add(sha256);
    if (answer.sideConflict !== null) {
      const { kept, found } = answer.sideConflict;
      const message = `${item.path} was found for '${found}', but the same or nearly the same picture is in '${kept}'. It stays there.`;
      sideConflicts.push({ path: item.path, message });
    }
    if (answer.kind === 'imported') return { kind: 'imported' };
    const sameAs = answer.firstPath ?? item.path;
    if (answer.labelConflict !== null) return { kind: 'conflict', sameAs, className: answer.labelConflict.kept };
    return { kind: 'duplicate', sameAs };
  }
}

function toNewImage(item: ImportItem, importedAt: Date) {
  const { sha256, fileBytes, format, width, height, copied, takenAt } = item.inspection;
  return {
    imageId: sha256,
    fileBytes,
    format,
    widthPixels: width,
    heightPixels: height,
    className: item.className,
    groupId: sha256, // alone, until its near duplicates are found
    side: item.side,
    importedAt: importedAt.toISOString(),
    copied,
    takenAt,
    sourcePath: item.path,
  };
}
