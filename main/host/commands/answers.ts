import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { ClassName, Sha256 } from '../../../shared/domain/ids.ts';
import type { CommandContext } from '../dispatch.ts';
import type { Session } from '../session.ts';
import { computeOutcomes } from './evaluate.ts';

/** How a finished run answered for each photo of a side; from stored logits, computed where some are missing. */
export async function listAnswers(
  session: Session,
  input: CommandInput<'runs.answers'>,
  context: CommandContext,
): Promise<CommandOutput<'runs.answers'>> {
  const { classes, imageIds, truth, answers, probabilities } = await computeOutcomes(session, input, context);
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
