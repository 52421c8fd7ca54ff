import { describe, expect, it } from 'vitest';
import type { PhotoAnswer } from '../../../shared/contract/run-book.ts';
import { Sha256 } from '../../../shared/domain/ids.ts';
import { confusionMatrix } from '../../../shared/math/statistics.ts';
import { answersAfter, cellPhotos, figuresAfter, firstCell, nextCell, type Relabel, withRelabels } from './figures.ts';

const answers: readonly PhotoAnswer[] = [
  [0, 0, 0.9],
  [0, 1, 0.6],
  [0, 1, 0.8],
  [1, 1, 0.7],
  [2, 0, 0.5],
].map(([truth, answer, probability], at) => ({
  imageId: Sha256.parse(String(at).repeat(64)),
  truth: truth!,
  answer: answer!,
  probability: probability!,
  truthProbability: 0.1,
}));
const matrixOf = (list: readonly PhotoAnswer[]): number[][] =>
  confusionMatrix(
    list.map(({ truth }) => truth),
    list.map(({ answer }) => answer),
    3,
  );
const relabel = (at: number, to: number | null): Relabel => {
  const { imageId, truth, answer } = answers[at]!;
  return { imageId, from: truth, to, answer };
};

describe('figures after labels were corrected', () => {
  it('are those of counting the corrected answers anew', () => {
    const relabels = withRelabels(new Map(), [relabel(1, 1), relabel(4, null)]);
    const figures = figuresAfter(matrixOf(answers), relabels.values());
    const counted = answersAfter(answers, relabels);
    expect(figures.confusion).toEqual(matrixOf(counted));
    expect([figures.correct, figures.total]).toEqual([3, 4]);
    expect(figures.accuracy).toBe(0.75);
    expect(figures.interval[0]).toBeLessThan(0.75);
    expect(figures.interval[1]).toBeGreaterThan(0.75);
  });

  it('are the old ones when a photo got its old label back, by whatever way', () => {
    const there = withRelabels(new Map(), [relabel(1, 1)]);
    const further = withRelabels(there, [{ ...relabel(1, 2), from: 1 }]);
    expect(figuresAfter(matrixOf(answers), further.values()).confusion[2]![1]).toBe(1);
    const back = withRelabels(further, [{ ...relabel(1, 0), from: 2 }]);
    expect(back.size).toBe(0);
  });

  it('have no accuracy where no photo is left', () => {
    const all = withRelabels(
      new Map(),
      answers.map((_, at) => relabel(at, null)),
    );
    const figures = figuresAfter(matrixOf(answers), all.values());
    expect([figures.accuracy, figures.total]).toEqual([null, 0]);
  });
});

describe('cells', () => {
  it('show their photos by confidence, either way', () => {
    const shown = (order: 'surest' | 'doubtful') =>
      cellPhotos(answers, { truth: 0, answer: 1 }, order).map(({ probability }) => probability);
    expect(shown('surest')).toEqual([0.8, 0.6]);
    expect(shown('doubtful')).toEqual([0.6, 0.8]);
  });

  it('are reached by arrows, over empty ones, and not beyond the edge', () => {
    const matrix = matrixOf(answers); // [[1, 2, 0], [0, 1, 0], [1, 0, 0]]
    expect(nextCell(matrix, { truth: 0, answer: 0 }, 'ArrowDown')).toEqual({ truth: 2, answer: 0 });
    expect(nextCell(matrix, { truth: 0, answer: 1 }, 'ArrowRight')).toBeNull();
    expect(nextCell(matrix, { truth: 0, answer: 1 }, 'ArrowUp')).toBeNull();
    expect(nextCell(matrix, { truth: 0, answer: 1 }, 'a')).toBeNull();
  });

  it('begin with the most frequent mistake, else with what is right', () => {
    expect(firstCell(matrixOf(answers))).toEqual({ truth: 0, answer: 1 });
    expect(
      firstCell([
        [0, 0],
        [0, 3],
      ]),
    ).toEqual({ truth: 1, answer: 1 });
    expect(firstCell([[0]])).toBeNull();
  });
});
