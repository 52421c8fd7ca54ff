/** Edits of the library; each can be undone. */
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { planClassChange, planExclusion, planLabel } from '../../store/edit-plans.ts';
import { makeEdit, readHistory, redoEdit, undoEdit } from '../../store/edits.ts';
import type { Session } from '../session.ts';

export function labelPhotos(session: Session, input: CommandInput<'library.label'>): CommandOutput<'library.label'> {
  const { database } = session.project;
  return makeEdit(database, session.clock(), () => planLabel(database, input.imageIds, input.className));
}

export function excludePhotos(
  session: Session,
  input: CommandInput<'library.exclude'>,
): CommandOutput<'library.exclude'> {
  const { database } = session.project;
  return makeEdit(database, session.clock(), () => planExclusion(database, input.imageIds, input.isExcluded));
}

export function changeClass(
  session: Session,
  input: CommandInput<'library.change-class'>,
): CommandOutput<'library.change-class'> {
  const { database } = session.project;
  return makeEdit(database, session.clock(), () => planClassChange(database, input));
}

export function showHistory(session: Session): CommandOutput<'library.history'> {
  return readHistory(session.project.database);
}

export function undo(session: Session): CommandOutput<'library.undo'> {
  return undoEdit(session.project.database);
}

export function redo(session: Session): CommandOutput<'library.redo'> {
  return redoEdit(session.project.database);
}
