/** Ensembles: weights found on held-out photos, saved, and shown the test photos once. */
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import type { HeldOutFrom } from '../../../shared/contract/ensembling.ts';
import { type EnsembleRecord, makeEnsembleId, type WeighMethod } from '../../../shared/domain/ensemble.ts';
import { ClassName, type RunId } from '../../../shared/domain/ids.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import type { ViewSet } from '../../../shared/domain/view-set.ts';
import { averageLoss, convexWeights, equalWeights, greedyWeights } from '../../../shared/math/ensemble-weights.ts';
import { seededRandom } from '../../../shared/math/random.ts';
import { exactMcNemar, pairedBootstrapInterval, wilsonInterval } from '../../../shared/math/statistics.ts';
import { findEnsemble, insertEnsemble, setEnsembleTest } from '../../store/ensembles.ts';
import { countTestLooks, insertTestLook } from '../../store/metrics.ts';
import type { CommandContext } from '../dispatch.ts';
import { type Aligned, align, averageHits } from '../ensembling/aligned.ts';
import { costsOf, costTogether, type RunCost } from '../ensembling/costs.ts';
import { type HeldOutOutcomes, heldOutOutcomes } from '../held-out.ts';
import { requireFinishedRun, type Session } from '../session.ts';
import { type Outcomes, sideOutcomes } from './evaluate.ts';

const BOOTSTRAP_SEED = 20_260_103; // fixed: the same answers always give the same interval

export type HeldOut = { readonly aligned: Aligned; readonly from: HeldOutFrom };

/** What every run answered for the photos that taught none of them. */
export async function heldOutTogether(
  session: Session,
  { runIds, views }: { readonly runIds: readonly RunId[]; readonly views: ViewSet },
  context: CommandContext,
): Promise<HeldOut> {
  const outcomes: HeldOutOutcomes[] = [];
  for (const runId of runIds) outcomes.push(await heldOutOutcomes(session, { runId, views }, context));
  const kinds = new Set(outcomes.map(({ from }) => from));
  return { aligned: align(outcomes), from: kinds.size > 1 ? 'both' : outcomes[0]!.from };
}

/** Weights by every method, with what they gain on held-out photos and what they cost. Test photos are not looked at. */
export async function weighEnsemble(
  session: Session,
  { runIds, views }: CommandInput<'ensembles.weigh'>,
  context: CommandContext,
): Promise<CommandOutput<'ensembles.weigh'>> {
  const { aligned, from } = await heldOutTogether(session, { runIds, views }, context);
  const costs = await costsOf(session, runsOf(aligned), context);
  const members = aligned.members.map(({ run: { runId }, ofTruth }, at) => {
    const alone = aligned.members.map((_, own) => (own === at ? 1 : 0));
    const correct = averageHits(aligned, alone).filter(Boolean).length;
    return { runId, correct, loss: averageLoss([ofTruth], [1]), ...costTogether([costs.get(runId)!], views) };
  });
  const best = members.reduce((found, member) => (member.loss < found.loss ? member : found));
  const bestAt = members.indexOf(best);
  return {
    ...{ from, views, total: aligned.imageIds.length, members, best: best.runId },
    classes: aligned.classes.map((name) => ClassName.parse(name)),
    weighings: (['equal', 'greedy', 'convex'] as const).map((method) =>
      weighBy(method, { aligned, bestAt, views, costs: members.map(({ runId }) => costs.get(runId)!) }),
    ),
    testLooks: countTestLooks(session.project.database),
  };
}

const runsOf = ({ members }: Aligned): readonly RunRecord[] => members.map(({ run }) => run);

type Weighed = {
  readonly aligned: Aligned;
  readonly bestAt: number;
  readonly views: ViewSet;
  readonly costs: readonly RunCost[];
};

function weighBy(method: WeighMethod, { aligned, bestAt, views, costs }: Weighed) {
  const members = aligned.members.map(({ ofTruth }) => ofTruth);
  const weights = [...findWeights(method, members)];
  const hits = averageHits(aligned, weights);
  const best = averageHits(
    aligned,
    weights.map((_, at) => (at === bestAt ? 1 : 0)),
  );
  const correct = hits.filter(Boolean).length;
  const used = costs.filter((_, at) => weights[at]! > 0);
  return {
    ...{ method, weights, correct, interval: wilsonInterval(correct, hits.length) },
    loss: averageLoss(members, weights),
    ...changes(best, hits),
    ...costTogether(used, views),
  };
}

function findWeights(method: WeighMethod, members: readonly Float64Array[]): readonly number[] {
  if (method === 'equal') return equalWeights(members.length);
  return method === 'greedy' ? greedyWeights(members).weights : convexWeights(members).weights;
}

function changes(before: readonly boolean[], after: readonly boolean[]): { fixed: number; broken: number } {
  return {
    fixed: after.filter((hit, at) => hit && !before[at]).length,
    broken: after.filter((hit, at) => !hit && before[at]).length,
  };
}

export async function saveEnsemble(
  session: Session,
  { name, members, method, best, classes }: CommandInput<'ensembles.save'>,
): Promise<EnsembleRecord> {
  for (const { runId } of members) requireFinishedRun(session, runId);
  const used = members.filter(({ weight }) => weight > 0);
  const createdAt = session.clock().toISOString();
  const ensembleId = makeEnsembleId(session.random);
  const record = { ensembleId, name, members: used, method, best, classes, createdAt, test: null };
  insertEnsemble(session.project.database, record);
  return record;
}

/** Shows the test photos to every member and counts that as one look; a second time only where it is asked for. */
export async function testEnsemble(
  session: Session,
  { ensembleId, again }: CommandInput<'ensembles.test'>,
  context: CommandContext,
): Promise<EnsembleRecord> {
  const { database } = session.project;
  const ensemble = findEnsemble(database, ensembleId);
  if (ensemble.test !== null && !again) return ensemble;
  const { members, best } = ensemble;
  const outcomes: Outcomes[] = [];
  for (const { runId, views } of members)
    outcomes.push(await sideOutcomes(session, { runId, split: 'test', views }, context));
  const bestViews = members.find(({ runId }) => runId === best)?.views ?? members[0]!.views;
  outcomes.push(await sideOutcomes(session, { runId: best, split: 'test', views: bestViews }, context));
  const looksBefore = countTestLooks(database);
  const lookedAt = session.clock();
  insertTestLook(database, { runId: best, views: ensembleId, lookedAt });
  const aligned = align(outcomes);
  const hits = averageHits(aligned, [...members.map(({ weight }) => weight), 0]);
  const alone = averageHits(aligned, [...members.map(() => 0), 1]);
  const { fixed, broken } = changes(alone, hits);
  const correct = hits.filter(Boolean).length;
  const test = {
    ...{ total: hits.length, correct, interval: wilsonInterval(correct, hits.length), fixed, broken, looksBefore },
    best: { runId: best, correct: alone.filter(Boolean).length },
    differenceInterval: pairedBootstrapInterval(
      { first: alone, second: hits },
      { random: seededRandom(BOOTSTRAP_SEED) },
    ),
    mcNemarP: exactMcNemar(fixed, broken),
    testedAt: lookedAt.toISOString(),
  };
  setEnsembleTest(database, ensembleId, test);
  return { ...ensemble, test };
}
