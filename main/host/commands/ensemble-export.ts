import { resolve } from 'node:path';
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { agreesWithMembers } from '../../../shared/domain/ensemble.ts';
import { findEnsemble } from '../../store/ensembles.ts';
import type { CommandContext } from '../dispatch.ts';
import { expectResult } from '../expect-result.ts';
import { jobFolders, labelledImages, requireFinishedRun, runFolder, type Session } from '../session.ts';

const CHECKED_PHOTOS = 32;

/** One file that answers as the members do together; it is run beside them, and not kept where it does not agree. */
export async function exportEnsemble(
  session: Session,
  { ensembleId, path }: CommandInput<'ensembles.export'>,
  context: CommandContext,
): Promise<CommandOutput<'ensembles.export'>> {
  const { name, members, classes } = findEnsemble(session.project.database, ensembleId);
  if (members.some(({ views }) => views !== 'centre')) {
    const message =
      'The file looks at the centre of a picture, and this ensemble at more crops. Save one of the centre, and export that.';
    throw new AppError('INVALID_INPUT', message);
  }
  const images = labelledImages(session, ['val', 'train']).slice(0, CHECKED_PHOTOS);
  if (images.length === 0)
    throw new AppError('DATASET_UNFIT', 'There is no labelled photo to check the file by. Import some.');
  const outputFile = resolve(path);
  const job = {
    ...{ kind: 'export-ensemble' as const, jobId: ensembleId, ...jobFolders(session), outputFile, images },
    members: members.map(({ runId, weight }) => ({ runFolder: runFolder(session, finished(session, runId)), weight })),
    ...{ classes: [...classes], title: name },
  };
  const result = expectResult(await session.engine.run(job, context), 'export-ensemble');
  const { kind: _, device: __, ...figures } = result;
  if (!agreesWithMembers(figures)) {
    const message = `${outputFile}: differs from its members by up to ${figures.largestDifference.toPrecision(2)} in a probability, ${figures.checked - figures.sameAnswers} of ${figures.checked} answers are others. It was not kept; please report this.`;
    throw new AppError('BUG', message);
  }
  return { path: outputFile, ...figures };
}

function finished(session: Session, runId: Parameters<typeof requireFinishedRun>[1]) {
  return requireFinishedRun(session, runId).runId;
}
