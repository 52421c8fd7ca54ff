import type { machineCommands } from '../../../shared/contract/machine.ts';
import type { Handlers } from '../dispatch.ts';
import { notThereYet } from './not-there-yet.ts';
import type { HandlerParts } from './parts.ts';

export function createMachineHandlers(_parts: HandlerParts): Pick<Handlers, keyof typeof machineCommands> {
  return {
    'project.info': notThereYet,
    'project.rename': notThereYet,
    'project.add-sample': notThereYet,
    'storage.summary': notThereYet,
    'storage.clean': notThereYet,
    'settings.get': notThereYet,
    'settings.set': notThereYet,
    'network.count': notThereYet,
    'backbones.list': notThereYet,
  };
}
