import { describe, expect, it } from 'vitest';
import { calibratedProbabilities, energyScore, probabilityScore } from './known-score.ts';

const views = [
  [2, 0, 1],
  [0, 0, 3],
];

describe('scores of how known a photo is', () => {
  it('are what the definitions say, by hand', () => {
    const soft = (logits: number[], at: number): number =>
      Math.exp(logits[at]! / 2) / logits.reduce((sum, logit) => sum + Math.exp(logit / 2), 0);
    const first = (soft(views[0]!, 0) + soft(views[1]!, 0)) / 2;
    const third = (soft(views[0]!, 2) + soft(views[1]!, 2)) / 2;
    expect(calibratedProbabilities({ views, temperature: 2 })[0]).toBeCloseTo(first, 12);
    expect(probabilityScore({ views, temperature: 2, neither: null })).toBeCloseTo(third, 12);
    const energy = (Math.log(Math.exp(2) + 1 + Math.exp(1)) + Math.log(1 + 1 + Math.exp(3))) / 2;
    expect(energyScore({ views, neither: null })).toBeCloseTo(energy, 12);
  });

  it('leave the class out that means neither', () => {
    const own = calibratedProbabilities({ views, temperature: 2 });
    expect(probabilityScore({ views, temperature: 2, neither: 2 })).toBe(Math.max(own[0]!, own[1]!));
    expect(energyScore({ views: [[1, 1, 50]], neither: 2 })).toBeCloseTo(1 + Math.LN2, 12);
  });

  it('rise with a logit, and the energy does not saturate as a probability does', () => {
    const at = (logit: number) => ({ views: [[logit, 0]], temperature: 1, neither: null });
    expect(probabilityScore(at(60))).toBe(probabilityScore(at(50)));
    expect(energyScore(at(60))).toBeCloseTo(energyScore(at(50)) + 10, 9);
  });
});
