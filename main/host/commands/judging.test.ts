/** Calibration, strangers, label mistakes and retraining over the contract, on the sample. */
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callerOf } from '../../../shared/contract/caller.ts';
import type { Client } from '../../../shared/contract/commands.ts';
import { ClassName, type RunId } from '../../../shared/domain/ids.ts';
import { Recipe } from '../../../shared/domain/recipe.ts';
import { openClient } from '../open-client.ts';

const sample = fileURLToPath(new URL('../../../resources/sample/photos', import.meta.url));
const LIMIT_MS = 600_000;
const neither = ClassName.parse('neither');
let scratch: string;
let folder: string;
let client: Client;
let runId: RunId;

const call = callerOf(() => client);

async function reopen(): Promise<void> {
  await client.close();
  client = await openClient({ folder, create: false, onNote: () => undefined });
}

/** The two cats only: strangers come from elsewhere. */
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'thaw-judging-'));
  folder = join(scratch, 'project');
  for (const name of ['Misty', 'Tigger'])
    await cp(join(sample, name), join(scratch, 'cats', name), { recursive: true });
  client = await openClient({ folder, create: true, onNote: () => undefined });
  await call('library.import', { paths: [join(scratch, 'cats')], splitFromFolders: false });
  const recipe = Recipe.parse({ epochs: 12, weightDecay: 1 });
  runId = (await call('runs.train', { backbone: 'tf_efficientnet_lite0', freeze: 'all', seed: 1, recipe })).runId;
}, LIMIT_MS);
afterAll(async () => {
  await client?.close();
  await rm(scratch, { recursive: true, force: true });
});

const strangers = join(sample, 'neither');

it(
  'a run that was not calibrated calls nothing neither, and its strangers cannot be ranked',
  async () => {
    const paths = [strangers];
    const before = await call('runs.predict', { runId, paths, views: 'centre' });
    expect(before.judgement).toBeNull();
    expect(before.predictions.every(({ isNeither, score }) => !isNeither && score === null)).toBe(true);
    await expect(call('runs.strangers', { runId, paths, most: 10 })).rejects.toThrow(/not calibrated/);
  },
  LIMIT_MS,
);

it(
  'calibration measures held-out photos and strangers of a folder, and is kept with the run',
  async () => {
    const report = await call('runs.calibrate', { runId, strangers: [strangers] });
    const { judgement, photos, after } = report;
    const run = (await call('runs.list', {})).find((one) => one.runId === runId)!;
    expect([judgement.from, judgement.photos]).toEqual(['folds', run.selectionTotal]);
    expect(judgement.neitherClass).toBeNull();
    expect(judgement.strangers).toBe((await readdir(strangers)).length);
    const right = photos.filter(({ truth, answer }) => truth === answer).length;
    expect(right).toBe(run.selectionCorrect); // the very answers of the folds
    expect(after.bins.reduce((sum, { count }) => sum + count, 0)).toBe(judgement.photos);
    expect(after.figures.brier).toBeLessThan(0.5); // two classes at chance
    const best = Math.max(...report.scores.map(({ separation }) => separation!.area));
    expect(report.scores.find(({ score }) => score === judgement.score)!.separation!.area).toBe(best);
    expect(best).toBeGreaterThan(0.7); // cats against no cats
    await reopen();
    expect((await call('runs.judgement', { runId })).judgement).toEqual(judgement);
  },
  LIMIT_MS,
);

it(
  'predict gives calibrated probabilities, and calls neither what scores below the dial, which may be set',
  async () => {
    const paths = [strangers, join(scratch, 'cats')];
    const { judgement, predictions } = await call('runs.predict', { runId, paths, views: 'centre' });
    const dial = judgement!.dials[judgement!.score];
    for (const { score, isNeither, probabilities } of predictions) {
      expect(isNeither).toBe(score! < dial.threshold);
      expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 9);
    }
    const neitherOf = (part: string, all: typeof predictions): number =>
      all.filter(({ path, isNeither }) => path.includes(part) && isNeither).length;
    expect(neitherOf('neither-', predictions)).toBeGreaterThan(neitherOf('cats', predictions));
    await call('runs.set-dial', { runId, score: 'probability', threshold: 1.01 });
    const shut = await call('runs.predict', { runId, paths, views: 'centre' });
    expect(shut.predictions.every(({ isNeither }) => isNeither)).toBe(true);
    const again = await call('runs.calibrate', { runId, strangers: [strangers] });
    expect(again.judgement.dials.probability.threshold).toBe(1.01); // set by hand: it stays
    await call('runs.set-dial', { runId, score: judgement!.score, threshold: dial.threshold });
  },
  LIMIT_MS,
);

