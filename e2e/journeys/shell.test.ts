/** The desktop shell in a real Electron: security, ports, crashes of page and host, two instances, quitting. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../fixtures/built-app.ts';
import {
  answerQuestions,
  type ElectronRun,
  findElectron,
  launchElectron,
  whyNoElectron,
} from '../fixtures/electron.ts';
import { tellLeftOut } from '../fixtures/left-out.ts';
import { listDescendants } from '../fixtures/processes.ts';
import { callInPage, callScript, KNOCK_EVERYWHERE, projectState, runInWindow } from '../fixtures/shell-page.ts';
import { samplePhotos, thaw } from '../fixtures/thaw-command.ts';

const why = whyNoElectron();
tellLeftOut('the shell in a real Electron', why);

async function until(isReached: () => Promise<boolean>, what: string): Promise<void> {
  const startedMs = performance.now();
  while (!(await isReached())) {
    if (performance.now() - startedMs > 30_000) throw new Error(`not within 30 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function hostPid(run: ElectronRun): number {
  const pid = listDescendants(run.app.process().pid ?? 0).find((child) =>
    readFileSync(`/proc/${child}/cmdline`, 'utf8').includes(join('main', 'host', 'entry.ts')),
  );
  if (pid === undefined) throw new Error('the app has no host');
  return pid;
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('close', (code) => resolve(code)));
}

describe.skipIf(why !== null)('the desktop shell', () => {
  let run: ElectronRun;
  let project = '';

  beforeAll(async () => {
    ensureBuilt();
    project = mkdtempSync(join(tmpdir(), 'thaw-shell-'));
    const imported = await thaw('import', samplePhotos, '--project', project);
    expect(imported.code).toBe(0);
    run = await launchElectron({ project });
    await until(async () => (await projectState(run.app))?.state === 'open', 'the project is open');
  });
  afterAll(async () => {
    await run?.close();
    rmSync(project, { recursive: true, force: true });
  });

  it('opens the project of its command line and carries the contract', async () => {
    expect(await callInPage(run.page, 'project.summary', {})).toMatchObject({ value: { images: 66 } });
    expect(await callInPage(run.page, 'project.info', {})).toMatchObject({ value: { folder: project } });
  });

  it('keeps Node, Electron and the outside from its page', async () => {
    const seen = await run.page.evaluate(KNOCK_EVERYWHERE);
    expect(seen).toEqual({
      globals: [],
      wasInjected: false,
      outside: ['refused', 'refused', 'refused'],
      camera: 'refused',
      opened: 'refused',
      evaluated: 'refused',
    });
    const preferences = await run.app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as { getLastWebPreferences(): object };
      return contents.getLastWebPreferences();
    });
    expect(preferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false });
  });

  it('navigates nowhere', async () => {
    const before = run.page.url();
    await run.page.evaluate("location.href = 'https://example.com/'");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(run.page.url()).toBe(before);
  });

  it('fault 16: app:// and thumb:// give out nothing beside their files', async () => {
    const statuses = await run.page.evaluate(async () => {
      const paths = ['/../package.json', '/%2e%2e/%2e%2e/package.json', '/..%2fpackage.json', '/main.tsx', '/none.js'];
      const replies = await Promise.all(paths.map((path) => fetch(`app://thaw${path}`)));
      return replies.map(({ status }) => status);
    });
    expect(statuses).toEqual([404, 404, 404, 404, 404]);
    const reply = await run.page.evaluate(async () => {
      const page = await fetch('app://thaw/index.html');
      return [page.status, page.headers.get('content-security-policy')];
    });
    expect(reply).toEqual([200, expect.stringContaining("default-src 'none'")]);
  });

  it('fault 17: answers what is no frame of the contract by ending the port, and goes on', async () => {
    const isEnded = await run.page.evaluate(async () => {
      const port = await (
        globalThis as unknown as { thaw: import('../../shared/contract/shell.ts').ShellApi }
      ).thaw.connect();
      const end = new Promise<boolean>((resolve) => port.onClose(() => resolve(true)));
      port.send('{"kind":"call","id":1,"__proto__":{"isAdmin":true}}');
      return await end;
    });
    expect(isEnded).toBe(true);
    expect(await callInPage(run.page, 'project.summary', {})).toMatchObject({ value: { images: 66 } });
  });

  it('fault 17: refuses what is sent on its channels with wrong types', async () => {
    const refusals = await run.page.evaluate(async () => {
      const { thaw: shell } = globalThis as unknown as { thaw: Record<string, (given: unknown) => Promise<unknown>> };
      const tries = [shell.setTheme?.('pink'), shell.openProject?.({}), shell.copyText?.('x'.repeat(2_000_000))];
      return (await Promise.allSettled(tries)).map(({ status }) => status);
    });
    expect(refusals).toEqual(['rejected', 'rejected', 'rejected']);
  });

  it('shows every command in its menu, in both languages', async () => {
    const labels = (): Promise<(string | undefined)[]> =>
      run.app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label) ?? []);
    expect(await labels()).toEqual(expect.arrayContaining(['File', 'Edit', 'View', 'Help']));
    await run.page.evaluate(() =>
      (globalThis as unknown as { thaw: import('../../shared/contract/shell.ts').ShellApi }).thaw.setLanguage('zh-CN'),
    );
    expect(await labels()).toEqual(expect.arrayContaining(['文件', '编辑', '视图', '帮助']));
  });

  it('fault 34: loads the page again after a crash; the host is untouched', async () => {
    const before = hostPid(run);
    const crashed = new Promise((resolve) => run.page.once('crash', resolve));
    await run.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
    );
    await crashed;
    await until(async () => (await projectState(run.app))?.state === 'open', 'the page is back');
    expect(hostPid(run)).toBe(before);
  });

  it('fault 35: a second start brings the first to the front and ends', async () => {
    const executable = findElectron() ?? '';
    const env = await run.app.evaluate(() => ({ ...process.env }) as Record<string, string>);
    const second = spawn(
      executable,
      [
        ...run.app
          .process()
          .spawnargs.slice(1)
          .filter((a) => !a.startsWith('--inspect') && !a.startsWith('--remote-debugging')),
      ],
      { env, stdio: 'ignore' },
    );
    expect(await ended(second)).toBe(0);
    expect(await run.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });

  it('starts a killed host again and tells the page', async () => {
    const before = hostPid(run);
    process.kill(before, 'SIGKILL');
    await until(async () => {
      const state = await projectState(run.app);
      return state?.state === 'open' && state.restarts === 1;
    }, 'the host is back');
    expect(hostPid(run)).not.toBe(before);
  });

  it('asks before it quits while a training runs; stopped, the run can be resumed', async () => {
    const recipe = { epochs: 100 };
    const input = { backbone: 'tf_efficientnet_lite0', freeze: 'none', seed: 1, recipe };
    expect(await runInWindow(run.app, callScript('jobs.start', { command: 'runs.train', input }))).toContain('job_');
    const jobs = async (): Promise<string> => String(await runInWindow(run.app, callScript('jobs.list', {})));
    await until(async () => /"runId":"run_/.test(await jobs()), 'the training is on its way');
    await answerQuestions(run.app, 1); // cancel
    await run.app.evaluate(({ app }) => app.quit());
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await jobs()).toContain('"state":"running"');
    const gone = ended(run.app.process());
    await answerQuestions(run.app, 0); // stop and quit
    await run.app.evaluate(({ app }) => app.quit()).catch(() => undefined);
    expect(await gone).toBe(0);
    const runs = await thaw('runs', '--json', '--project', project);
    expect(JSON.parse(runs.stdout)).toEqual([expect.objectContaining({ status: 'cancelled' })]);
  });
});
