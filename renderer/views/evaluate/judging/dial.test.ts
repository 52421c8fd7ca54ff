import { describe, expect, it } from 'vitest';
import type { ScoredPhoto } from '../../../../shared/contract/judging.ts';
import { dialled, dialMarks, placeOf } from './dial.ts';

const photo = (score: number, isStranger: boolean): ScoredPhoto => ({
  ...{ imageId: null, path: `/${score}`, viewKey: null, truth: null, answer: 0, probability: 0.5, isStranger },
  scores: { probability: score, energy: -score, neighbours: score },
});
const photos = [photo(0.9, false), photo(0.4, false), photo(0.6, true), photo(0.1, true), photo(0.4, true)];

describe('the dial', () => {
  it('has a place for each photo that makes a difference, from letting all in to letting none in', () => {
    const marks = dialMarks(photos, 'probability');
    expect(marks.slice(0, -1)).toEqual([0.1, 0.4, 0.6, 0.9]);
    const counts = marks.map((mark) => {
      const { missed, letIn } = dialled(photos, 'probability', mark).counts;
      return [missed, letIn];
    });
    expect(counts).toEqual([
      [0, 3],
      [0, 2],
      [1, 1],
      [1, 0],
      [2, 0],
    ]);
  });

  it('shows the photos that it counts, the surest first', () => {
    const { missed, letIn } = dialled(photos, 'probability', 0.4);
    expect([missed.length, letIn.map(({ path }) => path)]).toEqual([0, ['/0.6', '/0.4']]);
  });

  it('finds the place that does what a threshold does', () => {
    const marks = dialMarks(photos, 'probability');
    expect([0, 0.1, 0.5, 0.95].map((threshold) => placeOf(marks, threshold))).toEqual([0, 0, 2, 4]);
  });

  it('has one place where there is no photo', () => {
    expect(dialMarks([], 'energy')).toHaveLength(1);
  });
});
