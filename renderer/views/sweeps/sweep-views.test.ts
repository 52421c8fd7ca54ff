import { describe, expect, it } from 'vitest';
import type { TrialReport } from '../../../shared/contract/sweeps.ts';
import { RayCluster } from '../../../shared/domain/cluster.ts';
import { clusterToken } from '../../lib/cluster-token.ts';
import { type Meaning, meaningOf, type SweepDraft, sweepDraft } from './draft.ts';
import { axesOf, drawnTrials } from './parallel-axes.ts';
import { toSweepPlace } from './places.ts';

const first = sweepDraft.getState();
const mean = (change: Partial<SweepDraft>): Meaning => meaningOf({ ...first, ...change }, 'Sweep');
function specOf(change: Partial<SweepDraft>) {
  const meaning = mean(change);
  if ('problem' in meaning) throw new Error(JSON.stringify(meaning.problem));
  return meaning.spec;
}

describe('a sweep as it is asked for', () => {
  it('searches what there are several of, and nothing else', () => {
    const { dimensions, base, seeds, name } = specOf({ depths: ['all', 'blocks.5'], seeds: '3, 4，5' });
    expect(dimensions.map((one) => one.name)).toEqual(['freeze', 'learningRate']);
    expect([base.backbone, base.freeze, base.seed, seeds, name]).toEqual([
      'tf_efficientnet_lite0',
      'all',
      3,
      [3, 4, 5],
      'Sweep',
    ]);
    expect(specOf({ searched: [] }).dimensions).toEqual([]);
  });

  it('trains with the recipe of its depth, but for the epochs that are wished', () => {
    expect(specOf({ recipe: 'everything' }).base.recipe).not.toEqual(specOf({}).base.recipe);
    const own = specOf({ recipe: 'everything', epochs: 7 }).base.recipe;
    expect(own).toEqual({ ...specOf({ recipe: 'everything' }).base.recipe, epochs: 7 });
  });

  it.each<[Partial<SweepDraft>, string, string | null]>([
    [{ seeds: '1, 1' }, 'seeds', null],
    [{ seeds: '-1' }, 'seeds', null],
    [{ seeds: '' }, 'seeds', null],
    [{ backbones: [] }, 'nothing', null],
    [{ searched: [{ name: 'learningRate', text: '0.1..x' }] }, 'range', 'learningRate'],
    [{ searched: [{ name: 'learningRate', text: '0.1..1' }] }, 'range-in-grid', 'learningRate'],
    [{ searched: [{ name: 'learningRate', text: '0.1, -1' }] }, 'values', 'learningRate'],
    [{ searched: [{ name: 'batchSize', text: '' }] }, 'values', 'batchSize'],
  ])('%j cannot be started, and says why', (change, kind, name) => {
    expect(mean(change)).toMatchObject({ problem: { kind, name } });
  });
});

describe('where it runs', () => {
  const plain = RayCluster.parse({
    ...{ address: 'http://head:8265', storage: '/mnt/shared', storageThere: null, command: 'thaw' },
    ...{ parallel: 8, gpus: 0 },
  });
  const cluster = { ...plain, isOn: true };

  it('is here unless the cluster is chosen; the token goes along and is no part of the settings', () => {
    expect(toSweepPlace('auto', cluster)).toEqual({ kind: 'here', engines: 'auto' });
    expect(toSweepPlace('2', cluster)).toEqual({ kind: 'here', engines: 2 });
    expect(toSweepPlace('ray', cluster)).toEqual({ kind: 'ray', cluster: plain, token: null });
    clusterToken.setState({ token: 'secret' });
    expect(toSweepPlace('ray', cluster)).toEqual({ kind: 'ray', cluster: plain, token: 'secret' });
    clusterToken.setState({ token: '' });
  });

  it('is here where the cluster was switched off meanwhile', () => {
    expect(toSweepPlace('ray', null)).toEqual({ kind: 'here', engines: 'auto' });
  });
});

describe('the lines of a sweep', () => {
  const trial = (position: number, change: Partial<TrialReport>): TrialReport => ({
    ...{ position, point: position, values: {}, seed: 0, fold: null, state: 'done', runId: null, place: null },
    ...{ attempts: 1, epochs: 3, correct: 5, total: 10, failureMessage: null },
    ...change,
  });
  const spec = specOf({
    ...{ method: 'random', points: 3, seeds: '0, 1' },
    searched: [
      { name: 'learningRate', text: '0.001..0.1:log' },
      { name: 'batchSize', text: '64, 8, 32' },
    ],
  });

  it('run from the settings over the seed to the accuracy', () => {
    const trials = [
      trial(0, { values: { learningRate: 0.01, batchSize: 8 }, correct: 4 }),
      trial(1, { values: { learningRate: 0.1, batchSize: 64 }, seed: 1, correct: 8 }),
    ];
    const axes = axesOf({ spec }, trials);
    expect(axes.map(({ id }) => id)).toEqual(['learningRate', 'batchSize', 'seed', 'accuracy']);
    const places = trials.map((one) => axes.map((axis) => Number(axis.placeOf(one).toFixed(9))));
    expect(places).toEqual([
      [0.5, 0, 0, 0],
      [1, 1, 1, 1],
    ]);
    expect(axes[1]!.ticks.map(({ value }) => value)).toEqual([8, 32, 64]);
  });

  it.each([
    ['0.0001..0.3:log', [0.0001, 0.0055, 0.3]],
    ['80..81', [80, 80.5, 81]],
    ['0.001..0.1:log', [0.001, 0.01, 0.1]],
  ])('of a range name its ends and a short value between them: %s', (text, ticks) => {
    const ranged = specOf({ method: 'random', searched: [{ name: 'learningRate', text }] });
    const axis = axesOf({ spec: ranged }, [trial(0, { values: { learningRate: ticks[1]! } })])[0]!;
    expect(axis.ticks.map(({ value }) => value)).toEqual(ticks);
    expect(axis.placeOf(trial(0, { values: { learningRate: ticks[1]! } }))).toBe(axis.ticks[1]!.at);
  });

  it('are of trials that ended with a figure, the best last, and of many the best', () => {
    const trials = [trial(0, { correct: 9 }), trial(1, { correct: null, total: null }), trial(2, { correct: 3 })];
    expect(drawnTrials({ trials }, 10).map(({ position }) => position)).toEqual([2, 0]);
    expect(drawnTrials({ trials }, 1).map(({ position }) => position)).toEqual([0]);
  });

  it('meet in the middle where all did equally well', () => {
    const trials = [trial(0, {}), trial(1, {})];
    const accuracy = axesOf({ spec }, trials).at(-1)!;
    expect(trials.map((one) => accuracy.placeOf(one))).toEqual([0.5, 0.5]);
  });
});
