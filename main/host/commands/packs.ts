/** Packing photos and runs of this project into one file, and taking those of a pack in. */
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { RunId, Sha256 } from '../../../shared/domain/ids.ts';
import { isResumable, type RunRecord } from '../../../shared/domain/run.ts';
import { listNames } from '../../kernel/folders.ts';
import { type Manifest, type PackedPhoto, PackPath } from '../../packs/manifest.ts';
import { type OpenPack, openPack, requireRoomForPack } from '../../packs/read-pack.ts';
import { type FileToPack, writePack } from '../../packs/write-pack.ts';
import { listClasses } from '../../store/classes.ts';
import { epochsToPack, listPhotosToPack, type PhotoRow, takePhotosIn, takeRunIn } from '../../store/packing.ts';
import { readProjectName } from '../../store/project-name.ts';
import { findRun, listRuns } from '../../store/runs.ts';
import type { CommandContext } from '../dispatch.ts';
import { imagePath, runFolder, type Session } from '../session.ts';

/** Throws INVALID_INPUT where nothing would be in it, a file is in the way, or a run has not ended. */
export async function packProject(
  session: Session,
  input: CommandInput<'project.pack'>,
  context: CommandContext,
): Promise<CommandOutput<'project.pack'>> {
  const { database } = session.project;
  const path = resolve(input.output);
  if (existsSync(path))
    throw new AppError('INVALID_INPUT', `${path}: is there already. Choose another name, or remove it.`);
  const rows = input.photos ? listPhotosToPack(database) : [];
  const runs = runsToPack(session, input.runs);
  if (rows.length + runs.length === 0)
    throw new AppError('INVALID_INPUT', 'There is nothing to pack here: no photo and no finished run.');
  const files: FileToPack[] = [
    ...rows.flatMap((row) => filesOfPhoto(session, row)),
    ...(await filesOfRuns(session, runs)),
  ];
  const { packId, bytes } = await writePack(
    path,
    {
      name: readProjectName(database),
      classes: listClasses(database).map(({ name, colour }) => ({ name, colour })),
      photos: rows.map(toPackedPhoto),
      runs: runs.map((record) => ({ record, epochs: epochsToPack(database, record.runId) })),
      files,
    },
    { signal: context.signal, onProgress: tellProgress(context, 'packing') },
  );
  return { path, packId, bytes, photos: rows.length, runs: runs.length };
}

function runsToPack(session: Session, wanted: CommandInput<'project.pack'>['runs']): RunRecord[] {
  const { database } = session.project;
  if (wanted === 'all') return listRuns(database).filter(({ status }) => status === 'done');
  return wanted.map((runId) => {
    const run = findRun(database, runId);
    if (run === null) throw new AppError('NOT_FOUND', `There is no run ${runId} here. Runs ('thaw runs') lists them.`);
    if (run.status === 'done' || isResumable(run)) return run;
    throw new AppError('INVALID_INPUT', `Run ${runId} is ${run.status}. Pack it when it has ended.`);
  });
}

function toPackedPhoto({ image, sourcePath, takenAt, look }: PhotoRow): PackedPhoto {
  const { copied: _, ...record } = image;
  const fileName = basename(sourcePath ?? image.imageId).replaceAll(/[/\\\p{Cc}]/gu, '_');
  return { ...record, fileName, takenAt, look: look?.toString('base64') ?? null };
}

/** A photo that is read where it was found goes in as well: the pack is whole. */
function filesOfPhoto(session: Session, { image, sourcePath }: PhotoRow): FileToPack[] {
  const { imageId } = image;
  const thumb = join(session.project.folders.thumbs, `${imageId}.jpg`);
  return [
    { source: imagePath(session, image) ?? sourcePath ?? '', path: `images/${imageId}`, sha256: imageId },
    ...(existsSync(thumb) ? [{ source: thumb, path: `thumbs/${imageId}.jpg` }] : []),
  ];
}

async function filesOfRuns(session: Session, runs: readonly RunRecord[]): Promise<FileToPack[]> {
  const files: FileToPack[] = [];
  for (const { runId } of runs) {
    const folder = runFolder(session, runId);
    for (const name of await listNames(folder)) {
      const path = `runs/${runId}/${name}`;
      if (name.includes('.') && PackPath.safeParse(path).success) files.push({ source: join(folder, name), path });
    }
  }
  return files;
}

