import { AppError } from '../../shared/contract/errors.ts';
import { listAllRunEvents, listRuns } from '../store/runs.ts';
import { compareRuns } from './commands/compare.ts';
import { runDoctor } from './commands/doctor.ts';
import { evaluateRun } from './commands/evaluate.ts';
import { importLibrary } from './commands/import.ts';
import { planTraining } from './commands/plan.ts';
import { predict } from './commands/predict.ts';
import { probeLibrary } from './commands/probe.ts';
import { resumeRun } from './commands/resume.ts';
import { summarise } from './commands/summary.ts';
import { trainRun } from './commands/train.ts';
import type { Handlers } from './dispatch.ts';
import type { EngineClient } from './engine-client.ts';
import { createAugmentingHandlers } from './handling/augmenting.ts';
import { createJobsHandlers } from './handling/jobs.ts';
import { createLibraryHandlers } from './handling/library.ts';
import { createMachineHandlers } from './handling/machine.ts';
import { createRunBookHandlers } from './handling/run-book.ts';
import type { Session } from './session.ts';

/** The handler of every command of the contract. Without a project only what needs none can be called. */
export function createHandlers(engine: EngineClient, session: Session | null): Handlers {
  const open = (): Session => {
    if (session === null) throw new AppError('PROJECT_MISSING', 'This command needs a project. Give --project FOLDER.');
    return session;
  };
  const parts = { open, engine };
  return {
    ...createLibraryHandlers(parts),
    ...createJobsHandlers(parts),
    ...createAugmentingHandlers(parts),
    ...createRunBookHandlers(parts),
    ...createMachineHandlers(parts),
    'project.summary': async () => summarise(open()),
    'library.import': async (input, context) => importLibrary(open(), input, context),
    'runs.train': async (input, context) => trainRun(open(), input, context),
    'runs.plan': async (input, context) => planTraining(open(), input, context),
    'library.probe': async (input, context) => probeLibrary(open(), input, context),
    'runs.resume': async (input, context) => resumeRun(open(), input, context),
    'runs.events': async (input) => listAllRunEvents(open().project.database, input.runId),
    'runs.list': async () => listRuns(open().project.database),
    'runs.evaluate': async (input, context) => evaluateRun(open(), input, context),
    'runs.compare': async (input, context) => compareRuns(open(), input, context),
    'runs.predict': async (input, context) => predict(open(), input, context),
    doctor: async (_input, context) => runDoctor(engine, context),
  };
}
