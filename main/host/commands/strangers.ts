/** Photos that a run takes for a class, the surest first, and their way into the project as what they are. */
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { ClassName, RunId } from '../../../shared/domain/ids.ts';
import type { RunJudgement } from '../../../shared/domain/judging.ts';
import { planLabel } from '../../store/edit-plans.ts';
import { makeEdit, readHistory } from '../../store/edits.ts';
import { findImageByPath, listImages } from '../../store/images.ts';
import { findJudgement } from '../../store/judgements.ts';
import type { CommandContext } from '../dispatch.ts';
import { answerFiles } from '../file-answers.ts';
import { giveVerdicts } from '../judging.ts';
import { requireFinishedRun, type Session } from '../session.ts';
import { importLibrary } from './import.ts';

/** Throws NOT_FOUND where the run was not calibrated. */
export function requireJudgement(session: Session, runId: RunId): RunJudgement {
  const judgement = findJudgement(session.project.database, runId);
  if (judgement !== null) return judgement;
  throw new AppError(
    'NOT_FOUND',
    `Run ${runId} was not calibrated yet. Calibrate it first ('thaw calibrate --run ${runId}').`,
  );
}

/** Ranked by how known they seem; what is answered as the class that means neither comes last. */
export async function findStrangers(
  session: Session,
  { runId, paths, most }: CommandInput<'runs.strangers'>,
  context: CommandContext,
): Promise<CommandOutput<'runs.strangers'>> {
  const run = requireFinishedRun(session, runId);
  const judgement = requireJudgement(session, runId);
  const { classes, files, skipped } = await answerFiles(session, { run, paths, views: 'centre' }, context);
  const request = { run, classes, questions: files, wantsLikest: true };
  const { verdicts } = await giveVerdicts(session, request, context);
  const known = new Map(
    listImages(session.project.database).map((image) => [image.imageId as string, image.className]),
  );
  const photos = files.map(({ path, image, viewKey }, at) => {
    const { answer, probabilities, score, isNeither, likest } = verdicts[at]!;
    return {
      ...{ path, viewKey, likest, answer: classes[answer]!, probability: probabilities[answer]! },
      ...{ score: score ?? 0, isLetIn: !isNeither, inProject: known.get(image.imageId) ?? null },
    };
  });
  const isNeither = ({ answer }: { readonly answer: ClassName }): number => Number(answer === judgement.neitherClass);
  photos.sort((a, b) => isNeither(a) - isNeither(b) || b.score - a.score || (a.path < b.path ? -1 : 1));
  const letIn = photos.filter((photo) => photo.isLetIn).length;
  return { runId, judgement, photos: photos.slice(0, most), total: photos.length, letIn, skipped: [...skipped] };
}

/** Imports the files one by one, so that their folders name no class; the label is one edit. Throws CANCELLED, DISK_FULL. */
export async function addAs(
  session: Session,
  { paths, className }: CommandInput<'library.add-as'>,
  context: CommandContext,
): Promise<CommandOutput<'library.add-as'>> {
  const { database } = session.project;
  const { imported, skipped, cancelled } = await importLibrary(session, { paths, splitFromFolders: false }, context);
  if (cancelled) throw new AppError('CANCELLED', 'Stopped as asked. Photos that were brought in have no label yet.');
  const imageIds = [...new Set(paths.flatMap((path) => findImageByPath(database, path) ?? []))];
  const history =
    imageIds.length === 0
      ? readHistory(database)
      : makeEdit(database, session.clock(), () => planLabel(database, imageIds, className));
  return { imported, labelled: imageIds.length, skipped, history };
}
