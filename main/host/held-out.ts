/** A run's honest answers: for photos that did not teach what answered. Settings, weights and thresholds are chosen by them. */
import { AppError } from '../../shared/contract/errors.ts';
import type { RunId } from '../../shared/domain/ids.ts';
import type { ViewSet } from '../../shared/domain/view-set.ts';
import { computeOutcomes, judgeAnswers, type Outcomes } from './commands/evaluate.ts';
import type { CommandContext } from './dispatch.ts';
import { readCrossValidated } from './logit-store.ts';
import { labelledImages, requireFinishedRun, type Session } from './session.ts';

export type HeldOutOutcomes = Outcomes & {
  readonly from: 'validation' | 'folds'; // folds: training and validation photos, each by the fold that held it out
};

/**
 * On the validation side; of a run chosen by cross-validation, which learnt from that side too, by its folds.
 *
 * Folds have looked at the centre only: other views are INVALID_INPUT, and so is a run whose folds' answers were not kept.
 */
export async function heldOutOutcomes(
  session: Session,
  { runId, views }: { readonly runId: RunId; readonly views: ViewSet },
  context: CommandContext,
): Promise<HeldOutOutcomes> {
  const run = requireFinishedRun(session, runId);
  if (run.config.selection.kind === 'validation')
    return { ...(await computeOutcomes(session, { runId, split: 'val', views }, context)), from: 'validation' };
  if (views !== 'centre') {
    const message = `Run ${runId} was chosen by cross-validation: its held-out answers are of the centre alone. Choose 'centre'.`;
    throw new AppError('INVALID_INPUT', message);
  }
  const images = labelledImages(session, ['train', 'val']);
  const answers = await readCrossValidated(session, run, images);
  const none = { skipped: [], computed: 0, elapsedMs: 0 };
  return { run, ...judgeAnswers(session, images, answers), result: none, from: 'folds' };
}
