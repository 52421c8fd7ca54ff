/** What the program asks of the desktop in a real Electron: notifications, taskbar, staying awake, dialogs. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Recipe } from '../../shared/domain/recipe.ts';
import { copyPhotos } from '../bench/photo-copies.ts';
import { askContract } from '../fixtures/ask-contract.ts';
import { ensureBuilt } from '../fixtures/built-app.ts';
import {
  askedOfDesktop,
  chooseInDialogs,
  clickMenu,
  clickNotification,
  spyOnDesktop,
} from '../fixtures/desktop-spy.ts';
import { answerQuestions, type ElectronRun, launchElectron, whyNoElectron } from '../fixtures/electron.ts';
import { tellLeftOut } from '../fixtures/left-out.ts';
import { makeHeldOutProject, type TestProject } from '../fixtures/projects.ts';
import { projectState } from '../fixtures/shell-page.ts';
import { samplePhotos } from '../fixtures/thaw-command.ts';
import { AppPage } from '../pages/app-page.ts';
import { SettingsPage } from '../pages/settings-page.ts';

const WORTH_TELLING_MS = 10_000; // shorter work is no news
const WORK_MS = 600_000;
const why = whyNoElectron();
tellLeftOut('notifications, taskbar, staying awake and dialogs in a real Electron', why);

describe.skipIf(why !== null)('the desktop', () => {
  let made: TestProject;
  let run: ElectronRun;
  beforeAll(async () => {
    ensureBuilt();
    made = await makeHeldOutProject(); // few to learn from, and no cross-validation
    run = await launchElectron({ project: made.project });
    await askContract(run.page, 'project.summary', {}); // answered once the project is open
    await spyOnDesktop(run.app);
  }, WORK_MS);
  afterAll(async () => {
    await run?.close();
    made?.remove();
  });
  const asked = () => askedOfDesktop(run.app);

  /** Trains until it is worth telling and ends it as asked; what the job became. */
  async function train(how: 'jobs.finish' | 'jobs.stop'): Promise<string> {
    const recipe = Recipe.parse({ epochs: 500, patience: null, weightDecay: 0.01 }); // long; a given weight decay: nothing to choose by folds
    const input = { backbone: 'tf_efficientnet_lite0', freeze: 'blocks.6', seed: 1, recipe } as const;
    const { jobId } = await askContract(run.page, 'jobs.start', { command: 'runs.train', input });
    const job = async () => (await askContract(run.page, 'jobs.list', {})).jobs.find((one) => one.jobId === jobId);
    await expect.poll(async () => (await job())?.runId ?? null, { timeout: WORK_MS }).not.toBe(null);
    await new Promise((resolve) => setTimeout(resolve, WORTH_TELLING_MS));
    await expect.poll(async () => (await job())?.progress?.phase, { timeout: WORK_MS }).toBe('training');
    await askContract(run.page, how, { jobId });
    await expect.poll(async () => (await job())?.state, { timeout: WORK_MS }).not.toBe('running');
    return (await job())?.state ?? '';
  }

  it(
    'keeps the machine awake while it trains, shows how far it is on the taskbar, and tells the end',
    async () => {
      const told = (await asked()).notifications.length;
      await expect.poll(async () => (await asked()).awake).not.toContain(true);
      const training = train('jobs.finish');
      await expect.poll(async () => (await asked()).awake.filter(Boolean).length, { timeout: WORK_MS }).toBe(1);
      expect(await training).toBe('done');
      await expect.poll(async () => (await asked()).notifications.length).toBe(told + 1);
      await expect.poll(async () => (await asked()).awake).not.toContain(true);
      await expect.poll(async () => (await asked()).progress.at(-1)).toBe(-1);
      const { progress, notifications } = await asked();
      expect(progress.some((fraction) => fraction > 0 && fraction < 1)).toBe(true);
      expect(notifications.at(-1)).toEqual({ title: 'Training finished', body: 'project – Thaw' });
    },
    WORK_MS,
  );

  it('brings its window to the front where the notification is clicked', async () => {
    const isVisible = (): Promise<boolean | undefined> =>
      run.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible());
    await run.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    await expect.poll(isVisible).toBe(false);
    await clickNotification(run.app);
    await expect.poll(isVisible).toBe(true);
  });

  it(
    'tells nothing of a training that was stopped by hand',
    async () => {
      const told = (await asked()).notifications.length;
      expect(await train('jobs.stop')).toBe('cancelled');
      await expect.poll(async () => (await asked()).awake.includes(true)).toBe(false);
      expect((await asked()).notifications).toHaveLength(told);
    },
    WORK_MS,
  );

  it(
    'imports what is chosen in the dialogs of the menu: photos and zips, or folders',
    async () => {
      const more = join(made.root, 'more');
      copyPhotos(samplePhotos, more, 3);
      const images = async (): Promise<number> => (await askContract(run.page, 'project.summary', {})).images;
      const before = await images();
      await chooseInDialogs(run.app, []);
      await clickMenu(run.app, 'import-files');
      await expect
        .poll(async () => (await asked()).dialogs.at(-1)?.properties)
        .toEqual(['openFile', 'multiSelections']);
      await chooseInDialogs(run.app, [more]);
      await clickMenu(run.app, 'import-folder');
      await expect.poll(images, { timeout: 60_000 }).toBe(before + 3);
      expect((await asked()).dialogs.at(-1)?.properties).toEqual(['openDirectory', 'multiSelections']);
    },
    WORK_MS,
  );

  it(
    'exports the project to the place that is chosen, and imports a pack that is chosen',
    async () => {
      const { images } = await askContract(run.page, 'project.summary', {});
      const { packStatus } = new SettingsPage(run.page);
      const pack = join(made.root, 'along.thawpack');
      await new AppPage(run.page).closeDialog(); // how the import before ended
      await clickMenu(run.app, 'export-project');
      await chooseInDialogs(run.app, [pack]);
      await run.page.getByRole('button', { name: 'Export …' }).click();
      await packStatus.getByText(`${pack}: photos: ${images}`).waitFor({ timeout: WORK_MS });
      expect((await asked()).dialogs.at(-1)?.defaultPath).toMatch(/\.thawpack$/);
      expect(existsSync(pack)).toBe(true);
      await clickMenu(run.app, 'import-pack');
      await packStatus.getByText(`Here already: photos: ${images}`).waitFor({ timeout: WORK_MS });
    },
    WORK_MS,
  );

  it(
    'makes a project in the folder that is chosen, and opens one again',
    async () => {
      const folder = join(made.root, 'Another');
      await answerQuestions(run.app, 0); // what still runs may stop
      await chooseInDialogs(run.app, [folder]);
      await clickMenu(run.app, 'new-project');
      await expect.poll(() => projectState(run.app), { timeout: 60_000 }).toMatchObject({ state: 'open', folder });
      await chooseInDialogs(run.app, [made.project]);
      await clickMenu(run.app, 'open-project');
      await expect
        .poll(() => projectState(run.app), { timeout: 60_000 })
        .toMatchObject({ state: 'open', folder: made.project });
    },
    WORK_MS,
  );
});
