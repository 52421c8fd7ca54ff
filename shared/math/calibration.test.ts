import { describe, expect, it } from 'vitest';
import oracle from '../../e2e/fixtures/neither-oracles.json' with { type: 'json' };
import {
  brierScore,
  expectedCalibrationError,
  fitTemperature,
  logLoss,
  logSumExp,
  MOST_TEMPERATURE,
  probabilityFigures,
  reliabilityBins,
  tempered,
} from './calibration.ts';
import { seededRandom } from './random.ts';

const { logits, labels } = oracle;
const at = (temperature: number) => ({ probabilities: logits.map((own) => tempered(own, temperature)), labels });

describe('fitTemperature', () => {
  it('finds the temperature that SciPy finds', () => {
    expect(fitTemperature({ logits, labels })).toBeCloseTo(oracle.temperature, 6);
  });

  it('is 1 where the probabilities are those by which the labels fall', () => {
    const random = seededRandom(5);
    const many = Array.from({ length: 20_000 }, () => [3 * random(), 3 * random(), 3 * random()]);
    const drawn = many.map((own) => {
      let left = random();
      return tempered(own, 1).findIndex((probability) => {
        left -= probability;
        return left < 0;
      });
    });
    expect(fitTemperature({ logits: many, labels: drawn })).toBeCloseTo(1, 1);
  });

  it('undoes a factor that the logits were multiplied by', () => {
    const twice = logits.map((own) => own.map((logit) => 2 * logit));
    const ratio = fitTemperature({ logits: twice, labels }) / fitTemperature({ logits, labels });
    expect(ratio).toBeGreaterThan(1.97); // 2, but for the term that holds it near 1
    expect(ratio).toBeLessThan(2);
  });

  it('does not become endlessly sure of a few photos that are all right, nor endlessly doubtful of all wrong ones', () => {
    const few = {
      logits: [
        [2, 0],
        [3, 0],
        [0, 2],
      ],
      labels: [0, 0, 1],
    };
    const surest = fitTemperature(few);
    expect(surest).toBeGreaterThan(0.3);
    expect(surest).toBeLessThan(1);
    const wrong = Array.from({ length: 500 }, () => [5, 0]);
    expect(fitTemperature({ logits: wrong, labels: wrong.map(() => 1) })).toBeCloseTo(MOST_TEMPERATURE, 6);
  });

  it('refuses to fit to nothing', () => {
    expect(() => fitTemperature({ logits: [], labels: [] })).toThrow(/as many of both/);
  });
});

describe('figures of probabilities', () => {
  it.each([
    ['raw', 1, oracle.raw],
    ['mended', oracle.temperature, oracle.mended],
  ] as const)('are those of scikit-learn and NumPy: %s', (_name, temperature, theirs) => {
    const held = at(temperature);
    expect(logLoss(held)).toBeCloseTo(theirs.logLoss, 9);
    expect(brierScore(held)).toBeCloseTo(theirs.brier, 9);
    expect(expectedCalibrationError(held)).toBeCloseTo(theirs.calibrationError, 9);
    const bins = reliabilityBins(held).filter(({ count }) => count > 0);
    expect(bins.length).toBe(theirs.binAccuracies.length);
    for (const [index, { accuracy, confidence, interval, count }] of bins.entries()) {
      expect(accuracy).toBeCloseTo(theirs.binAccuracies[index]!, 9);
      expect(confidence).toBeCloseTo(theirs.binConfidences[index]!, 9);
      expect(interval[0] <= accuracy! && accuracy! <= interval[1] && count > 0).toBe(true);
    }
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(labels.length);
  });

  it('have the bootstrap interval of SciPy', () => {
    const figures = probabilityFigures(at(oracle.temperature), { random: seededRandom(3), resamples: 4000 });
    expect(figures.brierInterval[0]).toBeCloseTo(oracle.brierInterval[0]!, 2);
    expect(figures.brierInterval[1]).toBeCloseTo(oracle.brierInterval[1]!, 2);
    for (const [figure, [low, high]] of [
      [figures.brier, figures.brierInterval],
      [figures.logLoss, figures.logLossInterval],
    ] as const)
      expect(low < figure && figure < high).toBe(true);
    expect(figures.errorInterval[1]).toBeGreaterThan(figures.error);
  });

  it('are 0 for sure and right answers, and 2 (Brier) for sure and wrong ones', () => {
    const sure = {
      probabilities: [
        [1, 0],
        [0, 1],
      ],
      labels: [0, 1],
    };
    expect([brierScore(sure), expectedCalibrationError(sure)]).toEqual([0, 0]);
    expect(brierScore({ ...sure, labels: [1, 0] })).toBe(2);
    expect(expectedCalibrationError({ ...sure, labels: [1, 0] })).toBe(1);
  });
});

describe('logSumExp', () => {
  it('is that of SciPy, and does not overflow', () => {
    for (const [row, theirs] of oracle.energy.entries())
      expect(logSumExp(logits[row]!, oracle.temperature)).toBeCloseTo(theirs, 9);
    expect(logSumExp([5000, 5000])).toBeCloseTo(5000 + Math.LN2, 9);
  });
});
