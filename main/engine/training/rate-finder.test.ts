import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../../shared/math/random.ts';
import { analyseRates, findLearningRate, sweepRates } from './rate-finder.ts';

/** Gradient descent on curvature * w^2 / 2 from w = 1, with noise on the loss that is seen. */
function quadratic(curvature: number, noise = 0) {
  const random = seededRandom(5);
  let weight = 1;
  return (learningRate: number): number => {
    const loss = (curvature * weight * weight) / 2;
    weight -= learningRate * curvature * weight;
    return loss * (1 + noise * normal(random));
  };
}
const sweep = { lowest: 1e-6, highest: 100, steps: 120 };

describe('the learning-rate finder', () => {
  it('sweeps by one factor and reaches both ends', () => {
    const rates = sweepRates({ lowest: 1e-4, highest: 1, steps: 5 });
    for (const [at, wanted] of [1e-4, 1e-3, 1e-2, 1e-1, 1].entries()) expect(rates[at]).toBeCloseTo(wanted, 12);
  });

  // Small rates r rising by a factor e^d leave a loss of exp(-2 * curvature * r / d) of the first one; by log r it falls
  // fastest where 2 * curvature * r / d = 1.
  it.each([1, 10, 1000])('finds the rate at which a parabola of curvature %d falls fastest', async (curvature) => {
    const rise = Math.log(1e8) / 119;
    const { suggested } = await findLearningRate(sweep, quadratic(curvature));
    expect(suggested! / (rise / (2 * curvature))).toBeGreaterThan(0.75);
    expect(suggested! / (rise / (2 * curvature))).toBeLessThan(1.33);
  });

  it('stays below the rate at which the parabola diverges, also where the loss is noisy', async () => {
    const { suggested, points, smoothed } = await findLearningRate(sweep, quadratic(10, 0.05));
    expect(suggested).toBeGreaterThan(1e-3);
    expect(suggested).toBeLessThan(2 / 10);
    expect(points.length).toBeLessThan(sweep.steps); // stopped once the loss had blown up
    expect(smoothed.length).toBeLessThan(points.length);
  });

  it('stops at a loss that is no number and leaves it out', async () => {
    let steps = 0;
    const falling = await findLearningRate(sweep, () => {
      steps += 1;
      return steps > 60 ? Number.NaN : 1 / steps;
    });
    expect(steps).toBe(61);
    expect(falling.smoothed).toHaveLength(60);
    expect(falling.suggested).not.toBeNull();
  });

  it('suggests nothing where the loss only rises', () => {
    const points = sweepRates(sweep).map((learningRate, at) => ({ learningRate, loss: 1 + at / 1000 }));
    expect(analyseRates(points).suggested).toBeNull();
    expect(analyseRates([]).suggested).toBeNull();
  });
});
