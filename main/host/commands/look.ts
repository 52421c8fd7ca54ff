/** Where a run looks in photos of the project. */
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { ClassName, type Sha256 } from '../../../shared/domain/ids.ts';
import { cropStart, viewOfId } from '../../../shared/domain/view-set.ts';
import type { Preprocessing } from '../../../shared/networks/network.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import type { JobImage } from '../../engine/protocol/messages.ts';
import { scaledSize } from '../../imaging/views.ts';
import { insertTestLook } from '../../store/metrics.ts';
import { findPhoto } from '../../store/photos.ts';
import type { CommandContext } from '../dispatch.ts';
import { expectResult } from '../expect-result.ts';
import { jobPlaces, requireFinishedRun, type Session } from '../session.ts';
import { photoPath } from './view.ts';

type Output = CommandOutput<'runs.look'>;
type Size = { readonly widthPixels: number; readonly heightPixels: number };

/** Throws NOT_FOUND for a run, photo, class or stage that is not there. Photos of the test side count as a look at it. */
export async function lookIntoPhotos(
  session: Session,
  { runId, imageIds, stage, target }: CommandInput<'runs.look'>,
  context: CommandContext,
): Promise<Output> {
  const run = requireFinishedRun(session, runId);
  const { database } = session.project;
  const photos = new Map([...new Set(imageIds)].map((imageId) => [imageId, findPhoto(database, imageId)]));
  const images = [...photos].map(([imageId, { groupId, side }]): JobImage => {
    return { imageId, path: photoPath(session, imageId), label: null, groupId, side };
  });
  const job = { jobId: runId, ...jobPlaces(session, runId), images, stage, target };
  const answer = expectResult(await session.engine.run({ kind: 'look', ...job }, context), 'look');
  if (images.some(({ side }) => side === 'test'))
    insertTestLook(database, { runId, views: 'centre', lookedAt: session.clock() });
  const { preprocessing } = findNetwork(run.config.backbone);
  return {
    ...{ classes: answer.classes.map((name) => ClassName.parse(name)), stage: answer.stage, stages: answer.stages },
    device: answer.device.trainer,
    photos: answer.photos.map((photo) => ({
      ...photo,
      crop: centreCrop(sizeOf(photos, photo.imageId), preprocessing),
    })),
    skipped: answer.skipped,
  };
}

function sizeOf(photos: ReadonlyMap<Sha256, Size>, imageId: Sha256): Size {
  const size = photos.get(imageId);
  if (size === undefined)
    throw new AppError('BUG', 'The engine looked at a photo that was not asked. Please report it.');
  return size;
}

/** The part of the upright photo that the network sees, as shares of its sides. */
function centreCrop({ widthPixels, heightPixels }: Size, { cropSize, resizeShortSide }: Preprocessing) {
  const { scaledWidth, scaledHeight } = scaledSize({ width: widthPixels, height: heightPixels }, resizeShortSide);
  const { across, down } = viewOfId('centre');
  return {
    left: cropStart(across, scaledWidth - cropSize) / scaledWidth,
    top: cropStart(down, scaledHeight - cropSize) / scaledHeight,
    width: cropSize / scaledWidth,
    height: cropSize / scaledHeight,
  };
}
