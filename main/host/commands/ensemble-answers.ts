/** A saved ensemble used like a run: the weighted average of its members, each with its own crops. */
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import type { EnsembleId, EnsembleRecord } from '../../../shared/domain/ensemble.ts';
import { findEnsemble } from '../../store/ensembles.ts';
import { countTestLooks, insertTestLook } from '../../store/metrics.ts';
import { largestIndex } from '../answers.ts';
import type { CommandContext } from '../dispatch.ts';
import { align, averageAnswers } from '../ensembling/aligned.ts';
import { answerFilesByEach, type FileAnswers } from '../file-answers.ts';
import { plainProbabilities } from '../judging.ts';
import { requireFinishedRun, type Session } from '../session.ts';
import { figuresOf, type Outcomes, sideOutcomes } from './evaluate.ts';

type Together = {
  readonly ensembleId: EnsembleId;
  readonly paths: readonly string[];
  readonly showsPictures: boolean;
};

/** Its probabilities are those that its weights were found for: not calibrated, so nothing is called neither. */
export async function predictTogether(
  session: Session,
  { ensembleId, paths, showsPictures }: Together,
  context: CommandContext,
): Promise<CommandOutput<'runs.predict'>> {
  const ensemble = findEnsemble(session.project.database, ensembleId);
  const { members, best, classes } = ensemble;
  const askings = members.map(({ runId, views }) => ({ run: requireFinishedRun(session, runId), views }));
  const answers = await answerFilesByEach(session, { askings, paths, showsPictures }, context);
  const viewKeys = new Map(answers.flatMap(({ files }) => files.map(({ path, viewKey }) => [path, viewKey] as const)));
  const together = averageOfFiles(ensemble, answers);
  const predictions = [...together].map(([path, probabilities]) => {
    const answer = classes[largestIndex(probabilities)]!;
    return { path, answer, probabilities, viewKey: viewKeys.get(path) ?? null, score: null, isNeither: false };
  });
  const skipped = new Map(answers.flatMap((own) => own.skipped).map((one) => [one.path, one]));
  return {
    ...{ runId: best, ensembleId, classes: [...classes], judgement: null, predictions },
    skipped: [...skipped.values()],
  };
}

/** By path, in the order of the ensemble's classes; only of files that every member answered. */
function averageOfFiles(
  { members, classes }: EnsembleRecord,
  answers: readonly FileAnswers[],
): ReadonlyMap<string, number[]> {
  const ofMembers = answers.map(({ files }) => new Map(files.map((file) => [file.path, plainProbabilities(file)])));
  const places = answers.map((own) => classes.map((name) => own.classes.indexOf(name)));
  const paths = [...(ofMembers[0]?.keys() ?? [])].filter((path) => ofMembers.every((own) => own.has(path)));
  return new Map(
    paths.map((path) => {
      const sums = classes.map((_, label) =>
        members.reduce((sum, { weight }, at) => sum + weight * ofMembers[at]!.get(path)![places[at]![label]!]!, 0),
      );
      return [path, sums];
    }),
  );
}

export async function evaluateTogether(
  session: Session,
  { ensembleId, split }: CommandInput<'ensembles.evaluate'>,
  context: CommandContext,
): Promise<CommandOutput<'ensembles.evaluate'>> {
  const { database } = session.project;
  const { members, best, classes } = findEnsemble(database, ensembleId);
  const outcomes: Outcomes[] = [];
  for (const { runId, views } of members) outcomes.push(await sideOutcomes(session, { runId, split, views }, context));
  if (split === 'test') insertTestLook(database, { runId: best, views: ensembleId, lookedAt: session.clock() });
  const aligned = align(outcomes);
  const names: readonly string[] = classes;
  const places = aligned.classes.map((name) => names.indexOf(name));
  const weights = members.map(({ weight }) => weight);
  const answers = averageAnswers(aligned, weights).map((label) => places[label]!);
  const truth = Array.from(aligned.truth, (label) => places[label]!);
  return {
    ...{ ensembleId, side: split, classes: [...classes] },
    ...figuresOf(truth, answers, classes),
    testLooks: countTestLooks(database),
  };
}
