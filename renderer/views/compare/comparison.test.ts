import { describe, expect, it } from 'vitest';
import type { PhotoAnswer } from '../../../shared/contract/run-book.ts';
import { Sha256 } from '../../../shared/domain/ids.ts';
import { EpochReport } from '../../../shared/domain/run.ts';
import { exactMcNemar } from '../../../shared/math/statistics.ts';
import { runForTests } from '../runs/run-fixture-for-tests.ts';
import {
  changedPhotos,
  chosenIds,
  classRows,
  epochAxis,
  onAxis,
  seedGroups,
  verdictOf,
  withBaseline,
} from './comparison.ts';

const id = (at: number): Sha256 => Sha256.parse(at.toString(16).padStart(64, '0'));
const ids = (count: number): Sha256[] => Array.from({ length: count }, (_, at) => id(at));
const report = (fixed: number, broken: number) => ({
  fixed: ids(fixed),
  broken: ids(broken),
  total: 100,
  mcNemarP: exactMcNemar(fixed, broken),
});

describe('the verdict', () => {
  it('names the better run only where the test says that luck is unlikely', () => {
    expect(verdictOf(report(10, 0))).toEqual({ kind: 'second', difference: 0.1 });
    expect(verdictOf(report(0, 10))).toEqual({ kind: 'first', difference: -0.1 });
    expect(verdictOf(report(3, 1)).kind).toBe('none'); // p = 0.625
  });

  it('five of five changed photos are not yet a difference, six of six are', () => {
    expect(2 * 0.5 ** 5).toBeGreaterThan(0.05);
    expect(verdictOf(report(5, 0)).kind).toBe('none');
    expect(2 * 0.5 ** 6).toBeLessThan(0.05);
    expect(verdictOf(report(6, 0)).kind).toBe('second');
  });

  it('says the same where both are right on the very same photos', () => {
    expect(verdictOf(report(0, 0)).kind).toBe('same');
  });
});

describe('curves laid over each other', () => {
  const epochs = (count: number) =>
    Array.from({ length: count }, (_, epoch) =>
      EpochReport.parse({
        epoch,
        trainLoss: 1 / (epoch + 1),
        trainAccuracy: 0.5,
        valLoss: null,
        valAccuracy: null,
        learningRate: 0.1,
        elapsedMs: 1,
      }),
    );

  it('share the axis of the longest, and end where the shorter one ended', () => {
    const axis = epochAxis([epochs(2), epochs(4)]);
    expect(axis).toEqual([1, 2, 3, 4]);
    expect(onAxis(axis, epochs(2), 'trainLoss')).toEqual([1, 0.5, null, null]);
    expect(onAxis(axis, epochs(2), 'valLoss')).toEqual([null, null, null, null]);
  });

  it('are none without epochs', () => expect(epochAxis([[], []])).toEqual([]));
});

const answer = (at: number, truth: number, given: number, probability = 0.5): PhotoAnswer => ({
  imageId: id(at),
  truth,
  answer: given,
  probability,
  truthProbability: 0.1,
});

describe('classes side by side', () => {
  it('are matched by name, whatever their order in a run', () => {
    const first = { classes: ['ant', 'bee'], answers: [answer(0, 0, 0), answer(1, 1, 0)] };
    const second = { classes: ['bee', 'ant'], answers: [answer(0, 1, 1), answer(1, 0, 0)] };
    expect(classRows([first, second])).toEqual([
      { name: 'ant', photos: 1, f1: [2 / 3, 1] },
      { name: 'bee', photos: 1, f1: [0, 1] },
    ]);
  });

  it('have no figure where a run does not know the class', () => {
    const first = { classes: ['ant'], answers: [answer(0, 0, 0)] };
    const second = { classes: ['ant', 'wasp'], answers: [answer(0, 0, 0)] };
    expect(classRows([first, second])[1]).toEqual({ name: 'wasp', photos: 0, f1: [null, null] });
  });
});

it('photos that changed carry both answers, the surest first, and wait for answers that are not there', () => {
  const first = { classes: ['ant', 'bee'], answers: [answer(0, 0, 1), answer(1, 1, 0)] };
  const second = { classes: ['ant', 'bee'], answers: [answer(0, 0, 0, 0.6), answer(1, 1, 1, 0.9)] };
  expect(changedPhotos([id(0), id(1)], first, second)).toEqual([
    { imageId: id(1), truth: 'bee', first: 'ant', second: 'bee', sureness: 0.9 },
    { imageId: id(0), truth: 'ant', first: 'bee', second: 'ant', sureness: 0.6 },
  ]);
  expect(changedPhotos([id(0)], null, null)[0]).toMatchObject({ truth: null, first: null, second: null });
});

it('another baseline moves to the front, and nobody is compared with itself', () => {
  expect(withBaseline(['a', 'b', 'c'], 'c')).toEqual(['c', 'a', 'b']);
  expect(chosenIds(['a', 'b', 'a'])).toEqual(['a', 'b']);
});

describe('runs on several seeds', () => {
  it('are of one way where nothing but the seed differs, in the order of their first run', () => {
    const { config } = runForTests();
    const run = (at: string, different: object) =>
      runForTests({ runId: `run_${at.repeat(12)}`, config: { ...config, ...different } });
    const runs = [run('a', { seed: 1 }), run('b', { seed: 1, frozenThrough: 'input' }), run('c', { seed: 2 })];
    expect(seedGroups(runs).map((group) => group.map(({ runId }) => runId.at(-1)))).toEqual([['a', 'c'], ['b']]);
  });
});
