/** What breaks under the app: its engine, its page, its database, its folder, a second instance. In both ways. */
import { closeSync, openSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type AppRun, waysToRun } from '../../fixtures/app.ts';
import { askContract } from '../../fixtures/ask-contract.ts';
import { makePhotoFolder } from '../../fixtures/photo-folders.ts';
import { makeHeldOutProject, makeProject, type TestProject } from '../../fixtures/projects.ts';
import { thawJson } from '../../fixtures/thaw-command.ts';
import { AppPage } from '../../pages/app-page.ts';
import { PhotosPage } from '../../pages/photos-page.ts';
import { RunPage } from '../../pages/run-page.ts';
import { TrainPage } from '../../pages/train-page.ts';

const TRAINING_MS = 90_000;
const ways = waysToRun('accidents');

describe.each(ways)('accidents in $name', ({ why, launch }) => {
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

    it('a killed engine ends the training with a reason; the run goes on from its checkpoint', async () => {
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
      expect(await page.getByRole('alert').first().innerText()).toMatch(/stopped|ended|killed|SIGKILL/i);
      await seen.resume.click();
      await expect.poll(() => seen.epochs(), { timeout: TRAINING_MS }).toBeGreaterThan(1);
      await seen.finish.click();
      await seen.evaluate.waitFor({ timeout: TRAINING_MS });
    });

    it('fault 19: a damaged database is put aside, never written over, and the person is told', async () => {
      await small();
      const database = join(made.project, 'thaw.sqlite');
      const file = openSync(database, 'r+');
      writeSync(file, Buffer.alloc(4096), 0, 4096, 0); // header and first page
      closeSync(file);
      run = await launch({ project: made.project });
      const { notes } = await askContract(run.page(), 'project.info', {});
      expect(notes.join('\n')).toMatch(/damaged|moved|aside|restored/i);
      expect(readdirSync(made.project).some((name) => /thaw.*sqlite.*(damaged|broken)|damaged/i.test(name))).toBe(true);
      await new AppPage(run.page()).goTo('Settings');
      await run.page().getByText('What happened when it was opened').waitFor();
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
      expect(await photos.labelOf('9.jpg')).toBe('Misty');
    });
  });
});
