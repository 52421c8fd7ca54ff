/** A calibrated run sorts as it answers: what its dial calls none of its classes goes to review. */
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callerOf } from '../../../shared/contract/caller.ts';
import type { Client } from '../../../shared/contract/commands.ts';
import type { RunId } from '../../../shared/domain/ids.ts';
import { ScoreKind } from '../../../shared/domain/judging.ts';
import { Recipe } from '../../../shared/domain/recipe.ts';
import { openClient } from '../open-client.ts';

const sample = fileURLToPath(new URL('../../../resources/sample/photos', import.meta.url));
const LEARNT = 12; // of each class
const ASKED = 6; // of each, strangers among them
let folder = '';
let client: Client;
let runId: RunId;

const call = callerOf(() => client);

async function copySome(name: string, to: string, [from, upTo]: readonly [number, number]): Promise<void> {
  for (const file of (await readdir(join(sample, name))).sort().slice(from, upTo))
    await cp(join(sample, name, file), join(to, file));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'thaw-sort-judged-'));
  for (const name of ['Misty', 'Tigger']) await copySome(name, join(folder, 'photos', name), [0, LEARNT]);
  for (const name of ['Misty', 'Tigger', 'neither'])
    await copySome(name, join(folder, 'incoming'), [LEARNT, LEARNT + ASKED]);
  client = await openClient({ folder: join(folder, 'project'), create: true, onNote: () => undefined });
  await call('library.import', { paths: [join(folder, 'photos')], splitFromFolders: false });
  const recipe = Recipe.parse({ epochs: 3, weightDecay: 1 });
  const settings = { backbone: 'tf_efficientnet_lite0', freeze: 'all', seed: 1, recipe };
  runId = (await call('runs.train', settings)).runId;
  await call('runs.calibrate', { runId, strangers: [], neitherClass: null });
});
afterAll(async () => {
  await client?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('by the photos learnt from', () => {
  const bounds = async (path: string) => {
    await call('runs.set-dial', { runId, score: 'neighbours', threshold: 0 });
    const { predictions } = await call('runs.predict', { runId, paths: [path], views: 'centre' });
    return [predictions[0]!.score! - 1e-4, predictions[0]!.score! + 1e-4] as const;
  };
  const known = async (paths: readonly string[], threshold: number): Promise<number> => {
    await call('runs.set-dial', { runId, score: 'neighbours', threshold });
    const { atLeast } = await call('sort.plan', { runId, paths: [...paths] });
    return atLeast.reduce((sum, row) => sum + row[0]!, 0);
  };

  it('likens a photo that was learnt from to the others, not to itself, as predict does', async () => {
    const [learnt] = await readdir(join(folder, 'photos', 'Misty'));
    const path = join(folder, 'photos', 'Misty', learnt!);
    const [below, above] = await bounds(path);
    expect(await known([path], below)).toBe(1);
    expect(await known([path], above)).toBe(0);
  });

  it('works out what the learnt photos look like once, however many jobs a sort takes', async () => {
    const paths = [join(folder, 'incoming')];
    const before = await known(paths, 0.5);
    const gone = ['features', 'images'].map((name) => join(folder, 'project', name));
    for (const path of gone) await rename(path, `${path} put away`);
    await mkdir(gone[0]!);
    expect(await known(paths, 0.5)).toBe(before);
    await rm(gone[0]!, { recursive: true });
    for (const path of gone) await rename(`${path} put away`, path);
  });
});

describe.each(ScoreKind.options)('by %s', (score) => {
  it('sends to review what predict calls neither, in the preview and on the disk, and nothing else', async () => {
    const paths = [join(folder, 'incoming')];
    await call('runs.set-dial', { runId, score, threshold: -1e9 });
    const open = await call('runs.predict', { runId, paths, views: 'centre' });
    expect(open.predictions.filter(({ isNeither }) => isNeither)).toEqual([]);
    const scores = open.predictions.map((found) => found.score!).toSorted((a, b) => a - b);
    await call('runs.set-dial', { runId, score, threshold: (scores[5]! + scores[6]!) / 2 });
    const { predictions } = await call('runs.predict', { runId, paths, views: 'centre' });
    const strange = predictions.filter(({ isNeither }) => isNeither).map(({ path }) => basename(path));
    expect(strange).toHaveLength(6);
    const plan = await call('sort.plan', { runId, paths });
    expect(plan.atLeast.reduce((sum, row) => sum + row[0]!, 0)).toBe(3 * ASKED - 6);
    expect(plan.strangers).toBe(6);
    const output = join(folder, `sorted by ${score}`);
    const how = { runId, paths, output, mode: 'copy' as const, surePercent: 0, watch: false };
    const { review, strangers, reviewFolder, csv } = await call('sort.folder', how);
    expect([review, strangers]).toEqual([6, 6]);
    expect((await readFile(csv!, 'utf8')).match(/,no,yes\r/g)).toHaveLength(6);
    expect((await readdir(reviewFolder)).sort()).toEqual(strange.sort());
  });
});
