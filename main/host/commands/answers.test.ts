import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callerOf } from '../../../shared/contract/caller.ts';
import type { Client } from '../../../shared/contract/commands.ts';
import { type RunId, Sha256 } from '../../../shared/domain/ids.ts';
import { Recipe } from '../../../shared/domain/recipe.ts';
import { pickRows, readLogits, writeLogits } from '../../engine/checkpoints/logits.ts';
import { openClient } from '../open-client.ts';

const sample = fileURLToPath(new URL('../../../resources/sample/photos', import.meta.url));
let folder = '';
let client: Client;
let runId: RunId;

const call = callerOf(() => client);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'thaw-answers-'));
  client = await openClient({ folder, create: true, onNote: () => undefined });
  await call('library.import', { paths: [sample], splitFromFolders: false });
  const recipe = Recipe.parse({ epochs: 5 });
  ({ runId } = await call('runs.train', { backbone: 'tf_efficientnet_lite0', freeze: 'all', seed: 0, recipe }));
});
afterAll(async () => {
  await client?.close();
  await rm(folder, { recursive: true, force: true });
});

it('answers photo by photo add up to the evaluation, computed or stored, and every look at the test side counts', async () => {
  const request = { runId, split: 'test', views: 'mirror' } as const;
  const computed = await call('runs.answers', request); // nothing is stored yet
  const evaluation = await call('runs.evaluate', request);
  const stored = await call('runs.answers', request);
  expect(stored).toEqual(computed);
  const confusion = evaluation.confusion.map((row, truth) =>
    row.map((_, answer) => computed.answers.filter((one) => one.truth === truth && one.answer === answer).length),
  );
  expect([computed.classes, confusion]).toEqual([evaluation.classes, evaluation.confusion]);
  for (const { truth, answer, probability, truthProbability } of computed.answers) {
    expect(probability).toBeGreaterThanOrEqual(truthProbability);
    if (truth === answer) expect(probability).toBe(truthProbability);
  }
  expect(evaluation.testLooks).toBe(2);
  expect((await call('runs.evaluate', request)).testLooks).toBe(4);
});

it('computes what is not stored and nothing else', async () => {
  const request = { runId, split: 'val', views: 'ten-crop' } as const;
  const first = await call('runs.evaluate', request);
  const again = await call('runs.evaluate', request);
  expect([first.computed, again.computed]).toEqual([10 * first.total, 0]);
  expect({ ...again, computed: 0, elapsedMs: 0 }).toEqual({ ...first, computed: 0, elapsedMs: 0 });
  const [gone] = (await call('runs.answers', request)).answers;
  const logits = join(folder, 'runs', runId, 'logits-val-top-left.bin');
  const { imageIds, ...kept } = await readLogits(join(folder, 'runs', runId), { side: 'val', view: 'top-left' });
  const others = imageIds.filter((imageId) => imageId !== gone!.imageId);
  await writeLogits(join(folder, 'runs', runId), pickRows({ imageIds, ...kept }, others)); // as if it had come since
  expect((await call('runs.evaluate', request)).computed).toBe(1);
  await writeFile(logits, 'no logits');
  const healed = await call('runs.evaluate', request);
  expect([healed.computed, healed.confusion]).toEqual([first.total, first.confusion]);
  await writeLogits(join(folder, 'runs', runId), {
    ...kept,
    ...{ imageIds, source: { ...kept.source, weightsSha256: Sha256.parse('0'.repeat(64)) } },
    values: kept.values.map(() => 0),
  });
  expect(await call('runs.evaluate', request)).toMatchObject({ computed: first.total, confusion: first.confusion });
});

it('the answers of the folds are kept, one for each photo that was learnt from, as right as the run was judged to be', async () => {
  const run = (await call('runs.list', {}))[0]!;
  const place = { side: 'crossvalidated', view: 'centre' };
  const { imageIds, classes, values } = await readLogits(join(folder, 'runs', runId), place);
  const photos = (await call('library.photos', { offset: 0, limit: 1000 })).photos.filter(
    ({ side }) => side !== 'test',
  );
  expect([...imageIds].sort()).toEqual(photos.map(({ imageId }) => imageId as string).sort());
  const classOf = new Map(photos.map(({ imageId, className }) => [imageId as string, className as string]));
  const right = imageIds.filter((imageId, row) => {
    const own = [...values.subarray(row * classes.length, (row + 1) * classes.length)];
    return classes[own.indexOf(Math.max(...own))] === classOf.get(imageId);
  });
  expect([right.length, imageIds.length]).toEqual([run.selectionCorrect, run.selectionTotal]);
});

it('a photo that was taken out is in no answer, and one that came since is computed', async () => {
  const request = { runId, split: 'val', views: 'centre' } as const;
  const before = await call('runs.answers', request);
  const imageIds = [before.answers[0]!.imageId];
  await call('library.exclude', { imageIds, isExcluded: true });
  const without = await call('runs.answers', request);
  expect(without.answers).toEqual(before.answers.slice(1));
  await call('runs.evaluate', request); // stores the logits of the others only
  await call('library.undo', {});
  expect((await call('runs.answers', request)).answers.map(({ imageId }) => imageId)).toEqual(
    before.answers.map(({ imageId }) => imageId),
  );
});

it('a finished run has curves, can be put away and comes back', async () => {
  expect((await call('runs.curves', { runId })).epochs.map(({ epoch }) => epoch)).toContain(0);
  expect(await call('runs.update', { runId, tags: ['first'] })).toMatchObject({ runId, tags: ['first'] });
  expect(await call('runs.delete', { runIds: [runId] })).toEqual({ deleted: 1 });
  expect(await call('runs.list', {})).toEqual([]);
  expect(await client.call('runs.curves', { runId })).toMatchObject({ ok: false, failure: { code: 'NOT_FOUND' } });
  expect(await call('runs.restore', { runIds: [runId] })).toEqual({ restored: 1 });
  expect(await call('runs.list', {})).toMatchObject([{ runId, tags: ['first'] }]);
});
