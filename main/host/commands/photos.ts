import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { listCountedClasses } from '../../store/classes.ts';
import { findPhoto, listPhotos } from '../../store/photos.ts';
import type { Session } from '../session.ts';

export function showPhotos(session: Session, input: CommandInput<'library.photos'>): CommandOutput<'library.photos'> {
  return listPhotos(session.project.database, input);
}

export function showPhoto(session: Session, input: CommandInput<'library.photo'>): CommandOutput<'library.photo'> {
  return findPhoto(session.project.database, input.imageId);
}

export function showClasses(session: Session): CommandOutput<'library.classes'> {
  return { classes: listCountedClasses(session.project.database) };
}
