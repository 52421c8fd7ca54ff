import { describe, expect, it } from 'vitest';
import { Recipe } from '../domain/recipe.ts';
import { type Dimension, type DimensionName, SweepSpec } from '../domain/sweep.ts';
import { seededRandom } from '../math/random.ts';
import { bestSoFar } from './best-so-far.ts';
import { limitReached } from './budget.ts';
import { mostEpochsOf, rungsOf, type TrialReports, trialsToStop } from './halving.ts';
import { importanceOf } from './importance.ts';
import { bestMembers } from './members.ts';
import { type PointFigures, rankPoints } from './points.ts';
import { readDimension } from './read-dimension.ts';
import { listTrials, outlineTrials, pointCount } from './trials.ts';

const choices = (name: DimensionName, values: (string | number | boolean | null)[]): Dimension => ({
  kind: 'choices',
  name,
  values,
});
const rate: Dimension = { kind: 'range', name: 'learningRate', low: 1e-4, high: 1, scale: 'log', whole: false };
const noLimit = { runs: null, minutes: null, epochs: null };

function specWith(change: Record<string, unknown> = {}): unknown {
  return {
    name: 'Rates',
    base: { backbone: 'lenet5', freeze: 'none', seed: 0, recipe: Recipe.parse({}) },
    dimensions: [choices('learningRate', [0.1, 0.01]), choices('optimizer', ['sgd', 'adamw', 'rmsprop'])],
    method: { kind: 'grid' },
    halving: null,
    seeds: [0],
    folds: null,
    foldSeed: 0,
    budget: noLimit,
    ...change,
  };
}
const parse = (change: Record<string, unknown> = {}): SweepSpec => SweepSpec.parse(specWith(change));

describe('the trials of a sweep', () => {
  it('of a grid are all combinations, each with every seed and fold, a whole point before the next', () => {
    const trials = listTrials(parse({ seeds: [3, 4], folds: 2 }));
    expect(trials).toHaveLength(2 * 3 * 2 * 2);
    expect(trials.map(({ position }) => position)).toEqual(trials.map((_, at) => at));
    expect(trials.slice(0, 4).map(({ settings, fold }) => [settings.seed, fold])).toEqual([
      [3, 0],
      [3, 1],
      [4, 0],
      [4, 1],
    ]);
    expect(new Set(trials.slice(0, 4).map(({ point }) => point))).toEqual(new Set([0]));
    const pairs = new Set(trials.map(({ settings: { recipe } }) => `${recipe.learningRate} ${recipe.optimizer}`));
    expect(pairs.size).toBe(6);
  });

  it('of a random search are the same each time, and a longer search begins with the shorter one', () => {
    const spec = (points: number) =>
      parse({
        dimensions: [rate, choices('optimizer', ['sgd', 'adamw'])],
        method: { kind: 'random', points, seed: 7 },
      });
    const [short, long] = [listTrials(spec(5)), listTrials(spec(50))];
    expect(long.slice(0, 5)).toEqual(short);
    expect(listTrials(spec(50))).toEqual(long);
  });

  it('draw a logarithmic range evenly over its decades', () => {
    const spec = parse({ dimensions: [rate], method: { kind: 'random', points: 4000, seed: 1 } });
    const decades = listTrials(spec).map(({ settings }) => Math.floor(Math.log10(settings.recipe.learningRate)));
    for (const decade of [-4, -3, -2, -1]) {
      const share = decades.filter((own) => own === decade).length / 4000;
      expect(share).toBeGreaterThan(0.25 - 4 * Math.sqrt((0.25 * 0.75) / 4000));
      expect(share).toBeLessThan(0.25 + 4 * Math.sqrt((0.25 * 0.75) / 4000));
    }
  });

  it('are outlined as they are listed', () => {
    const spec = parse({ seeds: [3, 4], folds: 2 });
    expect(outlineTrials(spec)).toEqual(listTrials(spec).map(({ settings: _, ...outline }) => outline));
  });

  it('draw whole numbers with both ends', () => {
    const batch: Dimension = { kind: 'range', name: 'batchSize', low: 3, high: 5, scale: 'linear', whole: true };
    const spec = parse({ dimensions: [batch], method: { kind: 'random', points: 200, seed: 1 } });
    expect(new Set(listTrials(spec).map(({ settings }) => settings.recipe.batchSize))).toEqual(new Set([3, 4, 5]));
  });

  it.each([
    ['a value that the recipe refuses', { dimensions: [choices('learningRate', [-1])] }, /learningRate cannot be -1/],
    ['a range in a grid', { dimensions: [rate] }, /a grid needs choices/],
    [
      'a range that ends before it begins',
      { dimensions: [{ ...rate, low: 2 }], method: { kind: 'random', points: 1, seed: 0 } },
      /ends before it begins/,
    ],
    [
      'a logarithm of nothing',
      { dimensions: [{ ...rate, low: 0 }], method: { kind: 'random', points: 1, seed: 0 } },
      /begins above 0|cannot be 0/,
    ],
    ['a setting twice', { dimensions: [choices('epochs', [1]), choices('epochs', [2])] }, /searched for twice/],
    ['an unknown setting', { dimensions: [{ kind: 'choices', name: '__proto__', values: [1] }] }, /Invalid/],
  ])('are refused for %s', (_, change, why) => {
    const parsed = SweepSpec.safeParse(specWith(change));
    expect(parsed.success ? '' : parsed.error.message).toMatch(why);
  });

  it('are refused where there would be more than 10,000', () => {
    const many = Array.from({ length: 100 }, (_, at) => at + 1);
    const spec = parse({ dimensions: [choices('epochs', many), choices('patience', many)], seeds: [0, 1] });
    expect(pointCount(spec)).toBe(10_000);
    expect(() => listTrials(spec)).toThrow(/20000 trainings/);
  });
});