it(
  'strangers are ranked by their score, and one becomes neither with a label that can be undone',
  async () => {
    const found = await call('runs.strangers', { runId, paths: [strangers], most: 100 });
    const scores = found.photos.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(found.letIn).toBe(found.photos.filter(({ isLetIn }) => isLetIn).length);
    const [worst] = found.photos;
    const added = await call('library.add-as', { paths: [worst!.path], className: neither });
    expect([added.imported, added.labelled]).toEqual([1, 1]);
    expect(added.history.undo).toMatchObject({ kind: 'label', className: 'neither', photos: 1 });
    const next = await call('runs.strangers', { runId, paths: [strangers], most: 100 });
    expect(next.photos.filter(({ inProject }) => inProject === 'neither').map(({ path }) => path)).toEqual([
      worst!.path,
    ]);
    await reopen();
    await call('library.undo', {});
    expect((await call('library.classes', {})).classes.map(({ name }) => name)).toEqual(['Misty', 'Tigger']);
  },
  LIMIT_MS,
);

it('label mistakes of a run from scratch are found by what the shipped network sees', async () => {
  const recipe = Recipe.parse({ epochs: 1, weightDecay: 0 });
  const wish = { backbone: 'lenet5@scratch', freeze: 'none', seed: 1, recipe };
  const scratch = (await call('runs.train', wish)).runId;
  const found = await call('library.label-mistakes', { runId: scratch });
  expect(found.total).toBe((await call('library.label-mistakes', { runId })).total);
  const before = found.mistakes.length;
  expect(before).toBeLessThan(found.total / 4); // LeNet after one epoch would doubt far more
});

it(
  'labels that were exchanged by hand are found as likely mistakes, and photos left out are not judged',
  async () => {
    const { photos } = await call('library.photos', { offset: 0, limit: 1000 });
    const wrong = photos.filter(({ side, className }) => side === 'train' && className === 'Misty').slice(0, 3);
    const imageIds = wrong.map(({ imageId }) => imageId);
    const clean = await call('library.label-mistakes', { runId });
    await call('library.label', { imageIds, className: ClassName.parse('Tigger') });
    const dirty = await call('library.label-mistakes', { runId });
    const found = dirty.mistakes.filter(
      ({ imageId, suggested }) => imageIds.includes(imageId) && suggested === 'Misty',
    );
    expect(found.length).toBeGreaterThanOrEqual(2);
    expect(dirty.found).toBeGreaterThan(clean.found);
    await call('library.exclude', { imageIds, isExcluded: true });
    expect((await call('library.label-mistakes', { runId })).total).toBe(dirty.total - 3);
    await reopen();
    await call('library.undo', {});
    expect((await call('library.label-mistakes', { runId })).total).toBe(dirty.total);
    await call('library.undo', {});
  },
  LIMIT_MS,
);

it(
  'retraining gives a new run with the settings that were chosen, and the matrix before and after with the labels of today',
  async () => {
    const first = (await call('runs.list', {})).find((one) => one.runId === runId)!;
    const same = await call('runs.retrain', { runId });
    expect(same.run.config).toMatchObject({ retrainedFrom: runId, frozenThrough: first.config.frozenThrough });
    expect(same.run.featurised).toBe(0); // everything was in the cache
    expect(same.after).toEqual(same.before); // nothing was changed
    expect(same.run.versions?.weightsSha256).toBe(first.versions?.weightsSha256); // the same photos, the same softmax
    const { photos } = await call('library.photos', { offset: 0, limit: 1000 });
    const imageIds = photos
      .filter(({ side }) => side === 'train')
      .slice(0, 4)
      .map(({ imageId }) => imageId);
    await call('library.label', { imageIds, className: neither });
    const changed = await call('runs.retrain', { runId, name: 'With neither' });
    expect([changed.run.name, changed.classes]).toEqual(['With neither', ['Misty', 'Tigger', 'neither']]);
    const rows = changed.after.map((row) => row.reduce((sum, count) => sum + count, 0));
    expect(rows[2]).toBe(4);
    expect(changed.before!.flat().reduce((sum, count) => sum + count, 0)).toBe(rows[0]! + rows[1]!); // it knew no neither
    await call('library.undo', {});
  },
  LIMIT_MS,
);
