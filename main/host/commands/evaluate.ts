import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { Averaging } from '../../../shared/domain/ensemble.ts';
import { ClassName } from '../../../shared/domain/ids.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import { confusionMatrix, perClassRates, wilsonInterval } from '../../../shared/math/statistics.ts';
import type { JobImage } from '../../engine/protocol/messages.ts';
import { listClasses } from '../../store/classes.ts';
import { upsertEvaluation } from '../../store/evaluations.ts';
import { countTestLooks, insertTestLook } from '../../store/metrics.ts';
import { datasetHash } from '../../store/sides.ts';
import { type Answers, largestIndex } from '../answers.ts';
import type { CommandContext } from '../dispatch.ts';
import { type Computed, ensureLogits, readStoredAnswers } from '../logit-store.ts';
import { labelledImages, requireFinishedRun, type Session } from '../session.ts';

export type Outcomes = {
  readonly run: RunRecord;
  readonly imageIds: readonly string[];
  readonly classes: readonly string[];
  readonly truth: readonly number[];
  readonly answers: readonly number[];
  readonly probabilities: readonly (readonly number[])[]; // [photos, classes], mean over the views
  readonly unknownCount: number; // photos of classes that the run does not know, left out of the above
  readonly result: Computed;
};

type SideWish = CommandInput<'runs.evaluate'> & { readonly averaging?: Averaging };

/** The answers for the photos of one side; only those that are not stored are computed. A look at the test side is counted. */
export async function computeOutcomes(session: Session, input: SideWish, context: CommandContext): Promise<Outcomes> {
  const outcomes = await sideOutcomes(session, input, context);
  const { runId, views } = input;
  if (input.split === 'test') insertTestLook(session.project.database, { runId, views, lookedAt: session.clock() });
  return outcomes;
}

/** The same, not counted: for what looks with several sets of crops, or several runs, and counts that once itself. */
export async function sideOutcomes(session: Session, input: SideWish, context: CommandContext): Promise<Outcomes> {
  const { split: side, views, averaging = 'probabilities' } = input;
  const run = requireFinishedRun(session, input.runId);
  const images = labelledImages(session, [side]);
  if (images.length === 0)
    throw new AppError('DATASET_UNFIT', `There are no labelled photos on the side '${side}'. Import some.`);
  const wish = { run, images, side, views };
  const result = await ensureLogits(session, wish, context);
  const answers = await readStoredAnswers(session, wish, { averaging, skipped: result.skipped });
  return { run, ...judgeAnswers(session, images, answers), result };
}

/** Truth by name, for classes may have come or gone since the run; photos of a class that it never saw are not judged. */
export function judgeAnswers(
  session: Session,
  images: readonly JobImage[],
  { classes, imageIds, probabilities }: Answers,
): Omit<Outcomes, 'run' | 'result'> {
  const names = listClasses(session.project.database).map(({ name }) => name as string);
  const nameOf = new Map<string, string | undefined>(images.map(({ imageId, label }) => [imageId, names[label ?? -1]]));
  const truth = imageIds.map((imageId) => classes.indexOf(nameOf.get(imageId) ?? ''));
  const known = <T>(rows: readonly T[]): T[] => rows.filter((_, row) => (truth[row] ?? -1) >= 0);
  return {
    classes,
    imageIds: known(imageIds),
    truth: known(truth),
    answers: known(probabilities).map(largestIndex),
    probabilities: known(probabilities),
    unknownCount: truth.filter((label) => label < 0).length,
  };
}

export async function evaluateRun(
  session: Session,
  input: CommandInput<'runs.evaluate'>,
  context: CommandContext,
): Promise<CommandOutput<'runs.evaluate'>> {
  const { database } = session.project;
  const outcomes = await computeOutcomes(session, input, context);
  const { run, truth, answers, result, unknownCount } = outcomes;
  if (unknownCount > 0) {
    const text = `${unknownCount} photos are of classes that this run does not know; they are left out.`;
    context.onEvent({ kind: 'note', text });
  }
  if (truth.length === 0)
    throw new AppError('DATASET_UNFIT', `No photo on the side '${input.split}' is of a class that this run knows.`);
  if (datasetHash(database) !== run.datasetHash)
    context.onEvent({ kind: 'note', text: 'Photos or labels changed since this run was trained.' });
  const classes = outcomes.classes.map((name) => ClassName.parse(name));
  const figures = figuresOf(truth, answers, classes);
  const evaluation = { runId: run.runId, side: input.split, views: input.views, ...figures };
  upsertEvaluation(database, evaluation, session.clock());
  const { elapsedMs, computed, skipped } = result;
  return { ...evaluation, classes, testLooks: countTestLooks(database), elapsedMs, computed, skipped };
}

/** Accuracy with its interval, confusion matrix and rates of each class; at least one photo. */
export function figuresOf(truth: readonly number[], answers: readonly number[], classes: readonly ClassName[]) {
  const confusion = confusionMatrix(truth, answers, classes.length);
  const correct = truth.filter((label, index) => label === answers[index]).length;
  const rates = perClassRates(confusion);
  return {
    correct,
    total: truth.length,
    accuracy: correct / truth.length,
    interval: wilsonInterval(correct, truth.length),
    confusion,
    perClass: classes.map((name, index) => ({ name, ...(rates[index] ?? { precision: 0, recall: 0, f1: 0 }) })),
  };
}
