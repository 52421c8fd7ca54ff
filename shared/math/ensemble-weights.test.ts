import { describe, expect, it } from 'vitest';
import oracle from '../../e2e/fixtures/ensemble-oracles.json' with { type: 'json' };
import { averageLoss, convexWeights, equalWeights, greedyWeights } from './ensemble-weights.ts';
import { seededRandom } from './random.ts';

const membersOf = (rows: readonly (readonly number[])[]) => rows.map((row) => Float64Array.from(row));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('convexWeights', () => {
  it.each(oracle.weights.map((problem, at) => [at, problem] as const))(
    'are those of SciPy (problem %i)',
    (_, problem) => {
      const found = convexWeights(membersOf(problem.members));
      expect(found.loss).toBeLessThanOrEqual(problem.loss + 1e-9);
      expect(found.loss).toBeGreaterThan(problem.loss - 1e-7);
      for (const [at, weight] of found.weights.entries()) expect(weight).toBeCloseTo(problem.weights[at]!, 3);
      expect(sum(found.weights)).toBeCloseTo(1, 12);
      expect(Math.min(...found.weights)).toBeGreaterThanOrEqual(0);
      expect(found.gap).toBeLessThan(1e-6);
    },
  );

  it('lose no more than any weights drawn at random, and the gap bounds by how much they could lose less', () => {
    const members = membersOf(oracle.weights[3]!.members);
    const found = convexWeights(members);
    const random = seededRandom(3);
    for (let draw = 0; draw < 500; draw += 1) {
      const raw = members.map(() => -Math.log(random()));
      const weights = raw.map((value) => value / sum(raw));
      expect(averageLoss(members, weights)).toBeGreaterThanOrEqual(found.loss - found.gap - 1e-12);
    }
  });

  it('give all to a member that is best everywhere, and survive members that rule the truth out', () => {
    const good = Float64Array.of(0.9, 0.8, 0.95);
    const bad = Float64Array.of(0.1, 0, 0.2);
    const { weights, loss } = convexWeights([bad, good]);
    expect(weights[1]).toBeCloseTo(1, 6);
    expect(loss).toBeCloseTo(-(Math.log(0.9) + Math.log(0.8) + Math.log(0.95)) / 3, 6);
    expect(convexWeights([good]).weights).toEqual([1]);
    expect(Number.isFinite(convexWeights([Float64Array.of(0, 0), Float64Array.of(0, 0)]).loss)).toBe(true);
  });

  it('are found for members that are all the same', () => {
    const one = Float64Array.of(0.3, 0.6);
    const { weights, loss } = convexWeights([one, one, one]);
    expect(sum(weights)).toBeCloseTo(1, 12);
    expect(loss).toBeCloseTo(-(Math.log(0.3) + Math.log(0.6)) / 2, 12);
  });
});

describe('greedyWeights', () => {
  it('are those of a plain search over every way to add one more', () => {
    const members = membersOf(oracle.weights[1]!.members);
    let best = { loss: Number.POSITIVE_INFINITY, counts: [0, 0, 0] };
    let counts = [0, 0, 0];
    for (let round = 0; round < 12; round += 1) {
      const tries = counts.map((_, at) => counts.map((count, own) => count + Number(own === at)));
      const losses = tries.map((own) =>
        averageLoss(
          members,
          own.map((count) => count / sum(own)),
        ),
      );
      counts = tries[losses.indexOf(Math.min(...losses))]!;
      if (Math.min(...losses) < best.loss) best = { loss: Math.min(...losses), counts };
    }
    const found = greedyWeights(members, 12);
    expect(found.loss).toBeCloseTo(best.loss, 12);
    expect(found.weights).toEqual(best.counts.map((count) => count / sum(best.counts)));
  });

  it('never lose more than the best single member, nor less than the convex weights', () => {
    for (const { members: rows } of oracle.weights) {
      const members = membersOf(rows);
      const single = Math.min(
        ...members.map((_, at) =>
          averageLoss(
            members,
            members.map((__, own) => Number(own === at)),
          ),
        ),
      );
      const { loss, weights } = greedyWeights(members);
      expect(loss).toBeLessThanOrEqual(single + 1e-12);
      expect(loss).toBeGreaterThanOrEqual(convexWeights(members).loss - 1e-9);
      expect(averageLoss(members, weights)).toBeCloseTo(loss, 12);
    }
  });
});

it('equal weights sum to one; members of different photos are refused', () => {
  expect(equalWeights(4)).toEqual([0.25, 0.25, 0.25, 0.25]);
  expect(() => averageLoss([Float64Array.of(1), Float64Array.of(1, 1)], [0.5, 0.5])).toThrow(/same photos/);
});
