/** The story in both ways: depth, augmentation, training, stop and resume, compare, 10-crop, use. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AppRun, waysToRun } from '../../fixtures/app.ts';
import { askContract } from '../../fixtures/ask-contract.ts';
import { dropFiles } from '../../fixtures/drop-files.ts';
import { makeHeldOutProject, type TestProject } from '../../fixtures/projects.ts';
import { samplePhotos } from '../../fixtures/thaw-command.ts';
import { AppPage } from '../../pages/app-page.ts';
import { RunPage } from '../../pages/run-page.ts';
import { TrainPage } from '../../pages/train-page.ts';

const TRAINING_MS = 600_000; // until an epoch, or the end, is seen
const LONG_EPOCHS = 500;

describe.each(waysToRun('training'))('training in $name', ({ why, launch }) => {
  describe.skipIf(why !== null)('one after the other', () => {
    let made: TestProject;
    let run: AppRun;
    const app = (): AppPage => new AppPage(run.page());
    const trainPage = (): TrainPage => new TrainPage(run.page());
    const runPage = (): RunPage => new RunPage(run.page());
    beforeAll(async () => {
      made = await makeHeldOutProject();
      run = await launch({ project: made.project });
    });
    afterAll(async () => {
      await run?.close();
      made?.remove();
    });

    it('moves the slider to three depths: the costs change, and the way the network learns with them', async () => {
      await app().goTo('Train');
      const page = trainPage();
      await page.slider.waitFor();
      await expect.poll(() => page.start.isEnabled()).toBe(true);
      const last = Number(await page.slider.getAttribute('aria-valuemax'));
      const labels = ['Parameters that learn', 'Multiplications a photo', 'Features on disk', 'Memory at most'];
      const shown = (): Promise<string[]> => Promise.all(labels.map((label) => page.cost(label)));
      const costs: string[][] = [];
      for (const depth of [last, last - 4, 0]) {
        await page.moveTo(depth);
        await expect.poll(shown).not.toContain('–'); // planned
        costs.push(await shown());
      }
      for (const at of [0, 1, 2, 3]) expect(new Set(costs.map((row) => row[at])).size, `cost ${at}`).toBe(3);
      expect(await page.slider.getAttribute('aria-valuetext')).toBe('Nothing is frozen');
      const box = (await page.slider.locator('..').boundingBox())!;
      await run.page().mouse.click(box.x + box.width - 2, box.y + box.height / 2); // by mouse: to the right end
      await expect.poll(() => page.depth()).toBe(last);
    });

    it('shows what an augmentation does to the project’s own photos, and shows it anew when it changes', async () => {
      const page = trainPage();
      await page.choosePreset('Photo');
      await expect.poll(() => page.previews.count()).toBeGreaterThanOrEqual(4);
      const before = await page.previewSources();
      await expect
        .poll(() =>
          page.previews.evaluateAll((all) => all.every((image) => (image as HTMLImageElement).naturalWidth > 0)),
        )
        .toBe(true);
      await page.choosePreset('Inception');
      await expect
        .poll(async () => (await page.previewSources()).every((source) => !before.includes(source)))
        .toBe(true);
      await page.choosePreset('None');
    });

    it('takes a distribution of one’s own and a colour for the border, by keys', async () => {
      const page = trainPage();
      await page.choosePreset('None');
      await page.setByKeys('Probability of Shift of R, G, B', ['End']);
      await page.chooseIn('Distribution of the shifts', 'histogram');
      const bars = page.bars();
      await expect.poll(() => bars.count()).toBe(11);
      await bars.first().focus();
      await bars.first().press('End');
      await expect.poll(() => bars.first().getAttribute('aria-valuenow')).toBe('100');
      await page.chooseIn('Border', 'colour');
      await page.borderColour().fill('#ff8000');
      const before = await page.previewSources();
      await bars.nth(5).press('Home');
      await expect
        .poll(async () => (await page.previewSources()).every((source) => !before.includes(source)))
        .toBe(true);
      await page.choosePreset('None');
    });

    it('trains the softmax and says what it reached', async () => {
      await trainPage().train('Softmax');
      await runPage().evaluate.waitFor({ timeout: TRAINING_MS });
      expect(await run.page().locator('main h2').first().innerText()).toBe('Softmax');
      await runPage().curve('Accuracy').waitFor();
      const runs = await askContract(run.page(), 'runs.list', {});
      expect(runs).toEqual([expect.objectContaining({ name: 'Softmax', status: 'done' })]);
    });

    it('draws curves while it trains, stops at a checkpoint and goes on from there', async () => {
      await app().goTo('Train');
      const page = trainPage();
      await page.moveTo((await page.depth()) - 2);
      await page.setEpochs(LONG_EPOCHS);
      await page.train('Deeper');
      await expect.poll(() => runPage().epochs(), { timeout: TRAINING_MS }).toBeGreaterThan(2);
      await runPage().curve('Accuracy').waitFor();
      const early = await runPage().epochs();
      await expect.poll(() => runPage().epochs(), { timeout: TRAINING_MS }).toBeGreaterThan(early); // live
      await runPage().pause.click();
      await runPage().resume.waitFor();
      const kept = await runPage().epochs();
      expect(kept).toBeGreaterThan(early);
      await runPage().resume.click();
      await expect.poll(() => runPage().epochs(), { timeout: TRAINING_MS }).toBeGreaterThan(kept);
    });

    it('fault 34: goes on while the page is closed; opened again it shows the whole history, and can be finished', async () => {
      const before = await runPage().epochs();
      const address = new URL(run.page().url()).hash.split('/').slice(1);
      await run.reopen();
      await app().goToAddress(...address);
      await expect.poll(() => runPage().epochs(), { timeout: TRAINING_MS }).toBeGreaterThan(before);
      await runPage().finish.click();
      await runPage().evaluate.waitFor({ timeout: TRAINING_MS });
      const done = (await askContract(run.page(), 'runs.list', {})).find(({ name }) => name === 'Deeper')!;
      const { epochs } = await askContract(run.page(), 'runs.curves', { runId: done.runId });
      expect(epochs.map(({ epoch }) => epoch)).toEqual(epochs.map((_, at) => at)); // none twice, none missing
      expect(epochs.length).toBeGreaterThanOrEqual(before);
      expect(epochs.length).toBeLessThan(LONG_EPOCHS);
    });

    it('compares both on the same photos and says whether the difference is real', async () => {
      await app().goTo('Runs');
      for (const name of ['Softmax', 'Deeper'])
        await run
          .page()
          .getByRole('checkbox', { name: `Select ${name}` })
          .check();
      await run.page().getByRole('button', { name: 'Compare', exact: true }).click();
      const verdict = run
        .page()
        .getByText(/^No difference: .* are right on the very same of the|^No real difference|is better than/);
      await verdict.first().waitFor({ timeout: TRAINING_MS });
      await run.page().getByRole('heading', { name: 'Settings that differ' }).waitFor();
      await expect.poll(() => run.page().locator('main').innerText()).toContain('What learns');
    });

    it('compares on validation photos unless asked otherwise, and asks before it looks at the test photos', async () => {
      const main = run.page().getByRole('main');
      expect(await main.getByRole('radio', { name: /^Validation/ }).isChecked()).toBe(true);
      await main.getByText(/^Test \d+$/).click();
      await main.getByRole('heading', { name: 'Compare on the test photos?' }).waitFor();
      const { jobs } = await askContract(run.page(), 'jobs.list', {});
      expect(jobs.filter(({ state }) => state === 'running')).toEqual([]); // nothing is looked at before the answer
      await main.getByRole('button', { name: 'Use validation' }).click();
      await expect.poll(() => main.getByRole('radio', { name: /^Validation/ }).isChecked()).toBe(true);
    });

    it('looks at each photo ten times when asked to, and says what that gave', async () => {
      const [first] = await askContract(run.page(), 'runs.list', {});
      await app().goToAddress('evaluate', first!.runId);
      const card = run.page().getByRole('region', { name: '10-crop' });
      await card.getByText('10 looks at each photo').waitFor();
      await card.getByRole('button', { name: /^Evaluate/ }).click();
      await card.getByText(/\d+ of \d+ right/).waitFor({ timeout: TRAINING_MS });
      await expect.poll(() => card.innerText()).toMatch(/\d %|\d%/);
    });

    it('answers for dropped photos that it never learned from, and adds none', async () => {
      await app().goTo('Use');
      await run.page().getByText('Drop photos here').waitFor();
      await dropFiles(run.page(), [
        join(samplePhotos, 'Tigger', 'tigger-19.jpg'),
        join(samplePhotos, 'Misty', 'misty-19.jpg'),
      ]);
      const answers = run.page().getByRole('region', { name: 'Answers by class' });
      await answers.waitFor({ timeout: TRAINING_MS });
      await expect.poll(() => answers.getByRole('button').count()).toBe(2);
      await expect.poll(() => answers.innerText()).toMatch(/\d %|\d%/);
      const { images } = await askContract(run.page(), 'project.summary', {});
      expect(images).toBe(66); // looked at, not added
    });
  });
});
