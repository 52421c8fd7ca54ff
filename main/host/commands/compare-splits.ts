/** How much a random split would flatter, measured on the project's own photos. */
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { seededRandom } from '../../../shared/math/random.ts';
import { pairedBootstrapInterval, wilsonInterval } from '../../../shared/math/statistics.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import type { JobImage } from '../../engine/protocol/messages.ts';
import { listClasses } from '../../store/classes.ts';
import { assignSides } from '../../store/sides.ts';
import type { CommandContext } from '../dispatch.ts';
import { expectResult } from '../expect-result.ts';
import { requireFitDataset } from '../fit-dataset.ts';
import { jobFolders, labelledImages, type Session } from '../session.ts';
import { foldCount, tellSkipped } from './probe.ts';

const MOST_PHOTOS = 10_000;

/** Test photos have no part in it. Throws DATASET_UNFIT, NOT_FOUND, CANCELLED. */
export async function compareSplits(
  session: Session,
  input: CommandInput<'library.compare-splits'>,
  context: CommandContext,
): Promise<CommandOutput<'library.compare-splits'>> {
  const { database } = session.project;
  findNetwork(input.backbone);
  assignSides(database);
  const classes = listClasses(database).map(({ name }) => name as string);
  const images = wholeGroups(labelledImages(session, ['train', 'val']));
  requireFitDataset(classes, images);
  const folds = foldCount(images, classes);
  const { backbone, seed } = input;
  const jobId = `compare splits ${backbone}`;
  const job = {
    kind: 'compare-splits',
    jobId,
    ...jobFolders(session),
    backbone,
    classes,
    images,
    folds,
    seed,
  } as const;
  const answer = expectResult(await session.engine.run(job, context), 'compare-splits');
  tellSkipped(answer, context);
  const { honest, random } = answer;
  const differenceInterval = pairedBootstrapInterval({ first: honest, second: random }, { random: seededRandom(seed) });
  const [honestFigures, randomFigures] = [figuresOf(honest), figuresOf(random)];
  return {
    folds,
    total: honest.length,
    honest: honestFigures,
    random: randomFigures,
    difference: randomFigures.accuracy - honestFigures.accuracy,
    differenceInterval,
    isRandomTooKind: differenceInterval[0] > 0,
    groupedPhotos: countGrouped(images),
  };
}

function figuresOf(outcomes: readonly boolean[]) {
  const correct = outcomes.filter(Boolean).length;
  return { correct, accuracy: correct / outcomes.length, interval: wilsonInterval(correct, outcomes.length) };
}

function countGrouped(images: readonly JobImage[]): number {
  const groups = Map.groupBy(images, ({ groupId }) => groupId);
  return [...groups.values()].reduce((sum, { length }) => sum + (length > 1 ? length : 0), 0);
}

/** At most MOST_PHOTOS, none of them without the rest of its group; group ids are hashes, so the first are a random sample. */
function wholeGroups(images: readonly JobImage[]): JobImage[] {
  if (images.length <= MOST_PHOTOS) return [...images];
  const groups = [...Map.groupBy(images, ({ groupId }) => groupId)].sort(([a], [b]) => (a < b ? -1 : 1));
  const taken: JobImage[] = [];
  for (const [, members] of groups) if (taken.length + members.length <= MOST_PHOTOS) taken.push(...members);
  return taken;
}
