import type { packsCommands } from '../../../shared/contract/packs.ts';
import { packProject, unpackIntoProject } from '../commands/packs.ts';
import type { Handlers } from '../dispatch.ts';
import type { HandlerParts } from './parts.ts';

export function createPacksHandlers({ open }: HandlerParts): Pick<Handlers, keyof typeof packsCommands> {
  return {
    'project.pack': async (input, context) => packProject(open(), input, context),
    'project.unpack': async (input, context) => unpackIntoProject(open(), input, context),
  };
}
