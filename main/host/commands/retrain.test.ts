/** The softmax of a deeper run trained anew, stopped in the middle and gone on with. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callerOf } from '../../../shared/contract/caller.ts';
import type { Client } from '../../../shared/contract/commands.ts';
import type { RunId } from '../../../shared/domain/ids.ts';
import { Recipe } from '../../../shared/domain/recipe.ts';
import { openClient } from '../open-client.ts';

const sample = fileURLToPath(new URL('../../../resources/sample/photos', import.meta.url));
const PHOTOS = 14; // of each class
const MOST_TRIES = 10; // a head learns in a tenth of a second: a stop may come too late
let folder = '';
let client: Client;
let deep: RunId;

const call = callerOf(() => client);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'thaw-retrain-'));
  client = await openClient({ folder: join(folder, 'project'), create: true, onNote: () => undefined });
  const photos = join(folder, 'photos');
  for (const name of ['Misty', 'Tigger'])
    for (const file of (await readdir(join(sample, name))).sort().slice(0, PHOTOS))
      await cp(join(sample, name, file), join(photos, name, file));
  await call('library.import', { paths: [photos], splitFromFolders: false });
  const recipe = Recipe.parse({ epochs: 1, weightDecay: 0.05 });
  const run = await call('runs.train', { backbone: 'tf_efficientnet_lite0', freeze: 'blocks.6', seed: 3, recipe });
  deep = run.runId;
});
afterAll(async () => {
  await client?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Stopped once its settings are chosen; null: it was done before. */
async function stoppedRetrain(): Promise<RunId | null> {
  const stop = new AbortController();
  const onEvent = ({ kind }: { readonly kind: string }): void => {
    if (kind === 'logged') stop.abort();
  };
  const result = await client.call('runs.retrain', { runId: deep }, { signal: stop.signal, onEvent });
  if (result.ok) return null;
  expect(result.failure.code).toBe('CANCELLED');
  const [newest] = await call('runs.list', {});
  expect([newest!.status, newest!.config.retrainedFrom]).toEqual(['cancelled', deep]);
  return newest!.runId;
}

it('is reproduced with the layers that it stands on, bit for bit, and not without them', async () => {
  const { run } = await call('runs.retrain', { runId: deep });
  const again = await call('runs.reproduce', { runId: run.runId });
  expect(again).toMatchObject({ originalRunId: run.runId, isSame: true, differences: [] });
  const passport = join(folder, 'passport.html');
  await call('runs.passport', { runId: run.runId, output: passport });
  await writeFile(passport, (await readFile(passport, 'utf8')).replaceAll(deep, 'run_gonegonegone'));
  const refused = await client.call('runs.reproduce', { passport });
  expect(refused).toMatchObject({
    ok: false,
    failure: { code: 'INVALID_INPUT', message: expect.stringContaining('run_gonegonegone') },
  });
});

it('goes on where it was stopped, below layers that stay, and ends with the weights of an undisturbed one', async () => {
  const undisturbed = await call('runs.retrain', { runId: deep });
  let stopped: RunId | null = null;
  for (let tries = 0; tries < MOST_TRIES && stopped === null; tries += 1) stopped = await stoppedRetrain();
  expect(stopped).not.toBeNull();
  const resumed = await call('runs.resume', { runId: stopped });
  expect(resumed).toMatchObject({ runId: stopped, status: 'done', featurised: 0 });
  expect(resumed.versions?.weightsSha256).toBe(undisturbed.run.versions?.weightsSha256);
  expect(resumed.selectionCorrect).toBe(undisturbed.run.selectionCorrect);
  const own = await call('runs.list', {});
  expect(own.find(({ runId }) => runId === deep)!.versions?.weightsSha256).not.toBe(resumed.versions?.weightsSha256);
});
