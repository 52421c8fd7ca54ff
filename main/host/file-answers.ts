/** What a run answers for photo files that need not be in the project; nothing of them is kept but cached features. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, type Failure } from '../../shared/contract/errors.ts';
import { ClassName, Sha256 } from '../../shared/domain/ids.ts';
import type { RunRecord } from '../../shared/domain/run.ts';
import type { ViewSet } from '../../shared/domain/view-set.ts';
import { type Logits, readLogits, rowsById } from '../engine/checkpoints/logits.ts';
import type { JobImage } from '../engine/protocol/messages.ts';
import { sha256Hex } from '../kernel/hashing.ts';
import { type ImportItem, importPhotos } from '../library/import.ts';
import type { CommandContext } from './dispatch.ts';
import { expectResult } from './expect-result.ts';
import { keepPreviewsBounded } from './previews.ts';
import { jobPlaces, type Session } from './session.ts';

export type SkippedFile = { readonly path: string; readonly failure: Failure };
export type AnsweredFile = {
  readonly path: string;
  readonly image: JobImage;
  readonly views: readonly Float32Array[]; // logits [K] of each view
  readonly viewKey: Sha256 | null; // of its small picture, as media of the kind 'view'; null: none could be kept
};
export type FileAnswers = {
  readonly classes: readonly ClassName[]; // empty where no file could be read
  readonly files: readonly AnsweredFile[]; // copies of one picture each have their own
  readonly skipped: readonly SkippedFile[];
};
type Asking = { readonly run: RunRecord; readonly views: ViewSet };
export type FilesRequest = Asking & { readonly paths: readonly string[] };
type EachRequest = {
  readonly askings: readonly Asking[];
  readonly paths: readonly string[];
  readonly showsPictures: boolean; // their small pictures are kept for the front end
};

/** Throws CANCELLED, DISK_FULL, and what the engine says of the run. */
export async function answerFiles(
  session: Session,
  { paths, ...asking }: FilesRequest,
  context: CommandContext,
): Promise<FileAnswers> {
  const [answers] = await answerFilesByEach(session, { askings: [asking], paths, showsPictures: true }, context);
  return answers!;
}

/** The files are looked at once, and every run answers in its own crops: in the order of `askings`. Throws as answerFiles. */
export async function answerFilesByEach(
  session: Session,
  { askings, paths, showsPictures }: EachRequest,
  context: CommandContext,
): Promise<FileAnswers[]> {
  const scratch = await mkdtemp(join(tmpdir(), 'thaw-predict-'));
  try {
    const { items, skipped } = await inspectAll(session, { paths, scratch }, context);
    if (items.length === 0) return askings.map(() => ({ classes: [], files: [], skipped }));
    const images = uniqueImages(items);
    const viewKeys = showsPictures ? await keepPictures(session, scratch, images) : new Map<string, Sha256>();
    const answers: FileAnswers[] = [];
    for (const asking of askings) {
      const found = await askRun(session, { ...asking, items, images, viewKeys, scratch }, context);
      answers.push({ ...found, skipped: [...skipped, ...found.skipped] });
    }
    return answers;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

type Asked = Asking & {
  readonly items: readonly ImportItem[];
  readonly images: JobImage[];
  readonly viewKeys: ReadonlyMap<string, Sha256>;
  readonly scratch: string;
};

async function askRun(
  session: Session,
  { run, views, items, images, viewKeys, scratch }: Asked,
  context: CommandContext,
): Promise<FileAnswers> {
  const outputFolder = await mkdtemp(join(scratch, 'answers-'));
  const job = { kind: 'evaluate' as const, jobId: run.runId, ...jobPlaces(session, run.runId), images };
  const result = await session.engine.run({ ...job, views, outputFolder, label: 'predict' }, context);
  const answer = expectResult(result, 'evaluate');
  const logits = await readViews(outputFolder, answer.views);
  const failures = new Map<string, Failure>(answer.skipped.map(({ imageId, failure }) => [imageId, failure]));
  const imageOf = new Map(images.map((image) => [image.imageId as string, image]));
  const files: AnsweredFile[] = [];
  const skipped: SkippedFile[] = [];
  for (const { path, inspection } of items) {
    const own = logits.viewsOf(inspection.sha256);
    const image = imageOf.get(inspection.sha256);
    if (own !== null && image !== undefined)
      files.push({ path, image, views: own, viewKey: viewKeys.get(inspection.sha256) ?? null });
    else skipped.push({ path, failure: failures.get(inspection.sha256) ?? noAnswer(path) });
  }
  return { classes: logits.classes, files, skipped };
}

function noAnswer(path: string): Failure {
  return { code: 'IMAGE_UNREADABLE', message: `${path} got no answer.` };
}

async function readViews(folder: string, views: readonly string[]) {
  const files: Logits[] = [];
  for (const view of views) files.push(await readLogits(folder, { side: 'predict', view }));
  const rows = files.map(rowsById);
  const viewsOf = (imageId: string): Float32Array[] | null => {
    const found = files.flatMap(({ values, classes }, at) => {
      const row = rows[at]!.get(imageId);
      return row === undefined ? [] : [values.slice(row * classes.length, (row + 1) * classes.length)];
    });
    return found.length === files.length ? found : null;
  };
  return { classes: (files[0]?.classes ?? []).map((name) => ClassName.parse(name)), viewsOf };
}

/**
 * Keeps the small pictures for the front end among the previews: bounded, and emptied from Settings.
 *
 * None where the project is read only; one that cannot be kept (a full disk) costs its picture, not its answer.
 */
async function keepPictures(
  session: Session,
  scratch: string,
  images: readonly JobImage[],
): Promise<ReadonlyMap<string, Sha256>> {
  const { folders, readOnly } = session.project;
  const kept = new Map<string, Sha256>();
  if (readOnly) return kept;
  for (const { imageId } of images) {
    const key = Sha256.parse(sha256Hex(`predicted ${imageId}`));
    const isKept = await copyFile(join(scratch, `${imageId}.jpg`), join(folders.previews, `${key}.jpg`)).then(
      () => true,
      () => false,
    );
    if (isKept) kept.set(imageId, key);
  }
  await keepPreviewsBounded(folders.previews, kept.size);
  return kept;
}

async function inspectAll(
  session: Session,
  request: { readonly paths: readonly string[]; readonly scratch: string },
  context: CommandContext,
): Promise<{ readonly items: ImportItem[]; readonly skipped: SkippedFile[] }> {
  const items: ImportItem[] = [];
  const summary = await importPhotos({
    roots: request.paths,
    splitFromFolders: false,
    thumbnailFolder: request.scratch,
    copyFolder: null,
    pool: session.imaging(),
    sink: {
      add: async (found) => {
        items.push(...found);
        return found.map(() => ({ kind: 'imported' }));
      },
    },
    signal: context.signal,
    onProgress: (progress) => context.onEvent({ kind: 'progress', progress }),
  });
  if (summary.cancelled) throw new AppError('CANCELLED', 'Stopped as asked.');
  return { items, skipped: summary.skipped.map(({ path, code, message }) => ({ path, failure: { code, message } })) };
}

function uniqueImages(items: readonly ImportItem[]): JobImage[] {
  const byContent = new Map<string, JobImage>();
  for (const { path, inspection } of items)
    byContent.set(inspection.sha256, {
      imageId: inspection.sha256,
      path,
      label: null,
      groupId: inspection.sha256,
      side: null,
    });
  return [...byContent.values()];
}
