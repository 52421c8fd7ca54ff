/** Which runs together, at how many crops: the front of accuracy and cost. */
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { RunId } from '../../../shared/domain/ids.ts';
import type { ViewSet } from '../../../shared/domain/view-set.ts';
import { costFront, type FrontPoint } from '../../../shared/math/cost-front.ts';
import { equalWeights } from '../../../shared/math/ensemble-weights.ts';
import { wilsonInterval } from '../../../shared/math/statistics.ts';
import { countTestLooks, insertTestLook } from '../../store/metrics.ts';
import type { CommandContext } from '../dispatch.ts';
import { type Aligned, align, averageHits } from '../ensembling/aligned.ts';
import { type Cost, costsOf, costTogether } from '../ensembling/costs.ts';
import { requireFinishedRun, type Session } from '../session.ts';
import { heldOutTogether } from './ensembles.ts';
import { type Outcomes, sideOutcomes } from './evaluate.ts';

type Output = CommandOutput<'ensembles.plan'>;
type Candidate = { readonly runId: RunId; readonly views: ViewSet; readonly probabilities: Float64Array };

/** Chosen on held-out photos; where `reportsTest`, the test photos are shown once to all that is on the front. */
export async function planEnsemble(
  session: Session,
  { runIds, sets, reportsTest }: CommandInput<'ensembles.plan'>,
  context: CommandContext,
): Promise<Output> {
  const wanted = possibleSets(session, { runIds, sets }, context);
  const held = [];
  for (const views of wanted) held.push(await heldOutTogether(session, { runIds, views }, context));
  const { truth, perSet } = inCommon(held.map(({ aligned }) => aligned));
  const runs = held[0]!.aligned.members.map(({ run }) => run);
  const costs = await costsOf(session, runs, context);
  const candidates = wanted.flatMap((views, at) =>
    runs.map(({ runId }, member): Candidate => ({ runId, views, probabilities: perSet[at]![member]! })),
  );
  const costOf = (members: readonly number[]): Cost => {
    const own = members.map((at) => candidates[at]!);
    return costTogether(
      own.map(({ runId }) => costs.get(runId)!),
      own[0]!.views,
    );
  };
  const front = costFront({
    candidates: candidates.map(({ views, probabilities }) => ({ probabilities, group: wanted.indexOf(views) })),
    truth,
    costOf: (members) => costOf(members).msPerPhoto ?? costOf(members).bytes,
    breathe: () => {
      if (context.signal.aborted) throw new AppError('CANCELLED', 'Stopped as asked.');
    },
  });
  const points = front.map((point) => describe(point, { candidates, costOf, total: truth.length }));
  const reported = reportsTest ? await addTest(session, points, context) : points;
  const tried = wanted.length * (2 ** runs.length - 1);
  const { from } = held[0]!;
  return { from, total: truth.length, tried, points: reported, testLooks: countTestLooks(session.project.database) };
}

/** The folds of a cross-validated run have looked at the centre only. */
function possibleSets(
  session: Session,
  { runIds, sets }: Pick<CommandInput<'ensembles.plan'>, 'runIds' | 'sets'>,
  context: CommandContext,
): readonly ViewSet[] {
  const isFolded = runIds.some(
    (runId) => requireFinishedRun(session, runId).config.selection.kind === 'cross-validation',
  );
  if (!isFolded || sets.join() === 'centre') return sets;
  const text = 'Some of these runs were chosen by cross-validation: their held-out answers are of the centre alone.';
  context.onEvent({ kind: 'note', text });
  return ['centre'];
}

/** The photos that were answered in every set of crops. */
function inCommon(all: readonly Aligned[]) {
  const rows = all.map(({ imageIds }) => new Map(imageIds.map((imageId, row) => [imageId, row])));
  const imageIds = all[0]!.imageIds.filter((imageId) => rows.every((own) => own.has(imageId)));
  const width = all[0]!.classes.length;
  const truth = Int32Array.from(imageIds, (imageId) => all[0]!.truth[rows[0]!.get(imageId)!]!);
  const perSet = all.map(({ members }, at) =>
    members.map(({ probabilities }) => {
      const picked = new Float64Array(imageIds.length * width);
      for (const [photo, imageId] of imageIds.entries()) {
        const from = rows[at]!.get(imageId)! * width;
        picked.set(probabilities.subarray(from, from + width), photo * width);
      }
      return picked;
    }),
  );
  return { truth, perSet };
}

type Describing = {
  readonly candidates: readonly Candidate[];
  readonly costOf: (members: readonly number[]) => Cost;
  readonly total: number;
};

function describe({ members, correct, loss }: FrontPoint, { candidates, costOf, total }: Describing) {
  const { msPerPhoto, bytes } = costOf(members);
  return {
    runIds: members.map((at) => candidates[at]!.runId),
    views: candidates[members[0]!]!.views,
    ...{ msPerPhoto: msPerPhoto ?? 0, bytes, correct, interval: wilsonInterval(correct, total), loss, test: null },
  };
}

/** One look for the whole front. */
async function addTest(session: Session, points: Output['points'], context: CommandContext): Promise<Output['points']> {
  const reported: Output['points'] = [];
  for (const point of points) {
    const { runIds, views } = point;
    const outcomes: Outcomes[] = [];
    for (const runId of runIds) outcomes.push(await sideOutcomes(session, { runId, split: 'test', views }, context));
    const hits = averageHits(align(outcomes), equalWeights(runIds.length));
    const correct = hits.filter(Boolean).length;
    const test = { correct, total: hits.length, interval: wilsonInterval(correct, hits.length) };
    reported.push({ ...point, test });
  }
  const [first] = points;
  if (first !== undefined)
    insertTestLook(session.project.database, {
      ...{ runId: first.runIds[0]!, views: 'plan', lookedAt: session.clock() },
    });
  return reported;
}
