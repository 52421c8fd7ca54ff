/** Goes on with a run that was stopped, from its last checkpoint. */
import type { CommandInput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { isResumable, type RunRecord } from '../../../shared/domain/run.ts';
import { listClasses } from '../../store/classes.ts';
import { findRun, listRuns } from '../../store/runs.ts';
import { datasetHash, splitHash } from '../../store/sides.ts';
import type { CommandContext } from '../dispatch.ts';
import type { Session } from '../session.ts';
import { type TrainPlan, trainRecorded } from './run-training.ts';

/**
 * Ends with the weights that the run would have had undisturbed. Throws NOT_FOUND, or INVALID_INPUT for a run that is not
 * to be resumed or whose photos, labels or split are no longer the same.
 */
export async function resumeRun(
  session: Session,
  input: CommandInput<'runs.resume'>,
  context: CommandContext,
): Promise<RunRecord> {
  const { database } = session.project;
  const run = input.runId === null ? newestInterrupted(session) : findRun(database, input.runId);
  if (run === null)
    throw new AppError('NOT_FOUND', `There is no run ${input.runId} here. Runs ('thaw runs') lists them.`);
  requireResumable(run);
  const plan = planResume(session, run);
  return trainRecorded(session, { ...plan, checkpointEverySteps: input.checkpointEverySteps }, context);
}

/** Throws INVALID_INPUT where photos, labels or split are no longer those of the run. */
export function planResume(session: Session, run: RunRecord): TrainPlan {
  const { database } = session.project;
  if (datasetHash(database) !== run.datasetHash) throw changed(run, 'photos or labels');
  if (splitHash(database) !== run.splitHash) throw changed(run, 'the split');
  const classes = listClasses(database).map(({ name }) => name as string);
  const { runId, config } = run;
  return { runId, config, classes, resume: true, needsLessMemory: endedForMemory(run) };
}

function newestInterrupted(session: Session): RunRecord {
  const runs = listRuns(session.project.database);
  const run = runs.find(({ status }) => status === 'interrupted') ?? runs.find(isResumable);
  if (run !== undefined) return run;
  throw new AppError(
    'NOT_FOUND',
    "No run was interrupted or cancelled: there is nothing to resume. Runs ('thaw runs') lists them.",
  );
}

function requireResumable(run: RunRecord): void {
  if (isResumable(run)) return;
  const { runId, status, failure } = run;
  const why =
    status === 'failed' && failure !== null ? `failed (${failure.code}) and would fail again` : `is ${status}`;
  throw new AppError('INVALID_INPUT', `Run ${runId} ${why}: it is not to be resumed. Train a new one ('thaw train').`);
}

/** The system ends processes when memory runs out, and says nothing but SIGKILL. */
function endedForMemory({ failure }: RunRecord): boolean {
  if (failure?.code === 'OUT_OF_MEMORY') return true;
  return failure?.code === 'ENGINE_CRASHED' && failure.message.includes('How it ended: SIGKILL');
}

function changed({ runId }: RunRecord, what: string): AppError {
  const message = `Run ${runId} cannot be resumed: ${what} changed since it was started. Train a new run instead.`;
  return new AppError('INVALID_INPUT', message);
}
