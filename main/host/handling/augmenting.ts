import type { augmentingCommands } from '../../../shared/contract/augmenting.ts';
import type { Handlers } from '../dispatch.ts';
import { notThereYet } from './not-there-yet.ts';
import type { HandlerParts } from './parts.ts';

export function createAugmentingHandlers(_parts: HandlerParts): Pick<Handlers, keyof typeof augmentingCommands> {
  return {
    'augment.preview': notThereYet,
    'augment.axes': notThereYet,
  };
}