describe('successive halving', () => {
  const halving = { eta: 3, graceEpochs: 1 };
  const report = (position: number, losses: number[], isOver = false): TrialReports => ({ position, losses, isOver });

  it('judges after grace, eta times grace, ... epochs and never at the last one', () => {
    expect(rungsOf(halving, 30)).toEqual([1, 3, 9, 27]);
    expect(rungsOf({ eta: 2, graceEpochs: 5 }, 20)).toEqual([5, 10]);
    expect(rungsOf({ eta: 1.5, graceEpochs: 1 }, 6)).toEqual([1, 2, 3, 4]); // 1, 1.5, 2.25, 3.375, 5.06
  });

  it('keeps the best third of those that came to the rung', () => {
    const trials = [0.9, 0.5, 0.7, 0.4, 0.8, 0.6].map((loss, position) => report(position, [loss]));
    expect(trialsToStop(halving, trials, 30)).toEqual([0, 2, 4, 5]);
  });

  it('stops nobody before as many as eta have come', () => {
    expect(trialsToStop(halving, [report(0, [0.9]), report(1, [0.1])], 30)).toEqual([]);
    expect(trialsToStop(halving, [report(0, [0.9]), report(1, [0.1]), report(2, [])], 30)).toEqual([]);
  });

  it('compares with those that are over too, and leaves those alone', () => {
    const trials = [report(0, [0.1, 0.1, 0.1], true), report(1, [0.2], true), report(2, [0.3])];
    expect(trialsToStop(halving, trials, 30)).toEqual([2]);
  });

  it('takes the best loss up to the rung, and a loss that is no number for the worst', () => {
    const trials = [
      report(0, [0.9, 0.2, 0.9]),
      report(1, [0.5, 0.5, 0.5]),
      report(2, [Number.NaN, Number.NaN, Number.NaN]),
    ];
    expect(trialsToStop(halving, trials, 30)).toEqual([1, 2]);
  });

  it('finds the best of many with a fraction of the epochs', () => {
    const random = seededRandom(5);
    const quality = Array.from({ length: 81 }, () => random());
    const losses: number[][] = quality.map(() => []);
    const stopped = new Set<number>();
    for (let epoch = 0; epoch < 81; epoch += 1) {
      for (const [trial, floor] of quality.entries())
        if (!stopped.has(trial)) losses[trial]!.push(floor + 1 / (epoch + 1));
      const reports = losses.map((own, position) => report(position, own, stopped.has(position)));
      for (const position of trialsToStop(halving, reports, 81)) stopped.add(position);
    }
    const best = quality.indexOf(Math.min(...quality));
    expect(stopped.has(best)).toBe(false);
    expect(losses.reduce((sum, own) => sum + own.length, 0)).toBeLessThan(0.1 * 81 * 81);
  });
});

