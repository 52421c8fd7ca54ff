import type { libraryCommands } from '../../../shared/contract/library.ts';
import { compareSplits } from '../commands/compare-splits.ts';
import { findDuplicates } from '../commands/find-duplicates.ts';
import { showHealth } from '../commands/health.ts';
import { changeClass, excludePhotos, labelPhotos, redo, showHistory, undo } from '../commands/labels.ts';
import { showClasses, showPhoto, showPhotos } from '../commands/photos.ts';
import { showView } from '../commands/view.ts';
import type { Handlers } from '../dispatch.ts';
import type { HandlerParts } from './parts.ts';

export function createLibraryHandlers({ open }: HandlerParts): Pick<Handlers, keyof typeof libraryCommands> {
  return {
    'library.photos': async (input) => showPhotos(open(), input),
    'library.photo': async (input) => showPhoto(open(), input),
    'library.view': async (input, context) => showView(open(), input, context),
    'library.classes': async () => showClasses(open()),
    'library.change-class': async (input) => changeClass(open(), input),
    'library.label': async (input) => labelPhotos(open(), input),
    'library.exclude': async (input) => excludePhotos(open(), input),
    'library.history': async () => showHistory(open()),
    'library.undo': async () => undo(open()),
    'library.redo': async () => redo(open()),
    'library.health': async () => showHealth(open()),
    'library.find-duplicates': async (input, context) => findDuplicates(open(), input, context),
    'library.compare-splits': async (input, context) => compareSplits(open(), input, context),
  };
}
