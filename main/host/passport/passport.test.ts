/** The page of a passport, with what hostile people would type. */
import { describe, expect, it } from 'vitest';
import { ClassName, RunId, Sha256, StageId } from '../../../shared/domain/ids.ts';
import { Recipe } from '../../../shared/domain/recipe.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import { wilsonInterval } from '../../../shared/math/statistics.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import type { PassportFacts } from './collect.ts';
import { passportPage } from './page.ts';
import { parsePassport } from './read.ts';

const hostile = '<img src=x onerror="alert(1)"></pre><script>alert(2)</script>&amp;\'';
const hash = (letter: string): Sha256 => Sha256.parse(letter.repeat(64));
const runId = RunId.parse('run_abcdefghijkl');
const config = {
  ...{ backbone: 'resnet18', frozenThrough: StageId.parse('layer4.1'), recipe: Recipe.parse({}), seed: 7 },
  selection: { kind: 'cross-validation', folds: 5 } as const,
};
const versions = { node: 'v24', weightsSha256: hash('c') };
const run: RunRecord = {
  ...{ runId, name: hostile, status: 'done', config, device: { executor: hostile }, versions, failure: null },
  ...{ datasetHash: hash('a'), splitHash: hash('b'), queuedAt: '2026-11-25T10:00:00Z', tags: [], note: hostile },
  ...{ startedAt: '2026-11-25T10:00:00Z', finishedAt: '2026-11-25T10:01:00Z', bestEpoch: 1, bestValAccuracy: 0.9 },
  ...{ selectionCorrect: 45, selectionTotal: 50, weightDecay: 0, featurised: 1, featuriseMs: 1, trainMs: 61_000 },
};
const names = [hostile, 'Misty'].map((name) => ClassName.parse(name));
const facts: PassportFacts = {
  ...{
    run,
    network: findNetwork('resnet18'),
    parameters: { all: 1000, trained: 10 },
    photosChanged: true,
    testLooks: 2,
  },
  data: {
    ...{ formatVersion: 1, runId, name: hostile, config, classes: names, datasetHash: hash('a'), splitHash: hash('b') },
    ...{ weightsSha256: hash('c'), device: run.device, versions, thawVersion: '0.1.0' },
  },
  photos: {
    ...{ images: 100, unlabelled: 3, runs: 1 },
    classes: names.map((name) => ({ name, train: 30, val: 10, test: 10 })),
  },
  evaluations: [
    {
      ...{
        runId,
        side: 'test',
        views: 'centre',
        correct: 17,
        total: 20,
        accuracy: 0.85,
        interval: wilsonInterval(17, 20),
      },
      confusion: [
        [9, 1],
        [2, 8],
      ],
      perClass: names.map((name) => ({ name, precision: 0.8, recall: 0.9, f1: 0.85 })),
    },
  ],
  epochs: [0, 1, 2].map((epoch) => ({
    ...{ epoch, trainLoss: 1 - epoch / 4, trainAccuracy: 0.5, valLoss: null, valAccuracy: null, learningRate: 0.001 },
    elapsedMs: epoch,
  })),
  judgement: null,
  madeAt: '2026-11-25T12:00:00.000Z',
};

describe.each(['en', 'zh-CN'] as const)('a passport in %s', (language) => {
  const page = passportPage(facts, language);

  it('fault 18: shows hostile names as text: no tag of theirs, no script, nothing to load', () => {
    const tags = [...page.matchAll(/<([a-z]+)/g)].map(([, name]) => name!);
    expect(tags).not.toContain('script');
    expect(tags).not.toContain('img');
    expect(page).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;');
    for (const [tag] of page.matchAll(/<[a-z][^>]*>/g)) expect(tag).not.toMatch(/\s(?:src|href|action|on[a-z]+)=/);
    expect(page).toContain('default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;');
    expect(page).not.toMatch(/url\(|@import/);
  });

  it('gives the data for programs back as it was', () => {
    expect(parsePassport(page, 'passport.html')).toEqual(facts.data);
  });

  it('tells figures with their intervals, mistakes with their counts, and the hashes', () => {
    expect(page).toContain('17 / 20');
    expect(page).toContain('64.0 % – 94.8 %'); // Wilson's, by hand: 0.85, n 20, z 1.96
    expect(page).toContain('2 / 10');
    expect(page).toContain(hash('c'));
    expect(page).toContain(`thaw reproduce --run ${runId}`);
  });
});

it('says of a calibrated run that it may answer neither, and by how many photos that was measured', () => {
  const dial = { threshold: 0.5, known: [], strangers: [] };
  const judgement = {
    ...({ temperature: 1.2, neitherClass: null, from: 'folds', photos: 51, strangers: 17, isChosen: false } as const),
    ...({ score: 'probability', dials: { probability: dial, energy: dial, neighbours: dial } } as const),
  };
  const plain = passportPage(facts, 'en');
  const dialled = passportPage({ ...facts, judgement }, 'en');
  expect(plain).toContain('and nothing else');
  expect(dialled).not.toContain('and nothing else');
  expect(dialled).toContain('measured on 51 held-out photos and 17 photos of other things');
});

it('refuses what is no passport', () => {
  for (const text of ['', '<pre id="passport-data">{}</pre>', '<pre id="passport-data">not JSON</pre>'])
    expect(() => parsePassport(text, 'x.html')).toThrow('x.html: is no passport');
});
