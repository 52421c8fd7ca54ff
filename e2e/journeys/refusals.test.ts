/** Wrong input, unfit photos and a damaged project: what the command line says and how it exits. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandOutput } from '../../shared/contract/commands.ts';
import type { Failure } from '../../shared/contract/errors.ts';
import { makePhotoFolder } from '../fixtures/photo-folders.ts';
import { type Finished, thaw, thawJson } from '../fixtures/thaw-command.ts';

const shared = process.env.THAW_SHARED ?? fileURLToPath(new URL('../../../shared', import.meta.url));
const hostile = join(shared, 'data', 'hostile');
if (!existsSync(hostile)) console.warn(`LEFT OUT: the import of hostile files (no ${hostile})`);

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'thaw-refusals-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
const inRoot = (name: string): string => join(root, name);
const failureOf = (done: Finished): Failure => (JSON.parse(done.stdout) as { failure: Failure }).failure;
type Trained = CommandOutput<'runs.train'>;
const train = (at: readonly string[]): Promise<Trained> => thawJson<Trained>('train', '--epochs', '1', ...at);

describe('a name that was mistyped', () => {
  it.each(['import', 'unpack'])('makes no project: %s', async (command) => {
    const project = inRoot(`mistyped-${command}`);
    const done = await thaw(command, inRoot('nothing-here'), '--project', project, '--json');
    expect([done.code, failureOf(done).code]).toEqual([1, 'NOT_FOUND']);
    expect(failureOf(done).message).toContain('nothing-here: there is no such file or folder');
    expect(existsSync(project)).toBe(false);
  });
});

describe('fault 14: photos that training cannot use', () => {
  it('refuses one class, and a class with a single photo, each by name', async () => {
    const at = ['--project', inRoot('unfit')];
    await thawJson('import', makePhotoFolder(inRoot('one-class'), { tabby: [0, 6] }), ...at);
    const one = await thaw('train', ...at);
    expect(one.code).toBe(1);
    expect(one.stderr).toContain('DATASET_UNFIT: There is 1 class; training needs 2.');
    await thawJson('import', makePhotoFolder(inRoot('single'), { grey: [21, 22] }), ...at);
    const single = await thaw('train', ...at);
    expect(single.code).toBe(1);
    expect(single.stderr).toMatch(/DATASET_UNFIT: Class 'grey' has (a single|no) photo to (learn from|train on)/);
    expect(await thawJson('runs', ...at)).toEqual([]); // refused before a run was made
  });
});

describe.skipIf(process.platform === 'win32')('a run on photos whose classes are named like formulas', () => {
  let at: readonly string[];
  let run: Trained;
  beforeAll(async () => {
    at = ['--project', inRoot('formulas')];
    const photos = makePhotoFolder(inRoot('formula-photos'), { '=1+1': [0, 6], '@sum,"x"': [21, 27] });
    await thawJson('import', photos, ...at);
    run = await train(at);
  });

  it('fault 12: predicts as harmless CSV, a photo a line, whatever the files are called', async () => {
    const asked = inRoot('asked');
    mkdirSync(asked);
    const photo = join(inRoot('formula-photos'), '=1+1', '0.jpg');
    for (const name of ['line\nbreak.jpg', '\u001b[2Jclear.jpg', '\u202Egpj.exe.jpg'])
      copyFileSync(photo, join(asked, name));
    writeFileSync(join(asked, 'empty\u0007.jpg'), '');
    const done = await thaw('predict', asked, '--run', run.runId, ...at);
    expect(done.code).toBe(0);
    const [header, ...rows] = done.stdout.trimEnd().split('\n');
    expect(header).toBe(`path,answer,'=1+1,"'@sum,""x"""`);
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(row).toMatch(/,(?:'=1\+1|"'@sum,""x"""),[\d.]+,[\d.]+$/);
    expect(`${done.stdout}${done.stderr}`.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202E]/u);
    expect(done.stderr).toContain('skipped'); // the empty file, beside the CSV
    const exact = await thawJson<CommandOutput<'runs.predict'>>('predict', asked, '--run', run.runId, ...at);
    expect(exact.predictions.map(({ path }) => path)).toContain(join(asked, 'line\nbreak.jpg'));
  });

  it('is not compared with a run of another split, and judged on the classes that it knows', async () => {
    await thawJson('import', makePhotoFolder(inRoot('more-photos'), { other: [10, 20] }), ...at);
    const later = await train(at);
    const refused = await thaw('compare', run.runId, later.runId, ...at);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('INVALID_INPUT');
    expect(refused.stderr).toContain('different splits');
    const judged = await thaw('evaluate', '--run', run.runId, '--split', 'test', '--json', ...at);
    expect(judged.stderr).toMatch(/photos are of classes that this run does not know/);
    const { total, classes, testLooks } = JSON.parse(judged.stdout) as CommandOutput<'runs.evaluate'>;
    expect(classes).toEqual(['=1+1', '@sum,"x"']);
    expect(total).toBeGreaterThan(0);
    expect(testLooks).toBe(1); // the refused comparison was no look
  });
});

describe('fault 19: a damaged database', () => {
  const damage = (folder: string): void => {
    const file = join(folder, 'thaw.sqlite');
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0, 0, 100));
  };

  it('is put back from its backup, and the command line says in a sentence what was lost', async () => {
    const folder = inRoot('damaged');
    const at = ['--project', folder];
    await thawJson('import', makePhotoFolder(inRoot('photos'), { tabby: [0, 2], grey: [21, 23] }), ...at);
    await thawJson('summary', ...at);
    damage(folder);
    const done = await thaw('summary', ...at);
    expect(done.code).toBe(0);
    expect(done.stderr).toMatch(/The project database was damaged \(.*\)\. Changes after .* are lost/);
    expect(done.stderr).toContain('It was restored from');
    expect(done.stderr).not.toMatch(/[{}]/); // no JSON
    expect((await thaw('summary', ...at)).stderr).toBe('');
  });

  it('without a backup is moved aside, and the failure says so, with --json on stdout as well', async () => {
    const folder = inRoot('lost');
    const at = ['--project', folder];
    await thawJson('import', makePhotoFolder(inRoot('photos'), { tabby: [0, 2], grey: [21, 23] }), ...at);
    rmSync(join(folder, 'backups'), { recursive: true, force: true });
    damage(folder);
    const done = await thaw('summary', '--json', ...at);
    expect(done.code).toBe(1);
    expect(failureOf(done).code).toBe('PROJECT_DAMAGED');
    expect(failureOf(done).message).toContain('no sound backup');
    expect(readdirSync(folder).some((name) => name.startsWith('thaw.sqlite.damaged-'))).toBe(true);
  });
});

describe('wrong usage', () => {
  it('gives a failure as JSON where --json stands before or behind the command', async () => {
    for (const args of [
      ['--json', 'runs'],
      ['runs', '--json'],
    ]) {
      const done = await thaw(...args, '--project', inRoot('nowhere'));
      expect(done.code).toBe(1);
      expect(failureOf(done).code).toBe('PROJECT_MISSING');
      expect(done.stderr).toContain('PROJECT_MISSING');
    }
    const without = await thaw('summary', '--json');
    expect(failureOf(without).code).toBe('PROJECT_MISSING');
    expect(failureOf(without).message).toContain('--project');
  });

  it.each([
    ['--epochs', '0'],
    ['--epochs', '501'],
    ['--seed', '1.5'],
    ['--seed', ''],
  ])('exits with 2 for train %s %j and calls it no bug', async (option, value) => {
    const done = await thaw('train', option, value, '--project', inRoot('nowhere'));
    expect(done.code).toBe(2);
    expect(done.stderr).toContain('whole number');
  });

  it('exits with 2 for a side or a set of views that there is not', async () => {
    for (const [option, value, advice] of [
      ['--split', 'all', 'Give one of'],
      ['--views', 'many', 'Give centre, mirror, ten-crop, grid:'],
    ] as const) {
      const done = await thaw('evaluate', '--run', 'run_aaaaaaaaaaaa', option, value);
      expect(done.code).toBe(2);
      expect(done.stderr).toContain(advice);
    }
  });

  it('names the file that stands where the project folder should be', async () => {
    writeFileSync(inRoot('file'), '');
    for (const place of [inRoot('file'), join(inRoot('file'), 'below')]) {
      const done = await thaw('import', root, '--project', place, '--json');
      expect(failureOf(done).code).toBe('INVALID_INPUT');
      expect(failureOf(done).message).toContain(place);
    }
  });
});

type Fate = { readonly expect: string; readonly also_ok?: string };
const readExpected = (): Record<string, Fate> => JSON.parse(readFileSync(join(hostile, 'EXPECTED.json'), 'utf8'));

describe.skipIf(!existsSync(hostile))('faults 1 to 8: an import of hostile files', () => {
  it('exits with 0, accounts for every file and names what it left out and why', async () => {
    const at = ['--project', inRoot('hostile')];
    const summary = await thawJson<CommandOutput<'library.import'>>('import', hostile, ...at);
    const { found, imported, duplicates, skipped, conflicts } = summary;
    expect(imported + duplicates.length + skipped.length + conflicts.length).toBe(found);
    const left = new Set(skipped.map(({ path }) => path));
    for (const [name, { expect: fate, also_ok: alsoOk }] of Object.entries(readExpected()))
      if (fate === 'imported' && alsoOk === undefined) expect(left.has(join(hostile, name)), name).toBe(false);
    for (const { path, failure } of skipped) {
      expect(failure.code, path).not.toBe('BUG');
      expect(failure.message).toContain(path);
    }
    const again = await thaw('import', hostile, ...at);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain(`${found} found: 0 imported`);
  });
});
