import { AppError, type Result } from '../../shared/contract/errors.ts';
import type { JobCommand } from '../../shared/contract/jobs.ts';
import { listEpochs } from '../store/metrics.ts';
import { listAllRunEvents, listRuns } from '../store/runs.ts';
import { compareRuns, compareSeveral } from './commands/compare.ts';
import { compareSeeds } from './commands/compare-seeds.ts';
import { runDoctor } from './commands/doctor.ts';
import { evaluateRun } from './commands/evaluate.ts';
import { importLibrary } from './commands/import.ts';
import { planTraining } from './commands/plan.ts';
import { predict } from './commands/predict.ts';
import { probeLibrary } from './commands/probe.ts';
import { resumeRun } from './commands/resume.ts';
import { summarise } from './commands/summary.ts';
import { trainRun } from './commands/train.ts';
import { openCrashLog, recordingCrashes } from './crash-log.ts';
import { type CommandContext, dispatch, type Handlers } from './dispatch.ts';
import type { EngineClient } from './engine-client.ts';
import { createAugmentingHandlers } from './handling/augmenting.ts';
import { createEnsemblingHandlers } from './handling/ensembling.ts';
import { createExportingHandlers } from './handling/exporting.ts';
import { createJobsHandlers, type JobsParts } from './handling/jobs.ts';
import { createJudgingHandlers } from './handling/judging.ts';
import { createLibraryHandlers } from './handling/library.ts';
import { createLookingHandlers } from './handling/looking.ts';
import { createMachineHandlers } from './handling/machine.ts';
import { createPacksHandlers } from './handling/packs.ts';
import type { HandlerParts } from './handling/parts.ts';
import { createRunBookHandlers } from './handling/run-book.ts';
import { createSortingHandlers } from './handling/sorting.ts';
import { createSweepsHandlers } from './handling/sweeps.ts';
import { createWeightsHandlers } from './handling/weights.ts';
import { listedAsJobs, refusingChanges, tellingChanges } from './jobs/observed-handlers.ts';
import { createJobRegistry, type JobRegistry } from './jobs/registry.ts';
import type { Session } from './session.ts';

export type Host = { readonly handlers: Handlers; readonly jobs: JobRegistry };

/** Every command of the contract, and the jobs that run. Without a project only what needs none can be called. */
export function createHost(engine: EngineClient, session: Session | null): Host {
  const jobs = createJobRegistry({
    clock: session?.clock ?? (() => new Date()),
    random: session?.random ?? Math.random,
    epochsOf: (runId) => (session === null ? [] : listEpochs(session.project.database, runId)),
  });
  const open = (): Session => {
    if (session === null) throw new AppError('PROJECT_MISSING', 'This command needs a project. Give --project FOLDER.');
    return session;
  };
  const handlers = createHandlers({ open, engine, jobs, hasProject: session !== null }, run);
  const allowed = session?.project.readOnly === true ? refusingChanges(handlers, session.project.folder) : handlers;
  const plain: Handlers = tellingChanges(recordingCrashes(allowed, openCrashLog()), jobs);
  return { handlers: listedAsJobs(plain, jobs), jobs };

  /** For a job that is listed already. */
  function run(command: JobCommand, input: unknown, context: CommandContext): Promise<Result<unknown>> {
    return dispatch(plain, { command, input }, context);
  }
}

function createHandlers(parts: HandlerParts, run: JobsParts['run']): Handlers {
  const { open, engine, jobs } = parts;
  return {
    ...createLibraryHandlers(parts),
    ...createJobsHandlers({ jobs, run }),
    ...createAugmentingHandlers(parts),
    ...createRunBookHandlers(parts),
    ...createMachineHandlers(parts),
    ...createJudgingHandlers(parts),
    ...createLookingHandlers(parts),
    ...createExportingHandlers(parts),
    ...createSortingHandlers(parts),
    ...createEnsemblingHandlers(parts),
    ...createWeightsHandlers(parts),
    ...createSweepsHandlers(parts),
    ...createPacksHandlers(parts),
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
    'runs.compare-several': async (input, context) => compareSeveral(open(), input, context),
    'runs.compare-seeds': async (input, context) => compareSeeds(open(), input, context),
    'runs.predict': async (input, context) => predict(open(), input, context),
    doctor: async (_input, context) => runDoctor(engine, context),
  };
}
