import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError, type Failure } from '../../../shared/contract/errors.ts';
import { ClassName } from '../../../shared/domain/ids.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import type { JobImage } from '../../engine/protocol/messages.ts';
import { type ImportItem, importPhotos } from '../../library/import.ts';
import { listRuns } from '../../store/runs.ts';
import { largestIndex, readAnswers } from '../answers.ts';
import type { CommandContext } from '../dispatch.ts';
import { expectResult } from '../expect-result.ts';
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
    for (const { path, inspection } of items)
      addPrediction(output, { path, row: rows.get(inspection.sha256), failure: failures.get(inspection.sha256) });
    return output;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function addPrediction(
  output: Output,
  photo: { readonly path: string; readonly row: readonly number[] | undefined; readonly failure: Failure | undefined },
): void {
  const { path, row, failure } = photo;
  const answer = row === undefined ? undefined : output.classes[largestIndex(row)];
  if (row !== undefined && answer !== undefined) output.predictions.push({ path, answer, probabilities: [...row] });
  else
    output.skipped.push({ path, failure: failure ?? { code: 'IMAGE_UNREADABLE', message: `${path} got no answer.` } });
}

/** The finished run with the best accuracy in its own selection; the newest of equals. */
function bestRun(session: Session): RunRecord {
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
      add: async (item) => {
        items.push(item);
        return { kind: 'imported' };
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
