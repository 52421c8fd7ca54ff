/**
 * The packaged app: built, started as a person's first start, trained in and exported from. Long: part of
 * `npm run test:full`; `npm run package` runs it on what it has just built (THAW_PACKAGED).
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportRecord } from '../../shared/domain/export.ts';
import { type ElectronRun, launchElectron, whyNoElectron } from '../fixtures/electron.ts';
import { tellLeftOut } from '../fixtures/left-out.ts';
import { listDescendants } from '../fixtures/processes.ts';
import { callInPage } from '../fixtures/shell-page.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, 'dist', 'packages', 'linux-unpacked');
const WORK_MS = 400_000;
const why =
  whyNoElectron() ??
  (process.env.ELECTRON_OVERRIDE_DIST_PATH ? null : 'no local Electron to package (ELECTRON_OVERRIDE_DIST_PATH)') ??
  (process.platform === 'linux' && process.arch === 'x64' ? null : 'it knows the folder of Linux on x64 only') ??
  (process.env.THAW_FULL === '1' ? null : 'it takes minutes (`npm run test:full` runs it)');
tellLeftOut('the packaged app', why);

/** Elsewhere, as an installer puts it: below the checkout Node would find there what the package lacks. */
function install(): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'thaw-installed-')), 'thaw');
  const isLinked = spawnSync('cp', ['-al', built, folder]).status === 0; // not onto another disk
  if (!isLinked) {
    rmSync(folder, { recursive: true, force: true });
    const copied = spawnSync('cp', ['-a', built, folder], { encoding: 'utf8' });
    if (copied.status !== 0) throw new Error(copied.stderr);
  }
  return folder;
}

type Entry = {
  readonly files?: Readonly<Record<string, Entry>>; // of a folder
  readonly offset?: string;
  readonly size?: number;
  readonly integrity?: { readonly hash: string };
};

/** An asar: 4, the size of what follows, its own size, the length of the JSON, the JSON, and the files one after the other. */
function filesOfArchive(archive: Buffer): { path: string; bytes: Buffer; hash: string | undefined }[] {
  const start = 8 + archive.readUInt32LE(4);
  const head = JSON.parse(archive.toString('utf8', 16, 16 + archive.readUInt32LE(12))) as Entry;
  const walk = (path: string, { files, offset, size = 0, integrity }: Entry): ReturnType<typeof filesOfArchive> => {
    if (files !== undefined) return Object.entries(files).flatMap(([name, entry]) => walk(`${path}/${name}`, entry));
    const at = start + Number(offset);
    return [{ path, bytes: archive.subarray(at, at + size), hash: integrity?.hash }];
  };
  return walk('', head);
}

const call = async (run: ElectronRun, command: string, input: unknown) => {
  const reply = await callInPage(run.page, command, input);
  return { value: reply.value as Readonly<Record<string, unknown>> | undefined, failure: reply.failure };
};

describe.skipIf(why !== null)('the packaged app', () => {
  let run: ElectronRun;
  let folder = '';
  let runId = '';

  beforeAll(async () => {
    if (process.env.THAW_PACKAGED !== built) {
      const command = [join(root, 'scripts', 'package.ts'), '--untried'];
      const made = spawnSync(process.execPath, command, { encoding: 'utf8', cwd: root });
      if (made.status !== 0) throw new Error(`npm run package failed:\n${made.stderr}`);
    }
    folder = install();
    run = await launchElectron({ project: null, executable: join(folder, 'thaw') });
  }, WORK_MS);
  afterAll(async () => {
    await run?.close();
    if (folder !== '') rmSync(join(folder, '..'), { recursive: true, force: true });
  });

  it('is packaged: bundles in the asar, the host on its own Node beside it', async () => {
    expect(await run.app.evaluate(({ app }) => [app.isPackaged, app.getAppPath()])).toEqual([
      true,
      join(folder, 'resources', 'app.asar'),
    ]);
    await call(run, 'project.info', {});
    const programs = listDescendants(run.app.process().pid ?? 0).map((pid) => {
      try {
        return { program: readlinkSync(`/proc/${pid}/exe`), command: readFileSync(`/proc/${pid}/cmdline`, 'utf8') };
      } catch {
        return { program: '', command: '' }; // ended meanwhile
      }
    });
    const host = programs.find(({ command }) => command.includes('main/host/entry.ts'));
    expect(host?.program).toBe(join(folder, 'resources', 'host', 'bin', 'node'));
    expect(host?.command).toContain(join(folder, 'resources', 'host', 'main', 'host', 'entry.ts'));
  });

  it('has in its archive of each file the hash by which Electron checks it', () => {
    const archive = readFileSync(join(folder, 'resources', 'app.asar'));
    const files = filesOfArchive(archive);
    expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(['/dist/shell/main.cjs', '/package.json']));
    const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
    expect(files.filter(({ bytes, hash }) => hashOf(bytes) !== hash).map(({ path }) => path)).toEqual([]);
  });

  it(
    'has the sample on its first start, trains on TensorFlow and tests the result',
    async () => {
      const jobs = async (): Promise<string> => JSON.stringify((await call(run, 'jobs.list', {})).value);
      const images = async (): Promise<number> => Number((await call(run, 'project.summary', {})).value?.images);
      await expect.poll(images, { timeout: 60_000 }).toBeGreaterThan(0);
      await expect.poll(jobs, { timeout: 60_000 }).not.toContain('"running"');
      const input = { backbone: 'tf_efficientnet_lite0', freeze: 'all', seed: 1, recipe: { epochs: 10 } };
      const trained = await call(run, 'runs.train', input);
      expect(trained).toMatchObject({ value: { status: 'done' } });
      expect(JSON.stringify(trained.value)).toContain('tensorflow');
      runId = String(trained.value?.runId);
      const tested = await call(run, 'runs.evaluate', { runId, split: 'test', views: 'ten-crop' });
      expect(tested).toMatchObject({ value: { classes: ['Misty', 'Tigger', 'neither'] } });
    },
    WORK_MS,
  );

  it(
    'exports in every format, each proven in its own runtime, in a browser page too',
    async () => {
      const formats = ['onnx', 'tfjs', 'safetensors'];
      const wish = { runId, formats, preprocessing: true, output: null, mostPictures: 4 };
      const { value, failure } = await call(run, 'runs.export', wish);
      expect(failure).toBe(undefined);
      const exports = value?.exports as readonly ExportRecord[];
      expect(exports.map(({ format, ready }) => [format, ready])).toEqual(formats.map((format) => [format, true]));
      const inPage = exports
        .find(({ format }) => format === 'tfjs')!
        .checks.filter(({ runtime }) => /browser page/.test(runtime));
      expect(inPage.map(({ why: notTried }) => notTried)).toEqual([null, null]);
    },
    WORK_MS,
  );
});
