/** What breaks under the app: its engine, its page, its database, its folder, a second instance. In both ways. */
import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type AppRun, waysToRun } from '../../fixtures/app.ts';
import { askContract } from '../../fixtures/ask-contract.ts';
import { launchElectron } from '../../fixtures/electron.ts';
import { makePhotoFolder } from '../../fixtures/photo-folders.ts';
import { makeHeldOutProject, makeProject, type TestProject } from '../../fixtures/projects.ts';
import { thawJson } from '../../fixtures/thaw-command.ts';
import { AppPage } from '../../pages/app-page.ts';
import { PhotosPage } from '../../pages/photos-page.ts';
import { RunPage } from '../../pages/run-page.ts';
import { TrainPage } from '../../pages/train-page.ts';

const TRAINING_MS = 600_000;
const THREE_TRAININGS_MS = 3 * TRAINING_MS; // the whole of a test may take what its waits may take
const PHOTOS = 16; // of the small project: all fit in the window
const ways = waysToRun('accidents');

describe.each(ways)('accidents in $name', ({ name, why, launch }) => {
  describe.skipIf(why !== null)('each with a project of its own', () => {
    let made: TestProject;
    let run: AppRun | null = null;
    const small = async (): Promise<void> => {
      made = await makeProject({ Misty: [0, 8], Tigger: [21, 29] });
    };
    afterEach(async () => {
      await run?.close();
      run = null;
      made.remove();
    });

    it(
      'a killed engine ends the training with a reason; the run can be resumed and finished',
      async () => {
        made = await makeHeldOutProject();
        run = await launch({ project: made.project });
        const page = run.page();
        await new AppPage(page).goTo('Train');
        const train = new TrainPage(page);
        await expect.poll(() => train.start.isEnabled(), { timeout: TRAINING_MS }).toBe(true);
        await train.moveTo((await train.depth()) - 2);
        await train.setEpochs(500);
        await train.train('Killed');
        const seen = new RunPage(page);
        await expect.poll(() => seen.epochs(), { timeout: TRAINING_MS }).toBeGreaterThan(1);
        process.kill(run.engine()!, 'SIGKILL');
        await seen.resume.waitFor();
        await expect.poll(() => page.getByRole('alert').first().innerText()).toMatch(/stopped|ended|killed|SIGKILL/i);
        await seen.resume.click();
        await expect.poll(() => seen.epochs(), { timeout: TRAINING_MS }).toBeGreaterThan(1);
        await seen.finish.click();
        await seen.evaluate.waitFor({ timeout: TRAINING_MS });
      },
      THREE_TRAININGS_MS,
    );

    it('fault 19: a damaged database is put aside, never written over, and it is said', async () => {
      await small();
      const database = join(made.project, 'thaw.sqlite');
      const file = openSync(database, 'r+');
      writeSync(file, Buffer.alloc(4096), 0, 4096, 0); // header and first page
      closeSync(file);
      const damaged = readFileSync(database);
      if (name === 'browser') {
        const opening = launch({ project: made.project });
        await expect(opening).rejects.toThrow(/PROJECT_DAMAGED.*Your photos were not touched/);
      } else {
        const opened = await launchElectron({ project: made.project });
        await opened.page.getByRole('heading', { name: /could not be opened/ }).waitFor();
        await opened.page.getByText('Your photos were not touched').waitFor();
        await opened.close();
      }
      const kept = readdirSync(made.project).filter((one) => one.startsWith('thaw.sqlite.damaged-'));
      expect(kept.map((one) => readFileSync(join(made.project, one)).equals(damaged))).toEqual([true]);
    });

    it('a killed host: the window says that the line is lost; the desktop app starts it again and nothing is missing', async () => {
      await small();
      run = await launch({ project: made.project });
      const page = run.page();
      const photos = new PhotosPage(page);
      await photos.photo('0.jpg').click();
      await page.keyboard.press('2');
      await expect.poll(() => photos.labelOf('0.jpg')).toBe('Tigger');
      await expect.poll(async () => (await askContract(page, 'library.history', {})).undo?.kind).toBe('label');
      const before = run.host();
      process.kill(before, 'SIGKILL');
      if (name === 'browser') {
        await page.getByRole('alert').filter({ hasText: 'Connection lost' }).waitFor();
        return;
      }
      const history = (): Promise<unknown> =>
        askContract(page, 'library.history', {}).then(
          ({ undo }) => undo,
          () => null, // it is not back yet
        );
      await expect.poll(history).toMatchObject({ kind: 'label', className: 'Tigger' });
      expect(run.host()).not.toBe(before);
      await page.getByText('Ready', { exact: true }).waitFor();
      await page.keyboard.press('Control+z');
      await expect.poll(() => photos.labelOf('0.jpg')).toBe('Misty');
    });

    it.skipIf(name !== 'browser')('pictures that a broken tunnel lost come once it holds again', async () => {
      await small();
      run = await launch({ project: made.project });
      const page = run.page();
      const { grid } = new PhotosPage(page);
      let isBroken = true;
      let breakLine: () => void = () => undefined;
      await page.route('**/thumb/**', (route) => (isBroken ? route.abort() : route.continue()));
      await page.routeWebSocket('**/contract', (line) => {
        line.connectToServer();
        breakLine = () => void line.close();
      });
      await page.reload();
      const here = (): Promise<number> =>
        grid
          .locator('img')
          .evaluateAll((all) => all.filter((one) => (one as HTMLImageElement).naturalWidth > 0).length);
      await grid.getByRole('gridcell').first().waitFor();
      await expect.poll(() => grid.getByRole('gridcell').count()).toBe(PHOTOS);
      expect(await here()).toBe(0);
      isBroken = false;
      breakLine();
      await expect.poll(here).toBe(PHOTOS);
    });

    it('fault 35: a second front end sees the same project, and what one changes the other shows', async () => {
      await small();
      run = await launch({ project: made.project });
      const photos = new PhotosPage(run.page());
      const more = makePhotoFolder(join(made.root, 'more'), { Misty: [8, 10] });
      const imported = await thawJson<{ imported: number }>('import', more, '--project', made.project);
      expect(imported.imported).toBe(2);
      await run.page().getByText('18 photos').waitFor();
      await photos.photo('9.jpg').waitFor();
      await expect.poll(() => photos.labelOf('9.jpg')).toBe('Misty');
    });
  });
});
