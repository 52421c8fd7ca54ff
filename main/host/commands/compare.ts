import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { Sha256 } from '../../../shared/domain/ids.ts';
import type { RunConfig, RunRecord } from '../../../shared/domain/run.ts';
import { holmAdjusted } from '../../../shared/math/multiple-tests.ts';
import { seededRandom } from '../../../shared/math/random.ts';
import { exactMcNemar, pairedBootstrapInterval } from '../../../shared/math/statistics.ts';
import { countTestLooks } from '../../store/metrics.ts';
import type { CommandContext } from '../dispatch.ts';
import { readLearnt } from '../learnt-photos.ts';
import { labelledImages, requireFinishedRun, runFolder, type Session } from '../session.ts';
import { computeOutcomes, type Outcomes } from './evaluate.ts';

const SIGNIFICANCE = 0.05;
const BOOTSTRAP_SEED = 20_260_101; // fixed: the same two runs always give the same interval

/** Two runs on the same photos: what one fixed and the other broke, and whether that was luck. */
export async function compareRuns(
  session: Session,
  input: CommandInput<'runs.compare'>,
  context: CommandContext,
): Promise<CommandOutput<'runs.compare'>> {
  const { split, views, reevaluate = false } = input;
  const runs = [requireFinishedRun(session, input.first), requireFinishedRun(session, input.second)] as const;
  if (!reevaluate) requireSameSplit(...runs);
  const learnt = reevaluate ? await learntPhotos(session, runs) : new Set<string>();
  const computed = [
    await computeOutcomes(session, { runId: input.first, split, views }, context),
    await computeOutcomes(session, { runId: input.second, split, views }, context),
  ] as const;
  const before = computed[0].imageIds.length;
  const [first, second] = [withoutPhotos(computed[0], learnt), withoutPhotos(computed[1], learnt)];
  requireSamePhotos(first, second);
  if (first.imageIds.length === 0) throw nothingNew(split);
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
    learnt: before - first.imageIds.length,
  };
}

/** Each of the others against the first run. Throws as compareRuns. */
export async function compareSeveral(
  session: Session,
  { runIds: [first, ...others], ...shared }: CommandInput<'runs.compare-several'>,
  context: CommandContext,
): Promise<CommandOutput<'runs.compare-several'>> {
  const reports: CommandOutput<'runs.compare'>[] = [];
  for (const second of others) reports.push(await compareRuns(session, { ...shared, first: first!, second }, context));
  const adjusted = holmAdjusted(reports.map(({ mcNemarP }) => mcNemarP));
  const comparisons = reports.map((report, at) => {
    const adjustedP = adjusted[at]!;
    return { ...report, adjustedP, verdict: verdict(adjustedP, report.correct) };
  });
  return { comparisons };
}

export function hits(outcomes: Outcomes): boolean[] {
  return outcomes.truth.map((label, index) => label === outcomes.answers[index]);
}

/** Before anything is computed: a refused comparison is no look at the test photos. */
export function requireSameSplit(first: RunRecord, second: RunRecord): void {
  if (first.splitHash === second.splitHash) return;
  throw new AppError(
    'INVALID_INPUT',
    `${first.runId} and ${second.runId} were trained on different splits (photos, labels or sides changed in between), so their figures cannot be compared. Compare them again on the photos that neither learnt from (--reevaluate), or train the older one again.`,
  );
}

/** What either was trained on, as it was noted then; of a run that an older Thaw trained, what lies on the training side today. */
async function learntPhotos(session: Session, runs: readonly RunRecord[]): Promise<ReadonlySet<string>> {
  const noted = await Promise.all(runs.map(({ runId }) => readLearnt(runFolder(session, runId))));
  const learnt = new Set(noted.flatMap((imageIds) => imageIds ?? []));
  if (noted.every((imageIds) => imageIds !== null)) return learnt;
  const isFitted = runs.some(({ config }) => config.selection.kind !== 'validation');
  for (const { imageId } of labelledImages(session, isFitted ? ['train', 'val'] : ['train'])) learnt.add(imageId);
  return learnt;
}

function withoutPhotos(outcomes: Outcomes, gone: ReadonlySet<string>): Outcomes {
  const isKept = outcomes.imageIds.map((imageId) => !gone.has(imageId));
  const kept = <T>(rows: readonly T[]): T[] => rows.filter((_, row) => isKept[row]);
  const { imageIds, truth, answers, probabilities } = outcomes;
  return {
    ...outcomes,
    ...{ imageIds: kept(imageIds), truth: kept(truth), answers: kept(answers), probabilities: kept(probabilities) },
  };
}

function nothingNew(split: string): AppError {
  const message = `Every photo on the side '${split}' taught one of the two runs. Compare them on test photos.`;
  return new AppError('DATASET_UNFIT', message);
}

export function requireSamePhotos(first: Outcomes, second: Outcomes): void {
  if (first.imageIds.join() === second.imageIds.join()) return;
  throw new AppError(
    'INVALID_INPUT',
    `Not the same photos could be read for ${first.run.runId} and ${second.run.runId}. Look at what the evaluation leaves out ('thaw evaluate'), put those files back and compare again.`,
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
