import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tellLeftOut } from '../../../e2e/fixtures/left-out.ts';
import { findPython } from '../../../e2e/fixtures/python.ts';
import { callerOf } from '../../../shared/contract/caller.ts';
import type { Client, CommandOutput } from '../../../shared/contract/commands.ts';
import { PROBABILITY_TOLERANCE } from '../../../shared/domain/export.ts';
import type { RunId } from '../../../shared/domain/ids.ts';
import { Recipe } from '../../../shared/domain/recipe.ts';
import { readLogits } from '../../engine/checkpoints/logits.ts';
import { openClient } from '../open-client.ts';

const sample = fileURLToPath(new URL('../../../resources/sample/photos', import.meta.url));
let folder = '';
let client: Client;
let runIds: RunId[] = [];

const call = callerOf(() => client);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'thaw-ensembles-'));
  client = await openClient({ folder, create: true, onNote: () => undefined });
  await call('library.import', { paths: [sample], splitFromFolders: false });
  for (const [seed, epochs] of [
    [0, 5],
    [1, 2],
  ] as const) {
    const recipe = Recipe.parse({ epochs });
    const { runId } = await call('runs.train', { backbone: 'tf_efficientnet_lite0', freeze: 'all', seed, recipe });
    runIds = [...runIds, runId];
  }
});
afterAll(async () => {
  await client?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Straight from the files: the weighted mean of softmaxes, and the true class of each photo. */
async function averageFromFiles(side: string, weights: readonly number[]) {
  const photos = (await call('library.photos', { offset: 0, limit: 1000 })).photos;
  const classOf = new Map(photos.map(({ imageId, className }) => [imageId as string, className as string]));
  const all = await Promise.all(
    runIds.map((runId) => readLogits(join(folder, 'runs', runId), { side, view: 'centre' })),
  );
  const { imageIds, classes } = all[0]!;
  const width = classes.length;
  const rows = imageIds.map((imageId) => {
    const mean = new Array<number>(width).fill(0);
    for (const [at, { imageIds: ids, values }] of all.entries()) {
      const row = ids.indexOf(imageId);
      const powers = [...values.subarray(row * width, (row + 1) * width)].map(Math.exp);
      const total = powers.reduce((sum, power) => sum + power, 0);
      for (const [label, power] of powers.entries()) mean[label]! += (weights[at]! * power) / total;
    }
    return { mean, truth: classes.indexOf(classOf.get(imageId)!) };
  });
  const correct = rows.filter(({ mean, truth }) => mean.indexOf(Math.max(...mean)) === truth).length;
  const loss = rows.reduce((sum, { mean, truth }) => sum - Math.log(mean[truth]!), 0) / rows.length;
  return { correct, loss, total: rows.length };
}

it('weights come from answers of folds, without a look at the test photos, and their figures are those of plain arithmetic', async () => {
  const report = await call('ensembles.weigh', { runIds, views: 'centre' });
  expect([report.from, report.testLooks]).toEqual(['folds', 0]);
  for (const { weights, correct, loss } of report.weighings) {
    const own = await averageFromFiles('crossvalidated', weights);
    expect([correct, report.total]).toEqual([own.correct, own.total]);
    expect(loss).toBeCloseTo(own.loss, 6);
  }
  const [equal, greedy, convex] = report.weighings;
  expect(convex!.loss).toBeLessThanOrEqual(Math.min(equal!.loss, greedy!.loss) + 1e-9);
  expect(equal!.bytes).toBeLessThan(report.members[0]!.bytes + report.members[1]!.bytes); // the frozen part once
  expect(equal!.msPerPhoto).toBeLessThan(report.members[0]!.msPerPhoto! + report.members[1]!.msPerPhoto!);
});

it('a saved ensemble is shown the test photos once, and exported as one file that its members agree with', async () => {
  const { members, best, classes } = await call('ensembles.weigh', { runIds, views: 'centre' });
  const weights = [0.25, 0.75];
  const saved = await call('ensembles.save', {
    ...{ name: 'both', method: 'equal', best, classes },
    members: members.map(({ runId }, at) => ({ runId, views: 'centre', weight: weights[at]! })),
  });
  const { ensembleId } = saved;
  expect(saved.test).toBeNull();
  const { test } = await call('ensembles.test', { ensembleId, again: false });
  const { correct, total } = await averageFromFiles('test', weights);
  expect(test).toMatchObject({ looksBefore: 0, correct, total });
  const again = await call('ensembles.test', { ensembleId, again: false });
  expect(again.test).toEqual(test);
  expect((await call('ensembles.list', {})).ensembles).toEqual([again]);
  expect((await call('ensembles.test', { ensembleId, again: true })).test?.looksBefore).toBe(1);
  const out = join(folder, 'out');
  const path = join(out, 'both.onnx');
  const exported = await call('ensembles.export', { ensembleId, path });
  expect(exported).toMatchObject({
    path,
    bytes: (await stat(path)).size,
    sharedParts: 1,
    checked: 32,
    sameAnswers: 32,
  });
  expect(exported.largestDifference).toBeLessThan(1e-5);
  await symlink(modules, join(out, 'node_modules'), 'junction'); // as after `npm install onnxruntime-node sharp`
  for (const own of await answersOfSamples(exported)) {
    expect(own).toHaveLength(classes.length);
    const [asked] = (await call('runs.predict', { runId: null, ensembleId, paths: [photo], views: 'centre' }))
      .predictions;
    for (const [label, value] of asked!.probabilities.entries())
      expect(Math.abs(own[label]! - value)).toBeLessThan(PROBABILITY_TOLERANCE);
  }
  expect(await readFile(exported.beside[2]!, 'utf8')).toContain('Apache-2.0');
  expect(exported.bytes).toBeLessThan(16e6); // one Lite0 of 13.7 MB and two heads
  expect(await call('ensembles.delete', { ensembleId })).toEqual({ deleted: 1 });
  expect(await client.call('ensembles.test', { ensembleId, again: false })).toMatchObject({
    failure: { code: 'NOT_FOUND' },
  });
});

const python = findPython(['onnxruntime', 'pillow', 'numpy']);
tellLeftOut("the sample of an ensemble's export in Python", python.why);
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const photo = join(sample, 'Tigger', readdirSync(join(sample, 'Tigger'))[0]!);

/** What the code beside an ensemble's file answers for a photo, as its users run it. */
async function answersOfSamples({ beside }: CommandOutput<'ensembles.export'>): Promise<number[][]> {
  const run = promisify(execFile);
  const inNode = (await run(process.execPath, [beside[1]!, photo])).stdout;
  const answers = [[...inNode.slice(inNode.indexOf('{')).matchAll(/: ([\d.e-]+)/g)].map(([, value]) => Number(value))];
  if (python.why !== null) return answers;
  const { stdout } = await run(python.path, [beside[0]!, '--json', photo]);
  return [...answers, (JSON.parse(stdout) as Record<string, number[]>)[photo]!];
}

it("an ensemble's export leaves a file alone that lies where its sample code would", async () => {
  const { members, best, classes } = await call('ensembles.weigh', { runIds, views: 'centre' });
  const { ensembleId } = await call('ensembles.save', {
    ...{ name: 'refused', method: 'equal', best, classes },
    members: members.map(({ runId }) => ({ runId, views: 'centre', weight: 0.5 })),
  });
  const own = join(folder, 'mine-classify.py');
  await writeFile(own, 'print("mine")');
  const refused = await client.call('ensembles.export', { ensembleId, path: join(folder, 'mine.onnx') });
  expect(refused).toMatchObject({ failure: { code: 'INVALID_INPUT' } });
  expect(await readFile(own, 'utf8')).toBe('print("mine")');
  await call('ensembles.delete', { ensembleId });
});

it('a saved ensemble answers like a run: for files, and for a side, with one look however many members', async () => {
  const { members, best, classes, testLooks } = await call('ensembles.weigh', { runIds, views: 'centre' });
  const weights = [0.25, 0.75];
  const { ensembleId } = await call('ensembles.save', {
    ...{ name: 'used', method: 'equal', best, classes },
    members: members.map(({ runId }, at) => ({ runId, views: 'centre', weight: weights[at]! })),
  });
  const asked = { paths: [join(sample, 'Tigger')], views: 'centre' as const };
  const together = await call('runs.predict', { runId: null, ensembleId, ...asked });
  const alone: CommandOutput<'runs.predict'>[] = [];
  for (const runId of runIds) alone.push(await call('runs.predict', { runId, ...asked }));
  expect(together).toMatchObject({ runId: best, ensembleId, classes, judgement: null, skipped: [] });
  expect(together.predictions.map(({ path }) => path)).toEqual(alone[0]!.predictions.map(({ path }) => path));
  for (const [at, { probabilities, answer, viewKey }] of together.predictions.entries()) {
    const mean = classes.map((_, label) =>
      alone.reduce(
        (sum, { predictions }, member) => sum + weights[member]! * predictions[at]!.probabilities[label]!,
        0,
      ),
    );
    for (const [label, value] of mean.entries()) expect(probabilities[label]).toBeCloseTo(value, 9);
    expect(answer).toBe(classes[mean.indexOf(Math.max(...mean))]);
    expect(viewKey).toBe(alone[0]!.predictions[at]!.viewKey);
  }
  await sortsAsItAnswers(together);
  const evaluation = await call('ensembles.evaluate', { ensembleId, split: 'test' });
  const own = await averageFromFiles('test', weights);
  expect(evaluation).toMatchObject({ correct: own.correct, total: own.total, testLooks: testLooks + 1 });
  expect(evaluation.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(own.total);
  expect(evaluation.confusion.reduce((sum, row, at) => sum + row[at]!, 0)).toBe(own.correct);
});

/** Into the folders of its answers, from the preview's counts on; what it is not sure of enough to review, and back again. */
async function sortsAsItAnswers({ ensembleId, predictions, classes }: CommandOutput<'runs.predict'>): Promise<void> {
  const paths = [join(sample, 'Tigger')];
  const who = { runId: null, ensembleId: ensembleId! };
  const surePercent = 90;
  const sure = predictions.filter(({ probabilities }) => Math.max(...probabilities) >= surePercent / 100);
  const perClass = classes.map((name) => sure.filter(({ answer }) => answer === name).length);
  const pictures = join(folder, 'previews');
  const timesOfPictures = async () =>
    await Promise.all(
      (await readdir(pictures)).map(async (name) => [name, (await stat(join(pictures, name))).mtimeMs]),
    );
  const before = await timesOfPictures();
  const plan = await call('sort.plan', { ...who, paths });
  expect(plan).toMatchObject({ ensembleId, classes, photos: predictions.length, strangers: null, skippedCount: 0 });
  expect(plan.atLeast.map((row) => row[surePercent])).toEqual(perClass);
  const output = await mkdtemp(join(tmpdir(), 'thaw-sorted-together-'));
  const how = { output, mode: 'copy' as const, surePercent, watch: false };
  const report = await call('sort.folder', { ...who, paths, ...how });
  expect(report).toMatchObject({ ensembleId, sorted: sure.length, review: predictions.length - sure.length });
  expect(report.perClass.map(({ photos }) => photos)).toEqual(perClass);
  expect(await timesOfPictures()).toEqual(before); // they are of answers that are shown
  const { sorts } = await call('sort.list', {});
  expect(sorts[0]).toMatchObject({ sortId: report.sortId, ensembleId, state: 'done' });
  expect(await call('sort.undo', { sortId: report.sortId })).toMatchObject({ restored: predictions.length, left: [] });
  await rm(output, { recursive: true, force: true });
}

it('the front begins with the cheapest, and reports the test photos in one look', async () => {
  const before = (await call('ensembles.weigh', { runIds, views: 'centre' })).testLooks;
  const plan = await call('ensembles.plan', { runIds, sets: ['centre', 'mirror'], reportsTest: true });
  expect(plan.testLooks).toBe(before + 1);
  expect(plan.points[0]).toMatchObject({ views: 'centre', test: { total: expect.any(Number) } });
  expect(plan.points[0]!.runIds).toHaveLength(1);
  for (const [at, { correct, msPerPhoto }] of plan.points.entries()) {
    if (at === 0) continue;
    expect(correct).toBeGreaterThan(plan.points[at - 1]!.correct);
    expect(msPerPhoto).toBeGreaterThanOrEqual(plan.points[at - 1]!.msPerPhoto);
  }
});

it('a curve of crops agrees with one evaluation after the other, and counts one look', async () => {
  const [runId] = runIds;
  const sets = ['mirror', 'positions:4'] as const;
  const before = (await call('ensembles.weigh', { runIds, views: 'centre' })).testLooks;
  const report = await call('runs.crops', {
    runId: runId!,
    split: 'test',
    sets: [...sets],
    averaging: 'probabilities',
  });
  expect(report.testLooks).toBe(before + 1);
  expect(report.points.map(({ views, crops }) => [views, crops])).toEqual([
    ['centre', 1],
    ['mirror', 2],
    ['positions:4', 4],
  ]);
  for (const { views, correct, interval } of report.points) {
    const evaluation = await call('runs.evaluate', { runId: runId!, split: 'test', views });
    expect([correct, interval, evaluation.computed]).toEqual([evaluation.correct, evaluation.interval, 0]);
  }
  const val = await call('runs.crops', { runId: runId!, split: 'val', sets: ['mirror'], averaging: 'logits' });
  expect([val.hasLearnt, val.testLooks - before]).toEqual([true, 4]);
});

it('several runs are compared with the first one, and the p-values hold for all of them together', async () => {
  const recipe = Recipe.parse({ epochs: 1, learningRate: 0.0001 });
  const third = await call('runs.train', { backbone: 'tf_efficientnet_lite0', freeze: 'all', seed: 2, recipe });
  const asked = { split: 'test' as const, views: 'centre' as const };
  const [first, second] = [runIds[0]!, runIds[1]!];
  const { comparisons } = await call('runs.compare-several', { runIds: [first, second, third.runId], ...asked });
  const pairs = [];
  for (const other of [second, third.runId]) pairs.push(await call('runs.compare', { first, second: other, ...asked }));
  const [small, large] = pairs.map(({ mcNemarP }) => mcNemarP).toSorted((a, b) => a - b);
  const least = Math.min(1, 2 * small!);
  for (const [at, { adjustedP, verdict: _, testLooks: __, ...report }] of comparisons.entries()) {
    const { verdict: ___, testLooks: ____, ...pair } = pairs[at]!;
    expect(report).toEqual(pair);
    expect(adjustedP).toBeCloseTo(pair.mcNemarP === small ? least : Math.max(least, large!), 12);
  }
  expect(await client.call('runs.compare-several', { runIds: [first, first], ...asked })).toMatchObject({
    failure: { code: 'INVALID_INPUT' },
  });
  const seeds = await call('runs.compare-seeds', { first: [first, second], second: [third.runId], ...asked });
  expect(seeds.correct).toEqual([[pairs[0]!.correct[0], pairs[0]!.correct[1]], [pairs[1]!.correct[1]]]);
  const mean = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0) / counts.length;
  expect(seeds.difference).toBeCloseTo((mean(seeds.correct[1]) - mean(seeds.correct[0])) / seeds.total, 12);
  expect(seeds.differenceInterval[0]).toBeLessThanOrEqual(seeds.difference);
  expect(seeds.differenceInterval[1]).toBeGreaterThanOrEqual(seeds.difference);
});

it('runs of different splits are refused with an offer, and compared on the photos that neither learnt from', async () => {
  const photos = (await call('library.photos', { offset: 0, limit: 1000 })).photos;
  const gone = photos.find(({ side }) => side === 'train')!;
  await call('library.exclude', { imageIds: [gone.imageId], isExcluded: true });
  const recipe = Recipe.parse({ epochs: 2 });
  const later = await call('runs.train', { backbone: 'tf_efficientnet_lite0', freeze: 'all', seed: 2, recipe });
  const pair = { first: runIds[0]!, second: later.runId, views: 'centre' } as const;
  const looks = (await call('ensembles.weigh', { runIds, views: 'centre' })).testLooks;
  expect(await client.call('runs.compare', { ...pair, split: 'test' })).toMatchObject({
    failure: { code: 'INVALID_INPUT', message: expect.stringMatching(/different splits.*neither learnt/) },
  });
  const report = await call('runs.compare', { ...pair, split: 'test', reevaluate: true });
  const tested = photos.filter(({ side }) => side === 'test').length;
  expect([report.total, report.learnt, report.testLooks]).toEqual([tested, 0, looks + 2]);
  expect(await client.call('runs.compare', { ...pair, split: 'val', reevaluate: true })).toMatchObject({
    failure: { code: 'DATASET_UNFIT' }, // both were chosen by cross-validation: validation photos taught them
  });
});
