import type { exportingCommands } from '../../../shared/contract/exporting.ts';
import { exportRun, listExports } from '../commands/export.ts';
import type { Handlers } from '../dispatch.ts';
import type { HandlerParts } from './parts.ts';

export function createExportingHandlers({ open }: HandlerParts): Pick<Handlers, keyof typeof exportingCommands> {
  return {
    'runs.export': async (input, context) => exportRun(open(), input, context),
    'runs.exports': async (input) => listExports(open(), input),
  };
}
