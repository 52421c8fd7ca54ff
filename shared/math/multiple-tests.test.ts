import { expect, it } from 'vitest';
import oracle from '../../e2e/fixtures/ensemble-oracles.json' with { type: 'json' };
import { holmAdjusted } from './multiple-tests.ts';
import { exactMcNemar, wilsonInterval } from './statistics.ts';

it('adjusts for many tests as statsmodels does', () => {
  for (const { p, holm } of oracle.holm) {
    const adjusted = holmAdjusted(p);
    for (const [at, value] of holm.entries()) expect(adjusted[at]).toBeCloseTo(value, 12);
  }
  expect(holmAdjusted([])).toEqual([]);
  expect(() => holmAdjusted([1.1])).toThrow(/between 0 and 1/);
});

it('the exact McNemar test gives what statsmodels and SciPy give', () => {
  for (const { fixed, broken, p, binomial } of oracle.mcnemar) {
    expect(exactMcNemar(fixed, broken)).toBeCloseTo(p, 10);
    expect(exactMcNemar(fixed, broken)).toBeCloseTo(binomial, 10);
  }
});

it('the interval of a proportion is that of statsmodels', () => {
  for (const { correct, total, interval } of oracle.wilson) {
    const [low, high] = wilsonInterval(correct, total);
    expect(low).toBeCloseTo(interval[0]!, 9);
    expect(high).toBeCloseTo(interval[1]!, 9);
  }
});
