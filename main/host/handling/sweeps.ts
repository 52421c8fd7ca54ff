import type { sweepsCommands } from '../../../shared/contract/sweeps.ts';
import { previewSweep, workOnSweep } from '../commands/sweeps.ts';
import type { Handlers } from '../dispatch.ts';
import { workOnTrial } from '../ray/work.ts';
import { listSweepSummaries, reportSweep } from '../sweeps/report.ts';
import type { HandlerParts } from './parts.ts';

export function createSweepsHandlers({ open, engine }: HandlerParts): Pick<Handlers, keyof typeof sweepsCommands> {
  return {
    'sweeps.preview': async (input) => previewSweep(input),
    'sweeps.run': async (input, context) => workOnSweep(open(), input, context),
    'trials.work': async (input, context) => workOnTrial(engine, input, context),
    'sweeps.list': async () => ({ sweeps: listSweepSummaries(open().project.database) }),
    'sweeps.show': async ({ sweepId }) => reportSweep(open().project.database, sweepId),
  };
}
