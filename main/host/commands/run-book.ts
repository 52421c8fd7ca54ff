import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { RunId } from '../../../shared/domain/ids.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import { listEpochs } from '../../store/metrics.ts';
import { putRunsAway, restoreRuns, updateRunNotes } from '../../store/run-book.ts';
import { findRun } from '../../store/runs.ts';
import type { Session } from '../session.ts';

/** The epochs of a run so far. Throws NOT_FOUND. */
export function readCurves(session: Session, input: CommandInput<'runs.curves'>): CommandOutput<'runs.curves'> {
  requireRun(session, input.runId);
  return { epochs: listEpochs(session.project.database, input.runId) };
}

/** Name, tags and note of a run. Throws NOT_FOUND. */
export function updateRun(session: Session, input: CommandInput<'runs.update'>): CommandOutput<'runs.update'> {
  const { runId, ...notes } = input;
  updateRunNotes(session.project.database, runId, notes);
  return requireRun(session, runId);
}

export function deleteRuns(session: Session, input: CommandInput<'runs.delete'>): CommandOutput<'runs.delete'> {
  return { deleted: putRunsAway(session.project.database, input.runIds, session.clock()) };
}

export function bringRunsBack(session: Session, input: CommandInput<'runs.restore'>): CommandOutput<'runs.restore'> {
  return { restored: restoreRuns(session.project.database, input.runIds) };
}

function requireRun(session: Session, runId: RunId): RunRecord {
  const run = findRun(session.project.database, runId);
  if (run === null) throw new AppError('NOT_FOUND', `There is no run ${runId} here. Runs ('thaw runs') lists them.`);
  return run;
}
