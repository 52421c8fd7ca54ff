import { availableParallelism } from 'node:os';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { withClasses } from '../../../shared/networks/split.ts';
import { stageCost } from '../../../shared/planning/stage-costs.ts';
import type { Trial } from '../../../shared/sweeps/trials.ts';
import { listClasses } from '../../store/classes.ts';
import { resolveFreeze } from '../commands/train.ts';
import { measureRoom } from '../machine-room.ts';
import { labelledImages, type Session } from '../session.ts';

const SHARE = 0.7; // of the machine's memory that trainings may take together
const MOST = Math.min(4, availableParallelism()); // more only wait for each other's cores

/** How many trainings of a sweep fit into memory at the same time: 1 to 4, and no more than there are cores or trials. */
export async function enginesThatFit(session: Session, trials: readonly Trial[]): Promise<number> {
  const { folder, folders } = session.project;
  const { memoryBytes } = await measureRoom({ project: folder, features: folders.features });
  const classCount = Math.max(2, listClasses(session.project.database).length);
  const photos = labelledImages(session, ['train', 'val']).length;
  const distinct = new Map(
    trials.map(({ settings }) => {
      const { backbone, freeze, recipe } = settings;
      return [JSON.stringify([backbone, freeze, recipe.batchSize, recipe.optimizer, recipe.accumulate]), settings];
    }),
  );
  const bytes = [...distinct.values()].map(({ backbone, freeze, recipe }) => {
    const network = withClasses(findNetwork(backbone), classCount);
    return stageCost(network, resolveFreeze(backbone, freeze), { photos, views: 1, recipe }).peakMemoryBytes;
  });
  return Math.max(1, Math.min(MOST, trials.length, Math.floor((SHARE * memoryBytes) / Math.max(...bytes))));
}
