import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import { listRuns } from '../../store/runs.ts';
import type { CommandContext } from '../dispatch.ts';
import { answerFiles } from '../file-answers.ts';
import { giveVerdicts } from '../judging.ts';
import { requireFinishedRun, type Session } from '../session.ts';
import { predictTogether } from './ensemble-answers.ts';

/** Answers for photos that need not be in the project; calibrated, and with the run's threshold, where it has one. */
export async function predict(
  session: Session,
  input: CommandInput<'runs.predict'>,
  context: CommandContext,
): Promise<CommandOutput<'runs.predict'>> {
  if (input.ensembleId !== undefined)
    return await predictTogether(
      session,
      { ensembleId: input.ensembleId, paths: input.paths, showsPictures: true },
      context,
    );
  const run = input.runId === null ? bestRun(session) : requireFinishedRun(session, input.runId);
  const { classes, files, skipped } = await answerFiles(session, { ...input, run }, context);
  const { judgement, verdicts } = await giveVerdicts(session, { run, classes, questions: files }, context);
  const predictions = files.map(({ path, viewKey }, at) => {
    const { answer, probabilities, score, isNeither } = verdicts[at]!;
    return { path, answer: classes[answer]!, probabilities: [...probabilities], viewKey, score, isNeither };
  });
  return { runId: run.runId, ensembleId: null, classes: [...classes], judgement, predictions, skipped: [...skipped] };
}

/** The finished run with the best accuracy in its own selection; the newest of equals. */
export function bestRun(session: Session): RunRecord {
  const finished = listRuns(session.project.database).filter(({ status }) => status === 'done');
  const best = finished.reduce<RunRecord | null>(
    (found, run) => (found === null || (run.bestValAccuracy ?? 0) > (found.bestValAccuracy ?? 0) ? run : found),
    null,
  );
  if (best === null) throw new AppError('NOT_FOUND', "There is no finished run yet. Train one first ('thaw train').");
  return best;
}
