import { describe, expect, it } from 'vitest';
import oracle from '../../e2e/fixtures/neither-oracles.json' with { type: 'json' };
import {
  dialCounts,
  hundredQuantiles,
  rankingArea,
  separation,
  suggestThreshold,
  thresholdOfMissed,
} from './open-set.ts';
import { seededRandom } from './random.ts';

const { known, strangers } = oracle;

describe('rankingArea', () => {
  it("is scikit-learn's area under the ROC curve and SciPy's Mann-Whitney statistic, ties included", () => {
    expect(rankingArea({ known, strangers })).toBeCloseTo(oracle.rankingArea, 12);
    expect(rankingArea({ known, strangers })).toBeCloseTo(oracle.rankingAreaByRanks, 12);
  });

  it('is 1 where every stranger scores less, and half where all score alike', () => {
    expect(rankingArea({ known: [3, 4], strangers: [1, 2] })).toBe(1);
    expect(rankingArea({ known: [1, 1], strangers: [1, 1, 1] })).toBe(0.5);
    expect(() => rankingArea({ known: [1], strangers: [] })).toThrow(/strangers are both needed/);
  });
});

describe('separation', () => {
  it('lets in as many strangers at 95 % as the ROC curve of scikit-learn says, with intervals around it', () => {
    const found = separation({ known, strangers }, { random: seededRandom(1) });
    expect(found.letInAt95).toBeCloseTo(oracle.letInAt95, 12);
    expect(found.areaInterval[0] < found.area && found.area < found.areaInterval[1]).toBe(true);
    expect(found.letInInterval[0] <= found.letInAt95 && found.letInAt95 <= found.letInInterval[1]).toBe(true);
  });
});

describe('the dial', () => {
  it("begins at Youden's point of scikit-learn's ROC curve", () => {
    const counts = dialCounts({ known, strangers }, suggestThreshold({ known, strangers }));
    expect([counts.missed, counts.letIn]).toEqual([oracle.youdenMissed, oracle.youdenLetIn]);
  });

  it('begins where a twentieth of the own photos is missed when there are no strangers', () => {
    const own = Array.from({ length: 101 }, (_, score) => score);
    expect(suggestThreshold({ known: own, strangers: [] })).toBe(5);
    expect(thresholdOfMissed([1, 2], 0.5)).toBe(1.5);
  });

  it('misses more and lets fewer in the higher it is, each with its interval', () => {
    const counts = [-10, 0, 1, 2, 10].map((threshold) => dialCounts({ known, strangers }, threshold));
    for (const [at, next] of counts.slice(1).entries()) {
      expect(next.missed).toBeGreaterThanOrEqual(counts[at]!.missed);
      expect(next.letIn).toBeLessThanOrEqual(counts[at]!.letIn);
    }
    expect([counts[0]!.missed, counts[0]!.letIn]).toEqual([0, strangers.length]);
    expect([counts[4]!.missed, counts[4]!.letIn]).toEqual([known.length, 0]);
    expect(counts[4]!.letInInterval[0]).toBe(0);
    expect(counts[4]!.letInInterval[1]).toBeGreaterThan(0);
  });

  it('needs 101 figures, whatever the number of photos', () => {
    const own = Array.from({ length: 1001 }, (_, score) => score);
    expect(hundredQuantiles(own)[37]).toBeCloseTo(370, 9);
    expect(hundredQuantiles(own)).toHaveLength(101);
    expect(hundredQuantiles([])).toEqual([]);
  });
});
