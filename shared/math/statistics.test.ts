import { describe, expect, it } from 'vitest';
import oracle from '../../e2e/fixtures/statistics-oracles.json' with { type: 'json' };
import {
  confusionMatrix,
  exactMcNemar,
  pairedBootstrapInterval,
  perClassRates,
  softmax,
  wilsonInterval,
} from './statistics.ts';

describe('wilsonInterval', () => {
  // Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3 (score, without continuity correction)
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('agrees with the published interval of %i of %i', (correct, total, low, high) => {
    const [foundLow, foundHigh] = wilsonInterval(correct, total);
    expect(foundLow).toBeCloseTo(low, 4);
    expect(foundHigh).toBeCloseTo(high, 4);
  });

  it('solves the equation that defines it: |p - proportion| = z * sqrt(p (1 - p) / n) at both ends', () => {
    for (const p of wilsonInterval(37, 61, 2.5)) {
      expect(Math.abs(p - 37 / 61)).toBeCloseTo(2.5 * Math.sqrt((p * (1 - p)) / 61), 12);
    }
  });

  it('is everything where there is nothing, reaches 1 when all are right, and refuses impossible counts', () => {
    expect(wilsonInterval(0, 0)).toEqual([0, 1]);
    expect(wilsonInterval(7, 7)[1]).toBe(1);
    expect(() => wilsonInterval(8, 7)).toThrow(/0 <= part <= whole/);
  });
});

describe('exactMcNemar', () => {
  it('is 2 (1 + 10) / 2^10 for nine photos against one', () => {
    expect(exactMcNemar(9, 1)).toBeCloseTo(22 / 1024, 14);
    expect(exactMcNemar(1, 9)).toBe(exactMcNemar(9, 1));
  });

  it('is 1 where the two are even or never differ', () => {
    expect(exactMcNemar(0, 0)).toBe(1);
    expect(exactMcNemar(5, 5)).toBe(1);
    expect(exactMcNemar(3000, 3000)).toBe(1);
  });

  it('equals the binomial tail in whole numbers, also where 2^-n underflows', () => {
    for (const [fixed, broken] of [
      [20, 8],
      [640, 700],
      [12, 0],
    ] as const) {
      const discordant = fixed + broken;
      let term = 1n;
      let tail = 0n;
      for (let index = 0; index <= Math.min(fixed, broken); index += 1) {
        tail += term;
        term = (term * BigInt(discordant - index)) / BigInt(index + 1);
      }
      const expected = Number((2n * tail * 10n ** 18n) / 2n ** BigInt(discordant)) / 1e18;
      expect(exactMcNemar(fixed, broken) / expected).toBeCloseTo(1, 9);
    }
  });
});

describe('pairedBootstrapInterval', () => {
  const first = Array.from({ length: 400 }, (_, index) => index < 320);
  const second = first.map((isRight, index) => (index < 20 ? false : index >= 320 && index < 360 ? true : isRight));

  it('comes near the normal interval of a paired difference with large samples', () => {
    const [low, high] = pairedBootstrapInterval({ first, second }, { random: seeded(1), resamples: 4000 });
    const difference = 20 / 400; // 40 fixed, 20 broken
    const half = (1.96 * Math.sqrt(60 - 20 ** 2 / 400)) / 400;
    expect(Math.abs(low - (difference - half))).toBeLessThan(0.006);
    expect(Math.abs(high - (difference + half))).toBeLessThan(0.006);
  });

  it('is the same for the same seed, turned round when the two are exchanged, and nothing where they agree', () => {
    const options = () => ({ random: seeded(7), resamples: 500 });
    const forth = pairedBootstrapInterval({ first, second }, options());
    const back = pairedBootstrapInterval({ first: second, second: first }, options());
    expect(pairedBootstrapInterval({ first, second }, options())).toEqual(forth);
    expect(back[0]).toBeCloseTo(-forth[1], 12);
    expect(back[1]).toBeCloseTo(-forth[0], 12);
    expect(pairedBootstrapInterval({ first, second: first }, options())).toEqual([0, 0]);
    expect(pairedBootstrapInterval({ first: [], second: [] }, options())).toEqual([-1, 1]);
  });
});

it.each(oracle.paired)(
  "the interval of $fixed fixed and $broken broken of $photos is that of SciPy's paired bootstrap",
  (pair) => {
    const { photos, right, fixed, broken, interval } = pair;
    const first = Array.from({ length: photos }, (_, at) => at < right);
    const second = first.map((isRight, at) => (isRight ? at >= broken : at < right + fixed));
    const found = pairedBootstrapInterval({ first, second }, { random: seeded(5), resamples: 20_000 });
    const spread = Math.sqrt(fixed + broken) / photos; // of the difference: ends of 20,000 resamples lie within a tenth of it
    for (const [at, end] of interval.entries())
      expect(Math.abs(found[at]! - end)).toBeLessThan(0.1 * spread + 1 / photos);
  },
);

it('counts and rates of classes are those of scikit-learn, also of a class that is never answered', () => {
  const confusion = confusionMatrix(oracle.truth, oracle.answers, 4);
  expect(confusion).toEqual(oracle.confusion);
  for (const [label, rates] of perClassRates(confusion).entries())
    for (const name of ['precision', 'recall', 'f1'] as const)
      expect(rates[name]).toBeCloseTo(oracle.rates[label]![name], 12);
});

describe('confusion and rates', () => {
  it('counts rows by truth and columns by answer, and derives the rates of each class', () => {
    const confusion = confusionMatrix([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 0, 1], 3);
    expect(confusion).toEqual([
      [2, 1, 0],
      [1, 1, 0],
      [0, 1, 0],
    ]);
    expect(perClassRates(confusion)).toEqual([
      { precision: 2 / 3, recall: 2 / 3, f1: 2 / 3 },
      { precision: 1 / 3, recall: 1 / 2, f1: 2 / 5 },
      { precision: 0, recall: 0, f1: 0 },
    ]);
  });

  it('refuses a label or an answer that is no class', () => {
    expect(() => confusionMatrix([0], [3], 3)).toThrow(/answer 3/);
    expect(() => confusionMatrix([-1], [0], 3)).toThrow(/label -1/);
  });
});

describe('probabilities', () => {
  it('softmax sums to 1, ignores a common shift, survives huge logits, and inverts the logarithm', () => {
    const wanted = [0.5, 0.3, 0.2];
    const logits = wanted.map((probability) => Math.log(probability) + 5000);
    softmax(logits).forEach((probability, label) => {
      expect(probability).toBeCloseTo(wanted[label]!, 9);
    });
    expect(softmax([0, 0, 0, 0])).toEqual([0.25, 0.25, 0.25, 0.25]);
  });
});

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes' linear congruential generator
    return state / 2 ** 32;
  };
}