/** Everything is in its place before the database says so; what a kill leaves is swept up at the next open. */
export async function unpackIntoProject(
  session: Session,
  { path }: CommandInput<'project.unpack'>,
  context: CommandContext,
): Promise<CommandOutput<'project.unpack'>> {
  const { database, folder } = session.project;
  const pack = await openPack(resolve(path));
  try {
    const { manifest, packId } = pack;
    requireSound(path, manifest);
    await requireRoomForPack(manifest, folder);
    const known = new Set(
      manifest.runs.filter(({ record }) => findRun(database, record.runId) !== null).map(({ record }) => record.runId),
    );
    await extractAll(session, pack, { known, context });
    const photos = takePhotosIn(database, manifest.photos.map(toPhoto), manifest.classes);
    const added = manifest.runs.filter((run) => takeRunIn(database, run, session.clock()));
    return {
      packId,
      name: manifest.name,
      photos: {
        added: photos.filter(({ kind }) => kind === 'imported').length,
        known: photos.filter(({ kind }) => kind === 'duplicate').length,
        conflicts: photos.filter(({ labelConflict, sideConflict }) => labelConflict !== null || sideConflict !== null)
          .length,
      },
      runs: { added: added.length, known: manifest.runs.length - added.length },
    };
  } finally {
    pack.close();
  }
}

function toPhoto({ fileName, look, ...photo }: PackedPhoto) {
  const sourcePath = join('pack', photo.imageId.slice(0, 16), fileName);
  return { ...photo, sourcePath, look: look === null ? null : Buffer.from(look, 'base64') };
}

type Extraction = { readonly known: ReadonlySet<RunId>; readonly context: CommandContext };

async function extractAll(
  session: Session,
  { manifest, extract }: OpenPack,
  { known, context }: Extraction,
): Promise<void> {
  const { folders } = session.project;
  const tell = tellProgress(context, 'unpacking');
  for (const [at, file] of manifest.files.entries()) {
    if (context.signal.aborted) throw new AppError('CANCELLED', 'Stopped as asked.');
    tell(at, manifest.files.length);
    const [kind, first = '', name = ''] = file.path.split('/');
    const target =
      kind === 'images'
        ? join(folders.images, first)
        : kind === 'thumbs'
          ? join(folders.thumbs, first)
          : join(folders.runs, first, name);
    const isHere = kind === 'runs' ? known.has(RunId.parse(first)) : existsSync(target);
    if (!isHere) await extract(file, target);
  }
  tell(manifest.files.length, manifest.files.length);
}

/** A photo's file must be the photo, every photo must be there, and a run must have ended. */
function requireSound(path: string, { photos, runs, files }: Manifest): void {
  const refuse = (reason: string): AppError =>
    new AppError('INVALID_INPUT', `${path}: nothing of this pack was taken: ${reason}. Have it made again.`);
  const paths = new Map(files.map((file) => [file.path, file]));
  for (const { imageId, fileBytes } of photos) {
    const file = paths.get(`images/${imageId}`);
    if (file === undefined || file.sha256 !== imageId || file.bytes !== fileBytes)
      throw refuse(`photo ${imageId.slice(0, 12)} is not in it`);
  }
  const imageIds = new Set(photos.map(({ imageId }) => imageId));
  const runIds = new Set(runs.map(({ record }) => record.runId));
  for (const { path: name, sha256 } of files) {
    const [kind, first = ''] = name.split('/');
    const isOwned = kind === 'runs' ? runIds.has(RunId.parse(first)) : imageIds.has(Sha256.parse(first.slice(0, 64)));
    if (!isOwned || (kind === 'images' && first !== sha256)) throw refuse(`${name} belongs to no photo or run of it`);
  }
  const unfinished = runs.find(({ record }) => record.status === 'queued' || record.status === 'running');
  if (unfinished !== undefined) throw refuse(`run ${unfinished.record.runId} has not ended`);
}

function tellProgress(context: CommandContext, phase: 'packing' | 'unpacking') {
  return (done: number, total: number): void => {
    if (done % 20 !== 0 && done !== total) return;
    const progress = { phase, done, total, unitsPerSecond: null, secondsLeft: null };
    context.onEvent({ kind: 'progress', progress });
  };
}
