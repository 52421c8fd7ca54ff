import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import type { JobImage } from '../../engine/protocol/messages.ts';
import { confirmAlike, findNearDuplicates } from '../../library/near-duplicates.ts';
import { joinPairs, listBridges, listGroupMembers, listLooks } from '../../store/groups.ts';
import { listFirstPaths, listImages } from '../../store/images.ts';
import type { CommandContext } from '../dispatch.ts';
import { expectResult } from '../expect-result.ts';
import { imagePath, jobFolders, type Session } from '../session.ts';
import { tellSkipped } from './probe.ts';

const LEAST_FEATURE_COSINE = 0.6;
const MOST_PAIRS = 20_000;
const MOST_PHOTOS = 20_000; // for their features lie in memory, about 15 KB a photo

/**
 * Looks for near duplicates among all photos again, by their looks and by the network's features, and joins them.
 *
 * Close features alone join nothing: two dogs of one breed have them too. The looks must agree. Throws NOT_FOUND, CANCELLED.
 */
export async function findDuplicates(
  session: Session,
  input: CommandInput<'library.find-duplicates'>,
  context: CommandContext,
): Promise<CommandOutput<'library.find-duplicates'>> {
  const { database } = session.project;
  findNetwork(input.backbone);
  const photos = listLooks(database).map((row) => ({ ...row, isNew: true }));
  const close = await closeByFeatures(session, input.backbone, context);
  const pairs = [
    ...(await findNearDuplicates(photos, {
      signal: context.signal,
      onProgress: (progress) => context.onEvent({ kind: 'progress', progress }),
    })),
    ...(await confirmAlike(photos, close, context.signal)),
  ];
  const { joined } = joinPairs(database, pairs);
  const groups = new Set(listGroupMembers(database).map(({ groupId }) => groupId)).size;
  return { joined, groups, bridges: listBridges(database).length };
}

async function closeByFeatures(session: Session, backbone: string, context: CommandContext) {
  const images = allImages(session);
  if (images.length < 2) return [];
  if (images.length > MOST_PHOTOS)
    context.onEvent({
      kind: 'note',
      text: `Only ${MOST_PHOTOS} of ${images.length} photos are compared by features; all are by their looks.`,
    });
  const result = await session.engine.run(
    {
      kind: 'close-photos',
      jobId: `close photos ${backbone}`,
      ...jobFolders(session),
      backbone,
      images: images.slice(0, MOST_PHOTOS),
      leastCosine: LEAST_FEATURE_COSINE,
      mostPairs: MOST_PAIRS,
    },
    context,
  );
  const answer = expectResult(result, 'close-photos');
  tellSkipped(answer, context);
  return answer.pairs;
}

/** Labelled or not. */
function allImages(session: Session): JobImage[] {
  const { database } = session.project;
  const paths = listFirstPaths(database);
  return listImages(database).map((image) => ({
    imageId: image.imageId,
    path: imagePath(session, image) ?? paths.get(image.imageId) ?? '',
    label: null,
    groupId: image.groupId,
    side: image.side,
  }));
}