describe('the longest trial', () => {
  it('has the epochs of the recipe, or the most of those that are searched', () => {
    expect(mostEpochsOf(parse())).toBe(30);
    expect(mostEpochsOf(parse({ dimensions: [choices('epochs', [5, 90])] }))).toBe(90);
    const range: Dimension = { kind: 'range', name: 'epochs', low: 5, high: 60, scale: 'linear', whole: true };
    expect(mostEpochsOf(parse({ dimensions: [range], method: { kind: 'random', points: 3, seed: 0 } }))).toBe(60);
  });
});

describe('a budget', () => {
  it('names the limit that is reached, or none', () => {
    const spent = { runs: 10, minutes: 5, epochs: 100 };
    expect(limitReached(noLimit, spent)).toBeNull();
    expect(limitReached({ ...noLimit, runs: 11, minutes: 6, epochs: 101 }, spent)).toBeNull();
    expect(limitReached({ ...noLimit, runs: 10 }, spent)).toBe('runs');
    expect(limitReached({ ...noLimit, minutes: 5 }, spent)).toBe('minutes');
    expect(limitReached({ ...noLimit, epochs: 99 }, spent)).toBe('epochs');
  });
});

describe('the points of a sweep', () => {
  const trial = (point: number, seed: number, correct: number | null, total: number | null) => ({
    point,
    seed,
    values: {},
    correct,
    total,
  });

  it('add up their folds, and their seeds add no photos to the interval', () => {
    const [folds] = rankPoints([trial(0, 0, 8, 10), trial(0, 0, 9, 10)]);
    const [seeds] = rankPoints([trial(0, 0, 17, 20), trial(0, 1, 17, 20)]);
    expect(folds).toMatchObject({ correct: 17, total: 20, accuracy: 0.85, trials: 2 });
    expect(seeds).toMatchObject({ correct: 34, total: 40, accuracy: 0.85, trials: 2 });
    expect(seeds!.interval).toEqual(folds!.interval);
  });

  it('come in the order of their accuracy, those without a finished trial not at all', () => {
    const ranked = rankPoints([trial(0, 0, 5, 10), trial(1, 0, 7, 10), trial(2, 0, null, null), trial(3, 0, 7, 10)]);
    expect(ranked.map(({ point }) => point)).toEqual([1, 3, 0]);
  });
});

describe('the best so far', () => {
  const trial = (point: number, seed: number, correct: number | null) => ({
    ...{ point, seed, values: {}, correct, total: correct === null ? null : 10 },
  });

  it('is told after each trial that ended, and falls where a second seed says that the first one was lucky', () => {
    const told = bestSoFar([trial(0, 0, 6), trial(1, 0, 9), trial(2, 0, null), trial(1, 1, 5), trial(3, 0, 8)]);
    expect(told.map(({ trials, accuracy }) => [trials, accuracy])).toEqual([
      [1, 0.6],
      [2, 0.9],
      [3, 0.7],
      [4, 0.8],
    ]);
  });
});

