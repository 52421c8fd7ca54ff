import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError, type Failure } from '../../../shared/contract/errors.ts';
import { ClassName, Sha256 } from '../../../shared/domain/ids.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import type { JobImage } from '../../engine/protocol/messages.ts';
import { sha256Hex } from '../../kernel/hashing.ts';
import { type ImportItem, importPhotos } from '../../library/import.ts';
import { listRuns } from '../../store/runs.ts';
import { largestIndex, readAnswers } from '../answers.ts';
import type { CommandContext } from '../dispatch.ts';
import { expectResult } from '../expect-result.ts';
import { keepPreviewsBounded } from '../previews.ts';
import { jobPlaces, requireFinishedRun, type Session } from '../session.ts';

type Output = CommandOutput<'runs.predict'>;

/** Answers for photos that need not be in the project; nothing of them is kept but cached features. */
export async function predict(
  session: Session,
  input: CommandInput<'runs.predict'>,
  context: CommandContext,
): Promise<Output> {
  const run = input.runId === null ? bestRun(session) : requireFinishedRun(session, input.runId);
  const scratch = await mkdtemp(join(tmpdir(), 'thaw-predict-'));
  try {
    const { items, skipped } = await inspectAll(session, { paths: input.paths, scratch }, context);
    if (items.length === 0) return { runId: run.runId, classes: [], predictions: [], skipped };
    const images = uniqueImages(items);
    const job = { kind: 'evaluate' as const, jobId: run.runId, ...jobPlaces(session, run.runId), images };
    const result = await session.engine.run(
      { ...job, views: input.views, outputFolder: scratch, label: 'predict' },
      context,
    );
    const answer = expectResult(result, 'evaluate');
    const answers = await readAnswers(scratch, 'predict', answer.views);
    const rows = new Map(answers.imageIds.map((imageId, row) => [imageId, answers.probabilities[row] ?? []]));
    const failures = new Map<string, Failure>(answer.skipped.map(({ imageId, failure }) => [imageId, failure]));
    const classes = answers.classes.map((name) => ClassName.parse(name));
    const output: Output = { runId: run.runId, classes, predictions: [], skipped };
    const viewKeys = await keepPictures(session, scratch, images);
    for (const {
      path,
      inspection: { sha256 },
    } of items)
      addPrediction(output, {
        path,
        row: rows.get(sha256),
        failure: failures.get(sha256),
        viewKey: viewKeys.get(sha256) ?? null,
      });
    return output;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function addPrediction(
  output: Output,
  photo: {
    readonly path: string;
    readonly row: readonly number[] | undefined;
    readonly failure: Failure | undefined;
    readonly viewKey: Sha256 | null;
  },
): void {
  const { path, row, failure, viewKey } = photo;
  const answer = row === undefined ? undefined : output.classes[largestIndex(row)];
  if (row !== undefined && answer !== undefined)
    output.predictions.push({ path, answer, probabilities: [...row], viewKey });
  else
    output.skipped.push({ path, failure: failure ?? { code: 'IMAGE_UNREADABLE', message: `${path} got no answer.` } });
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

/** The finished run with the best accuracy in its own selection; the newest of equals. */
export function bestRun(session: Session): RunRecord {
  const finished = listRuns(session.project.database).filter(({ status }) => status === 'done');
  const best = finished.reduce<RunRecord | null>(
    (found, run) => (found === null || (run.bestValAccuracy ?? 0) > (found.bestValAccuracy ?? 0) ? run : found),
    null,
  );
  if (best === null) throw new AppError('NOT_FOUND', "There is no finished run yet. 'thaw train' makes one.");
  return best;
}

async function inspectAll(
  session: Session,
  request: { readonly paths: readonly string[]; readonly scratch: string },
  context: CommandContext,
): Promise<{ readonly items: ImportItem[]; readonly skipped: Output['skipped'] }> {
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
