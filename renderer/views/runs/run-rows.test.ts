import { describe, expect, it } from 'vitest';
import { AugmentationPolicy, augmentationPresets } from '../../../shared/domain/augmentation.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { augmentationKind } from '../../lib/augmentation-kind.ts';
import { freezeDepthOf } from '../../lib/freeze-depth.ts';
import { runForTests } from './run-fixture-for-tests.ts';
import { compareMaybe, deviceOf, filteredRuns, NO_RUN_FILTER, runRow, tagsOf } from './run-rows.ts';

describe('a row of the table of runs', () => {
  it('adds the time for features to that of training, counts epochs from 1, and dates by the end', () => {
    const row = runRow(runForTests({ featuriseMs: 2000, trainMs: 500, bestEpoch: 4 }));
    expect(row.elapsedMs).toBe(2500);
    expect(row.bestEpoch).toBe(5);
    expect(row.at).toBe('2026-11-24T10:01:00.000Z');
    expect(runRow(runForTests({ finishedAt: null })).at).toBe('2026-11-24T10:00:00.000Z');
  });

  it('has an interval that encloses its accuracy, and none before anything was counted', () => {
    const { interval, accuracy } = runRow(runForTests());
    expect(interval![0]).toBeLessThan(accuracy!);
    expect(interval![1]).toBeGreaterThan(accuracy!);
    expect(runRow(runForTests({ selectionCorrect: null, selectionTotal: null })).interval).toBeNull();
  });

  it('names the device without versions, and nothing where none is known', () => {
    expect(deviceOf(runForTests())).toBe('tensorflow-cpu');
    expect(deviceOf(runForTests({ device: null }))).toBe('');
  });
});

describe('freeze depth', () => {
  it('is everything at the input, the softmax alone at the last stage, and counts stages in between', () => {
    const { stages } = findNetwork('resnet18');
    expect(freezeDepthOf('resnet18', 'input')).toMatchObject({ kind: 'everything', frozen: 0, title: '' });
    expect(freezeDepthOf('resnet18', stages.at(-1)!.id)).toMatchObject({
      kind: 'softmax',
      frozen: stages.length - 1,
      stages: stages.length,
    });
    expect(freezeDepthOf('resnet18', stages[2]!.id)).toMatchObject({
      kind: 'some',
      frozen: 2,
      title: stages[2]!.title,
    });
  });

  it('is unknown for a network or stage that is not there', () => {
    expect(freezeDepthOf('toString', 'input')).toBeNull();
    expect(freezeDepthOf('resnet18', 'nowhere')).toBeNull();
  });
});

describe('the kind of augmentation', () => {
  it.each(Object.keys(augmentationPresets) as (keyof typeof augmentationPresets)[])('knows %s again', (name) => {
    const reversed = Object.fromEntries(Object.entries(augmentationPresets[name]).toReversed());
    expect(augmentationKind(AugmentationPolicy.parse(reversed))).toBe(name);
  });

  it('is own where one strength differs', () => {
    expect(augmentationKind({ ...augmentationPresets.light, mirrorProbability: 0.4 })).toBe('own');
    expect(augmentationKind(undefined)).toBe('none');
  });
});

describe('the filter', () => {
  const rows = [
    runForTests({ name: 'Night photos', tags: ['garden'], note: 'Blurred ones left out' }),
    runForTests({ runId: 'run_bbbbbbbbbbbb', name: 'Day photos', tags: ['garden', 'best'], status: 'failed' }),
  ].map((run) => runRow(run));
  const names = (filter: Partial<typeof NO_RUN_FILTER>) =>
    filteredRuns(rows, { ...NO_RUN_FILTER, ...filter }).map(({ name }) => name);

  it('wants every word, anywhere and in any case', () => {
    expect(names({ text: 'photos GARDEN' })).toEqual(['Night photos', 'Day photos']);
    expect(names({ text: 'photos blurred' })).toEqual(['Night photos']);
    expect(names({ text: 'photos nothing' })).toEqual([]);
  });

  it('joins status, tag and text by and', () => {
    expect(names({ status: 'failed' })).toEqual(['Day photos']);
    expect(names({ tag: 'best', status: 'done' })).toEqual([]);
    expect(tagsOf(rows)).toEqual(['best', 'garden']);
  });
});

it('runs without a figure come behind all others when the best are on top', () => {
  const best = [0.5, null, 0.9].toSorted((a, b) => -compareMaybe(a, b));
  expect(best).toEqual([0.9, 0.5, null]);
});
