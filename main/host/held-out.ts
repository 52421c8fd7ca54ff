/** A run's honest answers: for photos that did not teach what answered. Settings, weights and thresholds are chosen by them. */
import { AppError } from '../../shared/contract/errors.ts';
import type { RunId } from '../../shared/domain/ids.ts';
import type { RunRecord } from '../../shared/domain/run.ts';
import type { ViewSet } from '../../shared/domain/view-set.ts';
import { datasetHash } from '../store/sides.ts';
import { computeOutcomes, judgeAnswers, type Outcomes } from './commands/evaluate.ts';
import type { CommandContext } from './dispatch.ts';
import { ensureLogits, readCrossValidated, readStoredAnswers } from './logit-store.ts';
import { labelledImages, requireFinishedRun, type Session } from './session.ts';
import { trainingImages } from './training-images.ts';

export type HeldOutOutcomes = Outcomes & {
  readonly from: 'validation' | 'folds'; // folds: training and validation photos, each by the fold that held it out
};

/**
 * On the validation side; of a run chosen by cross-validation, which learnt from that side too, by its folds; of a trial of a
 * sweep on the fold that it never saw.
 *
 * Folds have looked at the centre only: other views are INVALID_INPUT, and so is a run whose folds' answers were not kept.
 */
export async function heldOutOutcomes(
  session: Session,
  { runId, views }: { readonly runId: RunId; readonly views: ViewSet },
  context: CommandContext,
): Promise<HeldOutOutcomes> {
  const run = requireFinishedRun(session, runId);
  const { selection } = run.config;
  if (selection.kind === 'validation')
    return { ...(await computeOutcomes(session, { runId, split: 'val', views }, context)), from: 'validation' };
  if (selection.kind === 'fold') return await foldOutcomes(session, { run, views }, context);
  if (views !== 'centre') {
    const message = `Run ${runId} was chosen by cross-validation: its held-out answers are of the centre alone. Choose 'centre'.`;
    throw new AppError('INVALID_INPUT', message);
  }
  const images = labelledImages(session, ['train', 'val']);
  const answers = await readCrossValidated(session, run, images);
  const none = { skipped: [], computed: 0, elapsedMs: 0 };
  return { run, ...judgeAnswers(session, images, answers), result: none, from: 'folds' };
}

/** The fold is drawn from the photos of then: where these changed, nobody knows it any more. */
async function foldOutcomes(
  session: Session,
  { run, views }: { readonly run: RunRecord; readonly views: ViewSet },
  context: CommandContext,
): Promise<HeldOutOutcomes> {
  if (datasetHash(session.project.database) !== run.datasetHash) {
    const message = `Photos or labels changed since run ${run.runId} was trained on some folds of them: which photos it never saw is not known any more. Train it again.`;
    throw new AppError('INVALID_INPUT', message);
  }
  const images = trainingImages(session, run.config.selection).images.filter(({ side }) => side === 'val');
  const wish = { run, images, side: 'fold', views };
  const result = await ensureLogits(session, wish, context);
  const answers = await readStoredAnswers(session, wish, { skipped: result.skipped });
  return { run, ...judgeAnswers(session, images, answers), result, from: 'folds' };
}
