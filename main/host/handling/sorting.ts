import type { sortingCommands } from '../../../shared/contract/sorting.ts';
import { sortFolder, startSort } from '../commands/sort.ts';
import { listSorts, settlePhoto, undoOneSort } from '../commands/sort-book.ts';
import { planSort } from '../commands/sort-plan.ts';
import type { Handlers } from '../dispatch.ts';
import type { HandlerParts } from './parts.ts';

export function createSortingHandlers({ open }: HandlerParts): Pick<Handlers, keyof typeof sortingCommands> {
  return {
    'sort.plan': async (input, context) => planSort(open(), input, context),
    'sort.start': async (input, context) => startSort(open(), input, context),
    'sort.folder': async (input, context) => sortFolder(open(), input, context),
    'sort.undo': async (input, context) => undoOneSort(open(), input, context),
    'sort.list': async () => listSorts(open()),
    'sort.settle': async (input, context) => settlePhoto(open(), input, context),
  };
}
