/** The packaged app: built, started as a person's first start, and trained in. Long: part of `npm run test:full`. */
import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ElectronRun, launchElectron, whyNoElectron } from '../fixtures/electron.ts';
import { tellLeftOut } from '../fixtures/left-out.ts';
import { listDescendants } from '../fixtures/processes.ts';
import { callInPage } from '../fixtures/shell-page.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'dist', 'packages', 'linux-unpacked');
const why =
  whyNoElectron() ??
  (process.env.ELECTRON_OVERRIDE_DIST_PATH ? null : 'no local Electron to package (ELECTRON_OVERRIDE_DIST_PATH)') ??
  (process.platform === 'linux' && process.arch === 'x64' ? null : 'it knows the folder of Linux on x64 only') ??
  (process.env.THAW_FULL === '1' ? null : 'it takes minutes (`npm run test:full` runs it)');
tellLeftOut('the packaged app', why);

const call = async (run: ElectronRun, command: string, input: unknown) => {
  const reply = await callInPage(run.page, command, input);
  return { value: reply.value as Readonly<Record<string, unknown>> | undefined, failure: reply.failure };
};

describe.skipIf(why !== null)('the packaged app', () => {
  let run: ElectronRun;

  beforeAll(async () => {
    const made = spawnSync(process.execPath, [join(root, 'scripts', 'package.ts')], { encoding: 'utf8', cwd: root });
    if (made.status !== 0) throw new Error(`npm run package failed:\n${made.stderr}`);
    run = await launchElectron({ project: null, executable: join(folder, 'thaw') });
  }, 400_000);
  afterAll(async () => await run?.close());

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

  it('has the sample on its first start, trains on TensorFlow and tests the result', async () => {
    const deadlineMs = performance.now() + 60_000;
    for (;;) {
      const { value } = await call(run, 'project.summary', {});
      const jobs = JSON.stringify((await call(run, 'jobs.list', {})).value);
      if (Number(value?.images) > 0 && !jobs.includes('"running"')) break;
      if (performance.now() > deadlineMs) throw new Error(`the sample did not come: ${jobs}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    const input = { backbone: 'tf_efficientnet_lite0', freeze: 'all', seed: 1, recipe: { epochs: 10 } };
    const trained = await call(run, 'runs.train', input);
    expect(trained).toMatchObject({ value: { status: 'done' } });
    expect(JSON.stringify(trained.value)).toContain('tensorflow');
    const runId = trained.value?.runId;
    const tested = await call(run, 'runs.evaluate', { runId, split: 'test', views: 'ten-crop' });
    expect(tested).toMatchObject({ value: { classes: ['Misty', 'Tigger', 'neither'] } });
  });
});
