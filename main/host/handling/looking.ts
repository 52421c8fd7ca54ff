import type { lookingCommands } from '../../../shared/contract/looking.ts';
import { lookIntoPhotos } from '../commands/look.ts';
import type { Handlers } from '../dispatch.ts';
import type { HandlerParts } from './parts.ts';

export function createLookingHandlers({ open }: HandlerParts): Pick<Handlers, keyof typeof lookingCommands> {
  return { 'runs.look': async (input, context) => lookIntoPhotos(open(), input, context) };
}
