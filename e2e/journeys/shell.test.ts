/** The desktop shell in a real Electron: security, ports, crashes of page and host, two instances, quitting. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyPhotos } from '../bench/photo-copies.ts';
import { ensureBuilt } from '../fixtures/built-app.ts';
import {
  answerQuestions,
  type ElectronRun,
  findElectron,
  launchElectron,
  whyNoElectron,
} from '../fixtures/electron.ts';
import { tellLeftOut } from '../fixtures/left-out.ts';
import { findChild } from '../fixtures/processes.ts';
import { callInPage, callScript, KNOCK_EVERYWHERE, projectState, runInWindow } from '../fixtures/shell-page.ts';
import { samplePhotos, thaw } from '../fixtures/thaw-command.ts';

const why = whyNoElectron();
tellLeftOut('the shell in a real Electron', why);

async function until(isReached: () => Promise<boolean>, what: string, limitMs = 60_000): Promise<void> {
  const startedMs = performance.now();
  while (!(await isReached())) {
    if (performance.now() - startedMs > limitMs) throw new Error(`not within ${limitMs / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function hostPid(run: ElectronRun): number {
  const pid = findChild(run.app.process().pid ?? 0, join('main', 'host', 'entry.ts'));
  if (pid === null) throw new Error('the app has no host');
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

  /** As a person who starts Thaw again, with this folder. */
  async function startAgain(folder: string): Promise<ChildProcess> {
    const env = await run.app.evaluate(() => ({ ...process.env }) as Record<string, string>);
    const args = run.app
      .process()
      .spawnargs.slice(1)
      .filter((argument) => !argument.startsWith('--inspect') && !argument.startsWith('--remote-debugging'))
      .map((argument) => (argument === project ? folder : argument));
    return spawn(findElectron() ?? '', args, { env, stdio: 'ignore' });
  }

  const shownText = async (): Promise<string> => String(await runInWindow(run.app, 'document.body.innerText'));

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
    const labels = async (): Promise<string> =>
      String(await run.app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label)));
    const choose = (language: 'en' | 'zh-CN'): Promise<unknown> =>
      runInWindow(run.app, callScript('settings.set', { language, theme: 'light', notify: false }));
    await until(async () => /File.*Edit.*View.*Help/.test(await labels()), 'the menu is English');
    await choose('zh-CN');
    await until(async () => /文件.*编辑.*视图.*帮助/.test(await labels()), 'the menu is Chinese');
    await choose('en');
    await until(async () => /File.*Edit.*View.*Help/.test(await labels()), 'the menu is English again');
  });

  it('lets the page say, in its language, why what was asked for outside of it was not done', async () => {
    const settings = { theme: 'system', notify: false, cluster: null } as const;
    const speak = (language: string): Promise<unknown> =>
      runInWindow(run.app, callScript('settings.set', { ...settings, language }));
    await speak('zh-CN');
    await until(async () => (await shownText()).includes('就绪'), 'the page speaks Chinese');
    const failure = { code: 'PROJECT_MISSING', message: 'No project is open.' };
    await run.app.evaluate(
      ({ BrowserWindow }, told) => BrowserWindow.getAllWindows()[0]?.webContents.send('thaw:failed', told),
      failure,
    );
    await until(async () => (await shownText()).includes('没有打开的项目'), 'the failure is said in Chinese');
    await speak('en');
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
    const windows = (): Promise<boolean[]> =>
      run.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isVisible()));
    await run.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    await until(async () => String(await windows()) === 'false', 'the window is hidden');
    const second = await startAgain(project);
    expect(await ended(second)).toBe(0);
    await until(async () => String(await windows()) === 'true', 'the only window is in front again');
  });

  it('offers to import the photos of a folder that is no project, into the one that is open or into a new one', async () => {
    const folder = join(run.dataFolder, 'Holiday');
    copyPhotos(samplePhotos, folder, 4);
    const summary = async (): Promise<string> =>
      String(await runInWindow(run.app, callScript('project.summary', {})).catch(() => ''));
    const give = async (wish: string): Promise<void> => {
      await answerQuestions(run.app, wish);
      expect(await ended(await startAgain(folder))).toBe(0);
    };
    await give('Cancel');
    await give('Import Here');
    await until(async () => (await summary()).includes('"images":70'), 'the photos are here');
    await give('New Project');
    await until(async () => (await summary()).includes('"images":4,'), 'the new project has the photos');
    expect((await projectState(run.app))?.folder).toContain(join('Thaw', 'Holiday'));
    expect(readdirSync(folder).sort()).toEqual(['even', 'odd']);
    await answerQuestions(run.app, 0); // what still runs may stop
    const file = join(project, 'Cats.thaw'); // as by a double click
    writeFileSync(file, '');
    expect(await ended(await startAgain(file))).toBe(0);
    await until(async () => (await summary()).includes('"images":70'), 'the first project is open again');
    for (const name of ['even', 'odd']) // two photos each: too few to train on
      await runInWindow(run.app, callScript('library.change-class', { kind: 'remove', name }));
    expect(await summary()).not.toContain('"odd"');
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

  it('fault 34: a page that crashes while a training runs comes back and shows it; quitting asks first, and the run can be resumed', async () => {
    const recipe = { epochs: 100 };
    const input = { backbone: 'tf_efficientnet_lite0', freeze: 'none', seed: 1, recipe };
    expect(await runInWindow(run.app, callScript('jobs.start', { command: 'runs.train', input }))).toContain('job_');
    const jobs = async (): Promise<string> => String(await runInWindow(run.app, callScript('jobs.list', {})));
    await until(async () => /"runId":"run_/.test(await jobs()), 'the training is on its way', 300_000); // an engine is started first
    const host = hostPid(run);
    await run.app.evaluate(
      ({ BrowserWindow }) =>
        new Promise<void>((resolve) => {
          const contents = BrowserWindow.getAllWindows()[0]?.webContents;
          contents?.once('render-process-gone', () => resolve());
          contents?.forcefullyCrashRenderer();
        }),
    );
    await until(async () => (await projectState(run.app))?.state === 'open', 'the page is back');
    const bar = `document.querySelector('[aria-label="Status"] [role=progressbar]') !== null`;
    await until(async () => (await runInWindow(run.app, bar)) === true, 'the page shows the training');
    expect(hostPid(run)).toBe(host);
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
