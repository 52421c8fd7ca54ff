import { expect, it } from 'vitest';
import { MOST_SEEDS, meanInterval } from './interval.ts';

it('is the t interval: 1, 2, 3 have mean 2 and half width 4.3027 / sqrt(3)', () => {
  const { mean, low, high } = meanInterval([1, 2, 3]); // deviation 1, t of 2 degrees of freedom at 97.5 %
  expect(mean).toBe(2);
  expect(high - 2).toBeCloseTo(4.3027 / Math.sqrt(3), 4);
  expect(2 - low).toBeCloseTo(4.3027 / Math.sqrt(3), 4);
});

it('has t of the arcsine form for one degree of freedom, and nears the normal quantile for many', () => {
  const one = meanInterval([0, 2]); // deviation sqrt(2), half width t
  expect(one.high - 1).toBeCloseTo(Math.tan(0.475 * Math.PI), 3); // Cauchy's quantile
  const many = Array.from({ length: MOST_SEEDS }, (_, at) => at % 2);
  const deviation = Math.sqrt((0.25 * MOST_SEEDS) / (MOST_SEEDS - 1));
  const factor = (meanInterval(many).high - 0.5) / (deviation / Math.sqrt(MOST_SEEDS));
  expect(factor).toBeGreaterThan(1.96);
  expect(factor).toBeLessThan(2.05);
});

it('refuses a single figure, about which nothing can be said', () => {
  expect(() => meanInterval([1])).toThrow(/2 to 30/);
});
