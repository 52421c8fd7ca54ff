import type { runBookCommands } from '../../../shared/contract/run-book.ts';
import type { Handlers } from '../dispatch.ts';
import { notThereYet } from './not-there-yet.ts';
import type { HandlerParts } from './parts.ts';

export function createRunBookHandlers(_parts: HandlerParts): Pick<Handlers, keyof typeof runBookCommands> {
  return {
    'runs.curves': notThereYet,
    'runs.answers': notThereYet,
    'runs.update': notThereYet,
    'runs.delete': notThereYet,
    'runs.restore': notThereYet,
    'runs.find-rate': notThereYet,
  };
}
