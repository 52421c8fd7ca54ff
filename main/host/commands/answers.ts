import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { ClassName, Sha256 } from '../../../shared/domain/ids.ts';
import { viewsOf } from '../../../shared/domain/view-set.ts';
import type { JobImage } from '../../engine/protocol/messages.ts';
import { insertTestLook } from '../../store/metrics.ts';
import { type Answers, readAnswers } from '../answers.ts';
import type { CommandContext } from '../dispatch.ts';
import { labelledImages, requireFinishedRun, runFolder, type Session } from '../session.ts';
import { computeOutcomes, judgeAnswers, type Outcomes } from './evaluate.ts';

type Judged = Pick<Outcomes, 'classes' | 'imageIds' | 'truth' | 'answers' | 'probabilities'>;

/** How a finished run answered for each photo of a side; from stored logits, computed where some are missing. */
export async function listAnswers(
  session: Session,
  input: CommandInput<'runs.answers'>,
  context: CommandContext,
): Promise<CommandOutput<'runs.answers'>> {
  const judged = (await storedOutcomes(session, input)) ?? (await computeOutcomes(session, input, context));
  const { classes, imageIds, truth, answers, probabilities } = judged;
  return {
    classes: classes.map((name) => ClassName.parse(name)),
    answers: imageIds.map((imageId, row) => ({
      imageId: Sha256.parse(imageId),
      truth: truth[row] ?? 0,
      answer: answers[row] ?? 0,
      probability: probabilities[row]?.[answers[row] ?? 0] ?? 0,
      truthProbability: probabilities[row]?.[truth[row] ?? 0] ?? 0,
    })),
  };
}

/** null: some photo of the side has no stored logits. A look at stored answers for the test side is a look all the same. */
async function storedOutcomes(session: Session, input: CommandInput<'runs.answers'>): Promise<Judged | null> {
  const { split, views } = input;
  const run = requireFinishedRun(session, input.runId);
  const images = labelledImages(session, [split]);
  const stored = await readStored(session, input);
  if (stored === null || images.length === 0) return null;
  const answers = onlyPhotos(stored, images);
  if (answers.imageIds.length < images.length) return null;
  if (split === 'test')
    insertTestLook(session.project.database, { runId: run.runId, views, lookedAt: session.clock() });
  return judgeAnswers(session, images, answers);
}

async function readStored(session: Session, input: CommandInput<'runs.answers'>): Promise<Answers | null> {
  try {
    return await readAnswers(
      runFolder(session, input.runId),
      input.split,
      viewsOf(input.views).map(({ id }) => id),
    );
  } catch (error) {
    if (error instanceof AppError && error.code === 'CACHE_DAMAGED') return null; // missing or damaged: computed again
    throw error;
  }
}

/** Photos may have left the side, or the project, since the logits were stored. */
function onlyPhotos(stored: Answers, images: readonly JobImage[]): Answers {
  const wanted = new Set<string>(images.map(({ imageId }) => imageId));
  const isWanted = stored.imageIds.map((imageId) => wanted.has(imageId));
  return {
    classes: stored.classes,
    imageIds: stored.imageIds.filter((_, row) => isWanted[row]),
    probabilities: stored.probabilities.filter((_, row) => isWanted[row]),
  };
}
