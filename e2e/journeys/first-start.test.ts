/** The first start of a person who has nothing yet, and the one after it: sample, window, recent projects. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askContract } from '../fixtures/ask-contract.ts';
import { type BrowserRun, launchBrowser, whyNoBrowser } from '../fixtures/browser.ts';
import { ensureBuilt } from '../fixtures/built-app.ts';
import { type ElectronRun, launchElectron, whyNoElectron } from '../fixtures/electron.ts';
import { tellLeftOut } from '../fixtures/left-out.ts';
import { projectState } from '../fixtures/shell-page.ts';

const SAMPLE_PHOTOS = 66;
const WORK_MS = 600_000;
const noElectron = whyNoElectron();
const noBrowser = whyNoBrowser();
tellLeftOut('the first start in a real Electron', noElectron);
tellLeftOut('the first start in a browser', noBrowser);

let root = '';
beforeAll(() => {
  ensureBuilt();
  root = mkdtempSync(join(tmpdir(), 'thaw-first-start-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe.skipIf(noElectron !== null)('the first start in Electron', () => {
  const left = { x: 60, y: 40, width: 900, height: 640 };
  let run: ElectronRun | null = null;
  let folder = '';
  const start = async (): Promise<ElectronRun> => {
    run = await launchElectron({ project: null, dataFolder: join(root, 'data') });
    await expect.poll(() => projectState(run!.app), { timeout: WORK_MS }).toMatchObject({ state: 'open' });
    return run;
  };
  const bounds = ({ app }: ElectronRun) =>
    app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getNormalBounds());
  const recent = ({ app }: ElectronRun): Promise<string[]> =>
    app.evaluate(
      ({ Menu }) =>
        Menu.getApplicationMenu()
          ?.getMenuItemById('open-recent')
          ?.submenu?.items.map((one) => one.label) ?? [],
    );
  afterAll(async () => await run?.close());

  it(
    'opens a project with the sample, in a folder of documents, with a file to double-click',
    async () => {
      const { app, page } = await start();
      await expect
        .poll(async () => (await askContract(page, 'project.summary', {})).images, { timeout: WORK_MS })
        .toBe(SAMPLE_PHOTOS);
      folder = (await projectState(app))?.folder ?? '';
      expect(folder).toContain(join('Thaw', 'Sample Cats'));
      await expect.poll(() => readdirSync(folder).filter((name) => name.endsWith('.thaw'))).toHaveLength(1);
      await page.getByRole('grid').getByRole('gridcell').first().waitFor();
      await app.evaluate(({ BrowserWindow }, place) => BrowserWindow.getAllWindows()[0]!.setBounds(place), left);
      await expect.poll(() => bounds(run!)).toEqual(left);
      await run?.close();
    },
    WORK_MS,
  );

  it('the next one opens the same project in the same place, and has it among the recent ones', async () => {
    const again = await start();
    expect((await projectState(again.app))?.folder).toBe(folder);
    await expect.poll(() => bounds(again)).toEqual(left);
    await expect.poll(async () => (await recent(again)).filter((label) => label.includes(folder))).toHaveLength(1);
    expect((await askContract(again.page, 'project.summary', {})).images).toBe(SAMPLE_PHOTOS); // not twice
  });
});

describe.skipIf(noBrowser !== null)('the first start in a browser', () => {
  let run: BrowserRun;
  beforeAll(async () => {
    run = await launchBrowser({ project: join(root, 'served') });
  });
  afterAll(async () => await run?.close());

  it('says what to do, and has the sample at a click', async () => {
    await run.page.getByRole('heading', { name: 'Teach a network your own classes' }).waitFor();
    await run.page.getByRole('button', { name: 'Open the sample' }).click();
    await run.page.getByText(`${SAMPLE_PHOTOS} photos · 3 classes`).waitFor({ timeout: WORK_MS });
    await run.page.getByRole('grid').getByRole('gridcell').first().waitFor();
  });
});
