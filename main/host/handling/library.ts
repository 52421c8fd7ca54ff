import type { libraryCommands } from '../../../shared/contract/library.ts';
import type { Handlers } from '../dispatch.ts';
import { notThereYet } from './not-there-yet.ts';
import type { HandlerParts } from './parts.ts';

export function createLibraryHandlers(_parts: HandlerParts): Pick<Handlers, keyof typeof libraryCommands> {
  return {
    'library.photos': notThereYet,
    'library.photo': notThereYet,
    'library.view': notThereYet,
    'library.classes': notThereYet,
    'library.change-class': notThereYet,
    'library.label': notThereYet,
    'library.exclude': notThereYet,
    'library.history': notThereYet,
    'library.undo': notThereYet,
    'library.redo': notThereYet,
    'library.health': notThereYet,
    'library.find-duplicates': notThereYet,
    'library.compare-splits': notThereYet,
  };
}
