/** Which answers are out of date when the host says that something changed. */
import type { CommandName } from '../../../shared/contract/commands.ts';
import type { Changed } from '../../../shared/contract/jobs.ts';

export const answersAbout: Readonly<Record<Changed, readonly CommandName[]>> = {
  library: [
    'project.summary',
    'library.photos',
    'library.photo',
    'library.classes',
    'library.history',
    'library.health',
    'runs.plan',
  ],
  classes: [
    'project.summary',
    'library.photos',
    'library.photo',
    'library.classes',
    'library.history',
    'library.health',
  ],
  runs: [
    'project.summary',
    'runs.list',
    'runs.curves',
    'runs.events',
    'runs.answers',
    'runs.compare',
    'runs.compare-seeds',
    'runs.exports',
    'runs.judgement',
  ],
  ensembles: ['ensembles.list'],
  storage: ['storage.summary'],
  settings: ['settings.get'],
  sweeps: ['sweeps.list', 'sweeps.show'],
  sorts: ['sort.list'],
};

/** The commands to ask again, each once. */
export function staleCommands(what: readonly Changed[]): ReadonlySet<CommandName> {
  return new Set(what.flatMap((one) => answersAbout[one]));
}
