/** What more looks at a photo bring, and what they cost. */
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { viewsOf } from '../../../shared/domain/view-set.ts';
import { holmAdjusted } from '../../../shared/math/multiple-tests.ts';
import { seededRandom } from '../../../shared/math/random.ts';
import { exactMcNemar, pairedBootstrapInterval, wilsonInterval } from '../../../shared/math/statistics.ts';
import { countTestLooks, insertTestLook } from '../../store/metrics.ts';
import type { CommandContext } from '../dispatch.ts';
import { costsOf, costTogether, type RunCost } from '../ensembling/costs.ts';
import { requireFinishedRun, type Session } from '../session.ts';
import { type Outcomes, sideOutcomes } from './evaluate.ts';

type Output = CommandOutput<'runs.crops'>;
type Point = Output['points'][number];

const BOOTSTRAP_SEED = 20_260_102; // fixed: the same answers always give the same interval
const LEAST = 1e-12;

/** Each set against the centre alone, on the same photos. A look at the test side counts once for all of them. */
export async function showCrops(
  session: Session,
  { runId, split, sets, averaging }: CommandInput<'runs.crops'>,
  context: CommandContext,
): Promise<Output> {
  const { database } = session.project;
  const run = requireFinishedRun(session, runId);
  const all = [...new Set(['centre' as const, ...sets])].toSorted((a, b) => viewsOf(a).length - viewsOf(b).length);
  const outcomes: Outcomes[] = [];
  for (const views of all) outcomes.push(await sideOutcomes(session, { runId, split, views, averaging }, context));
  if (split === 'test') insertTestLook(database, { runId, views: all.join(' '), lookedAt: session.clock() });
  const common = commonPhotos(outcomes);
  if (common.length === 0)
    throw new AppError('DATASET_UNFIT', `No photo on the side '${split}' is of a class that this run knows.`);
  const cost = (await costsOf(session, [run], context)).get(runId)!;
  const centre = hitsOf(outcomes[all.indexOf('centre')]!, common);
  const points = all.map((views, at) => pointOf({ views, outcomes: outcomes[at]!, common, centre, cost }));
  const others = points.filter(({ views }) => views !== 'centre');
  const adjusted = holmAdjusted(others.map(({ fixed, broken }) => exactMcNemar(fixed, broken)));
  for (const [at, point] of others.entries()) point.adjustedP = adjusted[at]!;
  const hasLearnt = split === 'train' || (split === 'val' && run.config.selection.kind !== 'validation');
  return { runId, split, averaging, total: common.length, hasLearnt, points, testLooks: countTestLooks(database) };
}

function commonPhotos(outcomes: readonly Outcomes[]): readonly string[] {
  const known = outcomes.map(({ imageIds }) => new Set(imageIds));
  return outcomes[0]!.imageIds.filter((imageId) => known.every((own) => own.has(imageId)));
}

function hitsOf({ imageIds, truth, answers }: Outcomes, common: readonly string[]): boolean[] {
  const rows = new Map(imageIds.map((imageId, row) => [imageId, row]));
  return common.map((imageId) => truth[rows.get(imageId)!] === answers[rows.get(imageId)!]);
}

function lossOf({ imageIds, truth, probabilities }: Outcomes, common: readonly string[]): number {
  const rows = new Map(imageIds.map((imageId, row) => [imageId, row]));
  const losses = common.map((imageId) => {
    const row = rows.get(imageId)!;
    return -Math.log(Math.max(LEAST, probabilities[row]![truth[row]!]!));
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / common.length;
}

type Judging = {
  readonly views: Point['views'];
  readonly outcomes: Outcomes;
  readonly common: readonly string[];
  readonly centre: readonly boolean[];
  readonly cost: RunCost;
};

function pointOf({ views, outcomes, common, centre, cost }: Judging): Point {
  const hits = hitsOf(outcomes, common);
  const correct = hits.filter(Boolean).length;
  const outcomesOfBoth = { first: centre, second: hits };
  return {
    views,
    crops: viewsOf(views).length,
    msPerPhoto: costTogether([cost], views).msPerPhoto,
    correct,
    interval: wilsonInterval(correct, common.length),
    loss: lossOf(outcomes, common),
    fixed: hits.filter((hit, at) => hit && !centre[at]).length,
    broken: hits.filter((hit, at) => !hit && centre[at]).length,
    differenceInterval: pairedBootstrapInterval(outcomesOfBoth, { random: seededRandom(BOOTSTRAP_SEED) }),
    adjustedP: 1,
  };
}
