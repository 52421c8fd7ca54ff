import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../shared/math/random.ts';
import { mixedTargets } from '../tensorflow/loss.ts';
import { mixup, sampleBeta } from './mixup.ts';

const batch = {
  features: Float32Array.from({ length: 40 }, (_, at) => at * at),
  labels: Int32Array.from({ length: 8 }, (_, row) => row),
};

describe('mixup', () => {
  it('mixes each row with the partner whose label it names, by one share', () => {
    const { features, labels, otherLabels, share } = mixup(batch, seededRandom(3), 0.4);
    expect(labels).toEqual(batch.labels);
    expect([...otherLabels].sort()).toEqual([...labels]);
    for (const [row, partner] of otherLabels.entries()) {
      for (let at = 0; at < 5; at += 1) {
        const wanted = share * batch.features[row * 5 + at]! + (1 - share) * batch.features[partner * 5 + at]!;
        expect(features[row * 5 + at]).toBeCloseTo(wanted, 3);
      }
    }
  });

  it('mixes the targets by the same share, smoothed as they are', () => {
    const mixed = { otherLabels: Int32Array.of(1, 2), share: 0.75 };
    const targets = mixedTargets(Int32Array.of(0, 2), 4, { labelSmoothing: 0.2, mixed });
    const wanted = [0.65, 0.25, 0.05, 0.05, 0.05, 0.05, 0.85, 0.05]; // 0.8 * share + 0.2 / 4, ...
    for (const [at, value] of wanted.entries()) expect(targets[at]).toBeCloseTo(value, 6);
  });

  it('draws the same from the same seed and leaves the batch alone', () => {
    const copy = batch.features.slice();
    expect(mixup(batch, seededRandom(9), 0.2)).toEqual(mixup(batch, seededRandom(9), 0.2));
    expect(batch.features).toEqual(copy);
  });
});

describe('sampleBeta', () => {
  // Beta(a, a) has mean 1 / 2 and variance 1 / (4 * (2 * a + 1)).
  it.each([0.1, 0.2, 1, 3])('has the mean and the variance of Beta(%d, %d)', (alpha) => {
    const random = seededRandom(1);
    const drawn = Array.from({ length: 20_000 }, () => sampleBeta(alpha, random));
    const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
    const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / drawn.length;
    expect(drawn.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
    expect(variance * 4 * (2 * alpha + 1)).toBeGreaterThan(0.96);
    expect(variance * 4 * (2 * alpha + 1)).toBeLessThan(1.04);
  });

  it('stays a number where alpha is tiny', () => {
    const random = seededRandom(2);
    for (let at = 0; at < 1000; at += 1) expect(sampleBeta(0.001, random)).toBeGreaterThanOrEqual(0);
  });
});
