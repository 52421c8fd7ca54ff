import type { sweepsCommands } from '../../../shared/contract/sweeps.ts';
import { previewSweep, workOnSweep } from '../commands/sweeps.ts';
import type { Handlers } from '../dispatch.ts';
import { listSweepSummaries, reportSweep } from '../sweeps/report.ts';
import type { HandlerParts } from './parts.ts';

export function createSweepsHandlers({ open }: HandlerParts): Pick<Handlers, keyof typeof sweepsCommands> {
  return {
    'sweeps.preview': async (input) => previewSweep(input),
    'sweeps.run': async (input, context) => workOnSweep(open(), input, context),
    'sweeps.list': async () => ({ sweeps: listSweepSummaries(open().project.database) }),
    'sweeps.show': async ({ sweepId }) => reportSweep(open().project.database, sweepId),
  };
}
