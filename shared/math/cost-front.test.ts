import { expect, it } from 'vitest';
import { costFront, type FrontCandidate, frontOf } from './cost-front.ts';
import { seededRandom } from './random.ts';

const K = 3;

function drawCandidates(count: number, photos: number, groups: number) {
  const random = seededRandom(11);
  const truth = Int32Array.from({ length: photos }, () => Math.floor(random() * K));
  const candidates: FrontCandidate[] = Array.from({ length: count }, (_, at) => {
    const probabilities = new Float64Array(photos * K);
    for (let photo = 0; photo < photos; photo += 1) {
      const own = Array.from({ length: K }, (__, label) => random() + (label === truth[photo] ? 0.25 : 0));
      const total = own.reduce((sum, value) => sum + value, 0);
      probabilities.set(
        own.map((value) => value / total),
        photo * K,
      );
    }
    return { probabilities, group: at % groups };
  });
  return { candidates, truth };
}

/** Every subset by counting in binary, and the front by comparing all with all. */
function slowFront(
  { candidates, truth }: ReturnType<typeof drawCandidates>,
  costOf: (members: readonly number[]) => number,
) {
  const points: { cost: number; correct: number }[] = [];
  for (let bits = 1; bits < 2 ** candidates.length; bits += 1) {
    const members = candidates.flatMap((_, at) => ((bits >> at) & 1 ? [at] : []));
    if (new Set(members.map((at) => candidates[at]!.group)).size > 1) continue;
    let correct = 0;
    for (const [photo, label] of truth.entries()) {
      const mean = Array.from({ length: K }, (_, own) =>
        members.reduce((sum, at) => sum + candidates[at]!.probabilities[photo * K + own]!, 0),
      );
      if (mean.indexOf(Math.max(...mean)) === label) correct += 1;
    }
    points.push({ cost: costOf(members), correct });
  }
  return points
    .filter((one) => !points.some((other) => other.cost <= one.cost && other.correct > one.correct))
    .filter((one) => !points.some((other) => other.cost < one.cost && other.correct >= one.correct))
    .map(({ cost, correct }) => `${cost} ${correct}`);
}

it('finds the front that comparing every subset with every other one finds', () => {
  for (const groups of [1, 2]) {
    const drawn = drawCandidates(8, 60, groups);
    const costOf = (members: readonly number[]): number => members.reduce((sum, at) => sum + 3 + (at % 4), 0);
    const front = costFront({ ...drawn, costOf });
    expect(new Set(front.map(({ cost, correct }) => `${cost} ${correct}`))).toEqual(new Set(slowFront(drawn, costOf)));
    expect(front.map(({ cost }) => cost)).toEqual(front.map(({ cost }) => cost).toSorted((a, b) => a - b));
  }
});

it('of more candidates than can all be tried still gives a rising front that begins with the cheapest', () => {
  const drawn = drawCandidates(14, 60, 1);
  const front = costFront({ ...drawn, costOf: (members) => members.length });
  expect(front[0]).toMatchObject({ cost: 1 });
  for (const [at, point] of front.entries()) if (at > 0) expect(point.correct).toBeGreaterThan(front[at - 1]!.correct);
});

it('keeps the one with the lower loss where cost and right answers are the same', () => {
  const point = (members: readonly number[], loss: number) => ({ members, cost: 1, correct: 5, loss });
  expect(frontOf([point([0], 0.5), point([1], 0.2), point([2], 0.3)])).toEqual([point([1], 0.2)]);
});
