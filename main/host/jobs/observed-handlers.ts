/** Handlers that are seen: what changes the project is told, and long work is listed as a job. */
import type { CommandInput, CommandName, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { type Changed, JobCommand } from '../../../shared/contract/jobs.ts';
import type { CommandContext, Handlers } from '../dispatch.ts';
import type { JobRegistry } from './registry.ts';

const PHOTOS: readonly Changed[] = ['library', 'classes'];
const IMPORT: readonly Changed[] = ['library', 'classes', 'storage'];

/** What a command may have changed once it ended, however it ended. Reading commands are not in it. */
export const changesOf: Readonly<Partial<Record<CommandName, readonly Changed[]>>> = {
  'library.import': IMPORT,
  'project.add-sample': IMPORT,
  'library.add-as': IMPORT,
  'library.change-class': PHOTOS,
  'library.label': PHOTOS,
  'library.exclude': PHOTOS,
  'library.undo': PHOTOS,
  'library.redo': PHOTOS,
  'library.find-duplicates': ['library', 'storage'],
  'library.probe': ['storage'],
  'library.compare-splits': ['storage'],
  'runs.train': ['library', 'runs', 'storage'], // photos without a side are given one
  'runs.resume': ['runs', 'storage'],
  'project.unpack': ['library', 'classes', 'runs', 'storage'],
  'sweeps.run': ['library', 'runs', 'storage', 'sweeps'],
  'runs.evaluate': ['storage'],
  'runs.export': ['runs', 'storage'],
  'runs.reproduce': ['library', 'runs', 'storage'],
  'sort.start': ['sorts'],
  'sort.folder': ['sorts'],
  'sort.undo': ['sorts'],
  'sort.settle': ['library', 'classes', 'storage', 'sorts'],
  'runs.retrain': ['library', 'runs', 'storage'],
  'runs.calibrate': ['runs', 'storage'],
  'runs.set-dial': ['runs'],
  'runs.crops': ['storage'],
  'ensembles.weigh': ['storage'],
  'ensembles.plan': ['storage'],
  'ensembles.evaluate': ['storage'],
  'ensembles.save': ['ensembles'],
  'ensembles.delete': ['ensembles'],
  'ensembles.test': ['ensembles', 'storage'],
  'runs.update': ['runs'],
  'runs.delete': ['runs', 'storage'],
  'runs.restore': ['runs', 'storage'],
  'storage.clean': ['runs', 'storage'],
  'settings.set': ['settings'],
  'project.rename': ['settings'],
};

export type Handler = (input: never, context: CommandContext) => Promise<unknown>;

/** The same handlers; each tells what it changed. */
export function tellingChanges(handlers: Handlers, jobs: JobRegistry): Handlers {
  return mapHandlers(handlers, (name, handler) => {
    const what = changesOf[name];
    if (what === undefined) return handler;
    return async (input, context) => {
      try {
        return await handler(input, context);
      } finally {
        jobs.tellChanged(what);
      }
    };
  });
}

/** The same handlers for a project that is open for reading only; settings belong to the person, not to the project. */
export function refusingChanges(handlers: Handlers, folder: string): Handlers {
  const advice =
    'Free space on its disk, give yourself permission to write there, or copy the folder; then open it again.';
  return mapHandlers(handlers, (name, handler) => {
    if (changesOf[name] === undefined || name === 'settings.set') return handler;
    return async () => {
      throw new AppError('PROJECT_READ_ONLY', `${folder}: open for reading only; '${name}' would change it. ${advice}`);
    };
  });
}

/** The same handlers; long work of a caller who waits for it is in the list of jobs. */
export function listedAsJobs(handlers: Handlers, jobs: JobRegistry): Handlers {
  return mapHandlers(handlers, (name, handler) => {
    const command = JobCommand.safeParse(name);
    if (!command.success) return handler;
    return (input, context) => jobs.attach(command.data, context, (own) => handler(input, own));
  });
}

export function mapHandlers(handlers: Handlers, change: (name: CommandName, handler: Handler) => Handler): Handlers {
  const entries = Object.entries(handlers) as [CommandName, Handler][];
  return Object.fromEntries(entries.map(([name, handler]) => [name, change(name, handler)])) as {
    [N in CommandName]: (input: CommandInput<N>, context: CommandContext) => Promise<CommandOutput<N>>;
  };
}
