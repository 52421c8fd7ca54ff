/** Which subsets of candidates are worth their cost: none that is cheaper is as good. */
import { AppError } from '../contract/errors.ts';

/** A run looked at in some views. */
export type FrontCandidate = {
  readonly probabilities: Float64Array; // [N, K], row-major
  readonly group: number; // candidates of different groups (view sets) are not mixed
};
export type FrontRequest = {
  readonly candidates: readonly FrontCandidate[];
  readonly truth: Int32Array; // [N]
  readonly costOf: (members: readonly number[]) => number; // of a subset, by its candidates' indices, rising
  readonly breathe?: () => void; // now and then; may throw
};
export type FrontPoint = {
  readonly members: readonly number[]; // candidates, rising, equal weights
  readonly cost: number;
  readonly correct: number;
  readonly loss: number; // mean log-loss, nats
};

const MOST_EXHAUSTIVE = 10; // candidates of a group: 1,023 subsets; of more, subsets grow one by one from the best
const BEAM = 20; // subsets of each size that grow on
const LEAST = 1e-12;

/**
 * The points that no cheaper one equals, the cheapest first; of equally many right answers the lower loss is better.
 *
 * Chosen on the photos given: report what is chosen on others.
 */
export function costFront(request: FrontRequest): readonly FrontPoint[] {
  const { candidates, truth } = request;
  if (candidates.length === 0 || truth.length === 0)
    throw new AppError('INVALID_INPUT', 'A plan needs candidates and photos that they answered.');
  const groups = new Map<number, number[]>();
  for (const [at, { group }] of candidates.entries()) groups.set(group, [...(groups.get(group) ?? []), at]);
  const points = [...groups.values()].flatMap((members) =>
    members.length <= MOST_EXHAUSTIVE ? everySubset(request, members) : grownSubsets(request, members),
  );
  return frontOf(points);
}

/** Those that nothing cheaper, or equally dear, beats. */
export function frontOf(points: readonly FrontPoint[]): readonly FrontPoint[] {
  const sorted = points.toSorted((a, b) => a.cost - b.cost || (isBetter(a, b) ? -1 : isBetter(b, a) ? 1 : 0));
  const front: FrontPoint[] = [];
  for (const point of sorted) {
    const last = front.at(-1);
    if (last === undefined || isBetter(point, last)) front.push(point);
  }
  return front;
}

/** More right answers; a lower loss among equals counts only where the cost is the same too (else the front has no end). */
function isBetter(one: FrontPoint, other: FrontPoint): boolean {
  if (one.correct !== other.correct) return one.correct > other.correct;
  return one.cost === other.cost && one.loss < other.loss;
}

/** Depth first, with the running sum of probabilities, so that each subset costs one addition. */
function everySubset(request: FrontRequest, members: readonly number[]): FrontPoint[] {
  const points: FrontPoint[] = [];
  const extend = (from: number, chosen: readonly number[], sum: Float64Array | null): void => {
    for (let at = from; at < members.length; at += 1) {
      const next = [...chosen, members[at]!];
      const total = added(sum, request.candidates[members[at]!]!.probabilities);
      points.push(judged(request, next, total));
      extend(at + 1, next, total);
    }
  };
  extend(0, [], null);
  return points;
}

function grownSubsets(request: FrontRequest, members: readonly number[]): FrontPoint[] {
  const points: FrontPoint[] = [];
  let beam: { readonly chosen: readonly number[]; readonly sum: Float64Array | null }[] = [{ chosen: [], sum: null }];
  for (let size = 1; size <= members.length; size += 1) {
    const seen = new Map<string, { chosen: readonly number[]; sum: Float64Array; point: FrontPoint }>();
    for (const { chosen, sum } of beam) {
      for (const member of members) {
        if (chosen.includes(member)) continue;
        const next = [...chosen, member].sort((a, b) => a - b);
        if (seen.has(next.join())) continue;
        const total = added(sum, request.candidates[member]!.probabilities);
        seen.set(next.join(), { chosen: next, sum: total, point: judged(request, next, total) });
      }
    }
    const grown = [...seen.values()];
    points.push(...grown.map(({ point }) => point));
    beam = grown.sort((a, b) => b.point.correct - a.point.correct || a.point.loss - b.point.loss).slice(0, BEAM);
  }
  return points;
}

function added(sum: Float64Array | null, own: Float64Array): Float64Array {
  if (sum === null) return own;
  const total = new Float64Array(own.length);
  for (let at = 0; at < total.length; at += 1) total[at] = sum[at]! + own[at]!;
  return total;
}

function judged({ truth, costOf, breathe }: FrontRequest, members: readonly number[], sum: Float64Array): FrontPoint {
  breathe?.();
  const width = sum.length / truth.length;
  let [correct, loss] = [0, 0];
  for (let photo = 0; photo < truth.length; photo += 1) {
    const start = photo * width;
    let best = start;
    for (let at = start + 1; at < start + width; at += 1) if (sum[at]! > sum[best]!) best = at;
    if (best - start === truth[photo]) correct += 1;
    loss -= Math.log(Math.max(LEAST, sum[start + truth[photo]!]! / members.length));
  }
  return { members, cost: costOf(members), correct, loss: loss / truth.length };
}