describe('those that should answer together', () => {
  const trial = (point: number, runId: string, correct: number | null, fold: number | null = null) => ({
    ...{ point, runId, fold, seed: 0, values: {}, correct, total: correct === null ? null : 10 },
  });

  it('are one of each of the best points, then the next of each', () => {
    const trials = [trial(0, 'a', 6), trial(0, 'b', 8), trial(1, 'c', 9), trial(1, 'd', 7), trial(2, 'e', null)];
    expect(bestMembers(trials, 9)).toEqual(['c', 'b', 'd', 'a']);
    expect(bestMembers(trials, 3)).toEqual(['c', 'b', 'd']);
  });

  it('are of one fold: no photo was kept from runs of several', () => {
    const trials = [trial(0, 'a', 6, 0), trial(0, 'b', 8, 1), trial(1, 'c', 9, 0), trial(1, 'd', 7, 1)];
    expect(bestMembers(trials, 9)).toEqual(['c', 'a']);
  });
});

describe('what is typed for a setting', () => {
  it.each([
    ['0.001, 0.01', { kind: 'choices', name: 'learningRate', values: [0.001, 0.01] }],
    ['1e-4..1e-1:log', { kind: 'range', name: 'learningRate', low: 1e-4, high: 0.1, scale: 'log', whole: false }],
    ['0.1..0.5', { kind: 'range', name: 'learningRate', low: 0.1, high: 0.5, scale: 'linear', whole: false }],
    ['a..b', null],
  ])('%s', (text, wanted) => {
    expect(readDimension('learningRate', text)).toEqual(wanted);
  });

  it('is whole where the recipe takes whole numbers only; words and null are choices', () => {
    expect(readDimension('batchSize', '8..64')).toMatchObject({ whole: true });
    expect(readDimension('optimizer', 'sgd,adamw')).toMatchObject({ values: ['sgd', 'adamw'] });
    expect(readDimension('clipNorm', 'null, 1')).toMatchObject({ values: [null, 1] });
  });
});

describe('what mattered', () => {
  const random = seededRandom(3);
  const pointsWhere = (accuracyOf: (rate: number, decay: number, kind: string) => number, count = 60): PointFigures[] =>
    Array.from({ length: count }, (_, point) => {
      const [learningRate, weightDecay, optimizer] = [random(), random(), random() < 0.5 ? 'sgd' : 'adamw'];
      const accuracy = accuracyOf(learningRate, weightDecay, optimizer);
      return {
        point,
        values: { learningRate, weightDecay, optimizer },
        trials: 1,
        correct: 0,
        total: 1,
        seeds: 1,
        accuracy,
        interval: [0, 1],
      };
    });
  const names: DimensionName[] = ['learningRate', 'weightDecay', 'optimizer'];

  it('is the setting that decides, and not those that decide nothing', () => {
    const found = importanceOf(
      pointsWhere((learningRate) => learningRate),
      names,
      0,
    )!;
    expect(found[0]!.name).toBe('learningRate');
    expect(found[0]!.share).toBeGreaterThan(0.8);
    for (const { share } of found.slice(1)) expect(Math.abs(share)).toBeLessThan(0.1);
  });

  it('also where it has no order', () => {
    const found = importanceOf(
      pointsWhere((_rate, _decay, kind) => (kind === 'sgd' ? 0.9 : 0.5)),
      names,
      0,
    )!;
    expect(found[0]!.name).toBe('optimizer');
  });

  it('orders two settings by the spread that each makes', () => {
    const found = importanceOf(
      pointsWhere((learningRate, weightDecay) => learningRate + 3 * weightDecay),
      names,
      0,
    )!;
    expect(found.map(({ name }) => name)).toEqual(['weightDecay', 'learningRate', 'optimizer']);
  });

  it('is not told with few points, nor where all did equally well', () => {
    expect(
      importanceOf(
        pointsWhere((learningRate) => learningRate, 7),
        names,
        0,
      ),
    ).toBeNull();
    expect(
      importanceOf(
        pointsWhere(() => 0.5),
        names,
        0,
      ),
    ).toBeNull();
  });
});
