import { describe, expect, it } from 'vitest';
import oracle from '../../e2e/fixtures/neither-oracles.json' with { type: 'json' };
import { tempered } from './calibration.ts';
import { confidentJoint, confidentThresholds, likelyMistakes } from './label-mistakes.ts';

const held = { probabilities: oracle.logits.map((own) => tempered(own, oracle.temperature)), labels: oracle.labels };

describe('likelyMistakes', () => {
  it("are the photos that cleanlab's confident learning finds", () => {
    expect(confidentJoint(held)).toEqual(oracle.confidentJoint);
    const rows = likelyMistakes(held).map(({ row }) => row);
    expect(rows.toSorted((a, b) => a - b)).toEqual(oracle.mistakes.toSorted((a, b) => a - b));
  });

  it('say the class that the photo surely is of, the likeliest mistakes first', () => {
    const found = likelyMistakes(held);
    expect(found.length).toBeGreaterThan(5);
    for (const { row, label, suggested, margin } of found) {
      expect(label).toBe(held.labels[row]);
      expect(suggested).not.toBe(label);
      expect(margin).toBeCloseTo(held.probabilities[row]![label]! - held.probabilities[row]![suggested]!, 12);
    }
    const margins = found.map(({ margin }) => margin);
    expect(margins).toEqual(margins.toSorted((a, b) => a - b));
  });

  it('are none where each photo is surest of its own class, and a class without photos is never suggested', () => {
    const probabilities = [
      [0.9, 0.1, 0],
      [0.2, 0.8, 0],
      [0.7, 0.2, 0.1],
    ];
    expect(likelyMistakes({ probabilities, labels: [0, 1, 0] })).toEqual([]);
    expect(confidentThresholds({ probabilities, labels: [0, 1, 0] })).toEqual([0.8, 0.8, null]);
    const [found] = likelyMistakes({ probabilities, labels: [1, 1, 0] });
    expect(found).toMatchObject({ row: 0, label: 1, suggested: 0 });
  });
});
