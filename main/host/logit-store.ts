/** The logits that lie in the folders of runs: which of them are good for today's photos, and the engine's work for the rest. */
import { AppError } from '../../shared/contract/errors.ts';
import type { Averaging } from '../../shared/domain/ensemble.ts';
import type { RunRecord } from '../../shared/domain/run.ts';
import { type ViewSet, viewsOf } from '../../shared/domain/view-set.ts';
import { CROSS_VALIDATED, findLogits, type Logits, readLogits, rowsById } from '../engine/checkpoints/logits.ts';
import type { EvaluateResult, JobImage } from '../engine/protocol/messages.ts';
import { thawVersion } from '../kernel/version.ts';
import { type Answers, viewMean } from './answers.ts';
import type { CommandContext } from './dispatch.ts';
import { expectResult } from './expect-result.ts';
import { jobPlaces, runFolder, type Session } from './session.ts';

export type LogitsWish = {
  readonly run: RunRecord;
  readonly images: readonly JobImage[]; // today's photos of the side
  readonly side: string;
  readonly views: ViewSet;
};
export type Computed = Pick<EvaluateResult, 'skipped' | 'computed' | 'elapsedMs'>;

/** Nothing is computed where every photo has its logits in every view; else only what is missing. */
export async function ensureLogits(session: Session, wish: LogitsWish, context: CommandContext): Promise<Computed> {
  const { run, images, side, views } = wish;
  if (await isStored(session, wish)) return { skipped: [], computed: 0, elapsedMs: 0 };
  const outputFolder = runFolder(session, run.runId);
  const places = { jobId: run.runId, ...jobPlaces(session, run.runId), outputFolder, label: side };
  const result = await session.engine.run({ kind: 'evaluate', ...places, images: [...images], views }, context);
  return expectResult(result, 'evaluate');
}

async function isStored(session: Session, { run, images, side, views }: LogitsWish): Promise<boolean> {
  for (const { id } of viewsOf(views)) {
    const logits = await findStored(session, run, { side, view: id });
    const rows = logits === null ? null : rowsById(logits);
    if (rows === null || images.some(({ imageId }) => !rows.has(imageId))) return false;
  }
  return true;
}

type Place = { readonly side: string; readonly view: string };

/** null: there are none by the run's own weights, or nobody knows these. */
async function findStored(session: Session, run: RunRecord, place: Place): Promise<Logits | null> {
  const weightsSha256 = run.versions?.weightsSha256;
  if (typeof weightsSha256 !== 'string') return null;
  const source = { weightsSha256, thawVersion: thawVersion() } as Logits['source'];
  return await findLogits(runFolder(session, run.runId), place, source);
}

export type Mean = { readonly averaging?: Averaging; readonly skipped?: Computed['skipped'] };

/** The stored answers for the photos, but for those that were skipped; after ensureLogits. Throws CACHE_DAMAGED. */
export async function readStoredAnswers(
  session: Session,
  { run, images, side, views }: LogitsWish,
  { averaging = 'probabilities', skipped = [] }: Mean = {},
): Promise<Answers> {
  const gone = new Set(skipped.map(({ imageId }) => imageId));
  const imageIds = images.map(({ imageId }) => imageId as string).filter((imageId) => !gone.has(imageId));
  const mean = viewMean(averaging, imageIds);
  for (const { id } of viewsOf(views)) mean.add(await readLogits(runFolder(session, run.runId), { side, view: id }));
  return mean.answers();
}

/** Answers for photos that the run learnt from, each by the fold that held it out. Throws INVALID_INPUT where there are none. */
export async function readCrossValidated(
  session: Session,
  run: RunRecord,
  images: readonly JobImage[],
): Promise<Answers> {
  try {
    const logits = await readLogits(runFolder(session, run.runId), { side: CROSS_VALIDATED, view: 'centre' });
    const rows = rowsById(logits);
    const imageIds = images.map(({ imageId }) => imageId as string).filter((imageId) => rows.has(imageId));
    const mean = viewMean('probabilities', imageIds);
    mean.add(logits);
    return mean.answers();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'CACHE_DAMAGED') throw error;
    const message = `Run ${run.runId} was chosen by cross-validation, and no answers of its folds are kept (an older Thaw trained it, or its trials were stopped). Train it again.`;
    throw new AppError('INVALID_INPUT', message, { cause: error });
  }
}
