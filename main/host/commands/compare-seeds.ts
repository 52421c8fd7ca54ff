/** Two ways to train, each with the seeds that it was tried with, on the same photos. */
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import type { RunId } from '../../../shared/domain/ids.ts';
import { seededRandom } from '../../../shared/math/random.ts';
import { meanDifference, seedBootstrapInterval } from '../../../shared/math/seed-groups.ts';
import { countTestLooks, insertTestLook } from '../../store/metrics.ts';
import type { CommandContext } from '../dispatch.ts';
import { requireFinishedRun, type Session } from '../session.ts';
import { hits, requireSamePhotos, requireSameSplit } from './compare.ts';
import { type Outcomes, sideOutcomes } from './evaluate.ts';

const BOOTSTRAP_SEED = 20_260_104; // fixed: the same runs always give the same interval

/** A look at the test photos is counted once. Throws INVALID_INPUT for runs of different splits, as compareRuns. */
export async function compareSeeds(
  session: Session,
  { first, second, split, views }: CommandInput<'runs.compare-seeds'>,
  context: CommandContext,
): Promise<CommandOutput<'runs.compare-seeds'>> {
  const [baseline, ...others] = [...first, ...second].map((runId) => requireFinishedRun(session, runId));
  for (const run of others) requireSameSplit(baseline!, run);
  const ask = async (runIds: readonly RunId[]): Promise<Outcomes[]> => {
    const found: Outcomes[] = [];
    for (const runId of runIds) found.push(await sideOutcomes(session, { runId, split, views }, context));
    return found;
  };
  const outcomes = [await ask(first), await ask(second)] as const;
  for (const own of outcomes.flat()) requireSamePhotos(outcomes[0][0]!, own);
  const { database } = session.project;
  if (split === 'test') insertTestLook(database, { runId: baseline!.runId, views, lookedAt: session.clock() });
  const groups = { first: outcomes[0].map(hits), second: outcomes[1].map(hits) };
  const rightOf = (all: readonly (readonly boolean[])[]): number[] => all.map((own) => own.filter(Boolean).length);
  return {
    split,
    total: outcomes[0][0]!.imageIds.length,
    correct: [rightOf(groups.first), rightOf(groups.second)],
    difference: meanDifference(groups),
    differenceInterval: seedBootstrapInterval(groups, { random: seededRandom(BOOTSTRAP_SEED) }),
    testLooks: countTestLooks(database),
  };
}
