import { sep } from 'node:path';
import type { CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { ProjectInfo } from '../../../shared/contract/machine.ts';
import { samplePhotosFolder } from '../../kernel/resources.ts';
import { thawVersion } from '../../kernel/version.ts';
import { hasPhotosFrom, readProjectName, renameProject } from '../../store/project-name.ts';
import type { CommandContext } from '../dispatch.ts';
import type { Session } from '../session.ts';
import { importLibrary } from './import.ts';

export function projectInfo({ project, notes }: Session): ProjectInfo {
  const { database, folder, readOnly } = project;
  return {
    name: readProjectName(database),
    folder,
    readOnly,
    notes: [...notes],
    version: thawVersion(),
    isSample: hasPhotosFrom(database, `${samplePhotosFolder}${sep}`),
  };
}

export function rename(session: Session, name: string): ProjectInfo {
  renameProject(session.project.database, name);
  return projectInfo(session);
}

/** Imports the photos that come with Thaw; the folder they lie in is their class. Throws NOT_FOUND where there are none. */
export async function addSample(
  session: Session,
  context: CommandContext,
): Promise<CommandOutput<'project.add-sample'>> {
  const input = { paths: [samplePhotosFolder], splitFromFolders: false };
  const { found, imported, cancelled } = await importLibrary(session, input, context);
  if (cancelled) throw new AppError('CANCELLED', 'Stopped as asked.');
  if (found === 0)
    throw new AppError('NOT_FOUND', `${samplePhotosFolder}: the sample photos are not there. Install Thaw again.`);
  return { imported };
}
