import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { Sha256 } from '../../../shared/domain/ids.ts';
import type { RunConfig, RunRecord } from '../../../shared/domain/run.ts';
import { seededRandom } from '../../../shared/math/random.ts';
import { exactMcNemar, pairedBootstrapInterval } from '../../../shared/math/statistics.ts';
import { countTestLooks } from '../../store/metrics.ts';
import type { CommandContext } from '../dispatch.ts';
import { requireFinishedRun, type Session } from '../session.ts';
import { computeOutcomes, type Outcomes } from './evaluate.ts';

const SIGNIFICANCE = 0.05;
const BOOTSTRAP_SEED = 20_260_101; // fixed: the same two runs always give the same interval

/** Two runs on the same photos: what one fixed and the other broke, and whether that was luck. */
export async function compareRuns(
  session: Session,
  input: CommandInput<'runs.compare'>,
  context: CommandContext,
): Promise<CommandOutput<'runs.compare'>> {
  const { split, views } = input;
  requireSameSplit(requireFinishedRun(session, input.first), requireFinishedRun(session, input.second));
  const first = await computeOutcomes(session, { runId: input.first, split, views }, context);
  const second = await computeOutcomes(session, { runId: input.second, split, views }, context);
  requireSamePhotos(first, second);
  const outcomes = { first: hits(first), second: hits(second) };
  const pick = (before: boolean, after: boolean): Sha256[] =>
    first.imageIds
      .filter((_, index) => outcomes.first[index] === before && outcomes.second[index] === after)
      .map((id) => Sha256.parse(id));
  const fixed = pick(false, true);
  const broken = pick(true, false);
  const mcNemarP = exactMcNemar(fixed.length, broken.length);
  const counts: [number, number] = [outcomes.first.filter(Boolean).length, outcomes.second.filter(Boolean).length];
  return {
    runIds: [input.first, input.second],
    split,
    total: first.imageIds.length,
    correct: counts,
    fixed,
    broken,
    mcNemarP,
    differenceInterval: pairedBootstrapInterval(outcomes, { random: seededRandom(BOOTSTRAP_SEED) }),
    verdict: verdict(mcNemarP, counts),
    differingSettings: differingSettings(first.run.config, second.run.config),
    testLooks: countTestLooks(session.project.database),
  };
}

function hits(outcomes: Outcomes): boolean[] {
  return outcomes.truth.map((label, index) => label === outcomes.answers[index]);
}

/** Before anything is computed: a refused comparison is no look at the test photos. */
function requireSameSplit(first: RunRecord, second: RunRecord): void {
  if (first.splitHash === second.splitHash) return;
  throw new AppError(
    'INVALID_INPUT',
    `${first.runId} and ${second.runId} were trained on different splits (photos, labels or sides changed in between), so their figures cannot be compared. Train the older one again.`,
  );
}

function requireSamePhotos(first: Outcomes, second: Outcomes): void {
  if (first.imageIds.join() === second.imageIds.join()) return;
  throw new AppError(
    'INVALID_INPUT',
    `Not the same photos could be read for ${first.run.runId} and ${second.run.runId}. Look at what 'thaw evaluate' leaves out, put those files back and compare again.`,
  );
}

function verdict(p: number, [first, second]: readonly [number, number]): string {
  if (p >= SIGNIFICANCE) return 'No real difference: these photos cannot tell the two runs apart.';
  return second > first
    ? 'The second run is better; this was hardly luck.'
    : 'The first run is better; this was hardly luck.';
}

function differingSettings(first: RunConfig, second: RunConfig): { name: string; first: string; second: string }[] {
  const flat = (config: RunConfig): Map<string, string> =>
    new Map(
      Object.entries({ ...config, ...config.recipe, recipe: undefined }).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, JSON.stringify(value)] as const],
      ),
    );
  const other = flat(second);
  return [...flat(first)]
    .filter(([name, value]) => other.get(name) !== value)
    .map(([name, value]) => ({ name, first: value, second: other.get(name) ?? '–' }));
}
