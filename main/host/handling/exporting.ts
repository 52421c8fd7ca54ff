import type { exportingCommands } from '../../../shared/contract/exporting.ts';
import type { passportCommands } from '../../../shared/contract/passport.ts';
import { exportRun, listExports } from '../commands/export.ts';
import { reproduceRun, writePassport } from '../commands/passport.ts';
import type { Handlers } from '../dispatch.ts';
import type { HandlerParts } from './parts.ts';

export function createExportingHandlers({
  open,
}: HandlerParts): Pick<Handlers, keyof typeof exportingCommands | keyof typeof passportCommands> {
  return {
    'runs.export': async (input, context) => exportRun(open(), input, context),
    'runs.exports': async (input) => listExports(open(), input),
    'runs.passport': async (input) => writePassport(open(), input),
    'runs.reproduce': async (input, context) => reproduceRun(open(), input, context),
  };
}
