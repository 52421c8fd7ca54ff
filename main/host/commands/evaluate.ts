import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { ClassName } from '../../../shared/domain/ids.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import { confusionMatrix, perClassRates, wilsonInterval } from '../../../shared/math/statistics.ts';
import type { EvaluateResult, JobImage } from '../../engine/protocol/messages.ts';
import { upsertEvaluation } from '../../store/evaluations.ts';
import { countTestLooks, insertTestLook } from '../../store/metrics.ts';
import { datasetHash } from '../../store/sides.ts';
import { largestIndex, readAnswers } from '../answers.ts';
import type { CommandContext } from '../dispatch.ts';
import { jobPlaces, labelledImages, requireFinishedRun, runFolder, type Session } from '../session.ts';

export type Outcomes = {
  readonly run: RunRecord;
  readonly imageIds: readonly string[];
  readonly classes: readonly string[];
  readonly truth: readonly number[];
  readonly answers: readonly number[];
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
  if (!result.ok) throw new AppError(result.failure.code, result.failure.message);
  if (result.value.kind !== 'evaluate') throw new AppError('BUG', 'The engine answered another job. Please report it.');
  if (input.split === 'test')
    insertTestLook(database, { runId: run.runId, views: input.views, lookedAt: session.clock() });
  const { classes, imageIds, probabilities } = await readAnswers(outputFolder, input.split, result.value.views);
  const labels = new Map<string, JobImage>(images.map((image) => [image.imageId, image]));
  const truth = imageIds.map((imageId) => labels.get(imageId)?.label ?? -1);
  return { run, imageIds, classes, truth, answers: probabilities.map(largestIndex), result: result.value };
}

export async function evaluateRun(
  session: Session,
  input: CommandInput<'runs.evaluate'>,
  context: CommandContext,
): Promise<CommandOutput<'runs.evaluate'>> {
  const { database } = session.project;
  const outcomes = await computeOutcomes(session, input, context);
  const { run, truth, answers, result } = outcomes;
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
