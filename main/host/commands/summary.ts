import type { CommandOutput } from '../../../shared/contract/commands.ts';
import { listClasses } from '../../store/classes.ts';
import { countBySide } from '../../store/images.ts';
import { listRuns } from '../../store/runs.ts';
import type { Session } from '../session.ts';

export function summarise(session: Session): CommandOutput<'project.summary'> {
  const { database } = session.project;
  const counts = countBySide(database);
  const count = (name: string | null, side?: string): number =>
    counts
      .filter((row) => row.className === name && (side === undefined || row.side === side))
      .reduce((sum, { photos }) => sum + photos, 0);
  return {
    images: counts.reduce((sum, { photos }) => sum + photos, 0),
    classes: listClasses(database).map(({ name }) => ({
      name,
      train: count(name, 'train'),
      val: count(name, 'val'),
      test: count(name, 'test'),
    })),
    unlabelled: count(null),
    runs: listRuns(database).length,
  };
}
