import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { ClassName } from '../../../shared/domain/ids.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import { confusionMatrix, perClassRates, wilsonInterval } from '../../../shared/math/statistics.ts';
import type { EvaluateResult, JobImage } from '../../engine/protocol/messages.ts';
import { listClasses } from '../../store/classes.ts';
import { upsertEvaluation } from '../../store/evaluations.ts';
import { countTestLooks, insertTestLook } from '../../store/metrics.ts';
import { datasetHash } from '../../store/sides.ts';
import { type Answers, largestIndex, readAnswers } from '../answers.ts';
import type { CommandContext } from '../dispatch.ts';
import { expectResult } from '../expect-result.ts';
import { jobPlaces, labelledImages, requireFinishedRun, runFolder, type Session } from '../session.ts';

export type Outcomes = {
  readonly run: RunRecord;
  readonly imageIds: readonly string[];
  readonly classes: readonly string[];
  readonly truth: readonly number[];
  readonly answers: readonly number[];
  readonly probabilities: readonly (readonly number[])[]; // [photos, classes], mean over the views
  readonly unknownCount: number; // photos of classes that the run does not know, left out of the above
  readonly result: EvaluateResult;
};

/** Lets the engine answer the photos of one side; a look at the test side is counted. */
export async function computeOutcomes(
  session: Session,
  input: CommandInput<'runs.evaluate'>,
  context: CommandContext,
): Promise<Outcomes> {
  const { database } = session.project;
  const run = requireFinishedRun(session, input.runId);
  const images = labelledImages(session, [input.split]);
  if (images.length === 0)
    throw new AppError('DATASET_UNFIT', `There are no labelled photos on the side '${input.split}'. Import some.`);
  const outputFolder = runFolder(session, run.runId);
  const result = await session.engine.run(
    {
      kind: 'evaluate',
      jobId: run.runId,
      ...jobPlaces(session, run.runId),
      images,
      views: input.views,
      outputFolder,
      label: input.split,
    },
    context,
  );
  const answer = expectResult(result, 'evaluate');
  if (input.split === 'test')
    insertTestLook(database, { runId: run.runId, views: input.views, lookedAt: session.clock() });
  const answers = await readAnswers(outputFolder, input.split, answer.views);
  return { run, ...judgeAnswers(session, images, answers), result: answer };
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
  const confusion = confusionMatrix(truth, answers, classes.length);
  const correct = truth.filter((label, index) => label === answers[index]).length;
  const rates = perClassRates(confusion);
  const evaluation = {
    runId: run.runId,
    side: input.split,
    views: input.views,
    correct,
    total: truth.length,
    accuracy: correct / truth.length,
    interval: wilsonInterval(correct, truth.length),
    confusion,
    perClass: classes.map((name, index) => ({ name, ...(rates[index] ?? { precision: 0, recall: 0, f1: 0 }) })),
  };
  upsertEvaluation(database, evaluation, session.clock());
  const { elapsedMs, skipped } = result;
  return { ...evaluation, classes, testLooks: countTestLooks(database), elapsedMs, skipped };
}
