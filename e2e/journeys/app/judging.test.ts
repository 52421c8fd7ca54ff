/** Labels put right, the softmax retrained, the matrix that shows what changed; and the dial between own photos and strangers. In both ways. */
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClassName } from '../../../shared/domain/ids.ts';
import { Recipe } from '../../../shared/domain/recipe.ts';
import { findAccessibilityFaults } from '../../fixtures/accessibility.ts';
import { type AppRun, waysToRun } from '../../fixtures/app.ts';
import { askContract } from '../../fixtures/ask-contract.ts';
import { focused, tabTo } from '../../fixtures/keyboard.ts';
import { makeProject, type TestProject } from '../../fixtures/projects.ts';
import { samplePhotos } from '../../fixtures/thaw-command.ts';
import { AppPage } from '../../pages/app-page.ts';

const LIMIT_MS = 600_000;

describe.each(waysToRun('judging'))('judging in $name', ({ why, launch }) => {
  describe.skipIf(why !== null)('a run on two cats, one of them called neither', () => {
    let made: TestProject;
    let run: AppRun;
    let runId = '';
    beforeAll(async () => {
      made = await makeProject({ Misty: [0, 19], neither: [21, 40] });
      run = await launch({ project: made.project });
      const recipe = Recipe.parse({ epochs: 8, weightDecay: 1 });
      await askContract(run.page(), 'runs.train', {
        backbone: 'tf_efficientnet_lite0',
        freeze: 'all',
        seed: 1,
        recipe,
      });
      runId = (await askContract(run.page(), 'runs.list', {}))[0]!.runId;
    }, LIMIT_MS);
    afterAll(async () => {
      await run?.close();
      made?.remove();
    });

    it(
      'learns from a corrected label in a new run, and the matrix shows its row',
      async () => {
        const page = run.page();
        const app = new AppPage(page);
        await app.goToAddress('evaluate', runId);
        await page.getByRole('button', { name: 'Evaluate', exact: true }).first().click();
        await page.getByRole('list', { name: 'Photos of the cell' }).getByRole('button').first().click();
        await page.getByRole('combobox', { name: 'Label as' }).click();
        await page.getByRole('option', { name: 'No label' }).click();
        await app.messages.getByText(/1 photo has no label now/).waitFor();
        const total = async (): Promise<number> => {
          const { selectionTotal } = (await askContract(page, 'runs.list', {}))[0]!; // the newest
          return selectionTotal!;
        };
        const before = await total();
        await page.getByRole('button', { name: 'Retrain the softmax' }).click();
        await page.getByText(/It took/).waitFor({ timeout: LIMIT_MS });
        expect(await total()).toBe(before - 1);
        const cells = page.getByRole('table', { name: 'Confusion matrix' }).nth(1).locator('tbody td');
        const counted = async (): Promise<number> =>
          (await cells.allInnerTexts()).reduce((sum, text) => sum + Number.parseInt(text, 10), 0);
        await expect.poll(counted).toBe(before - 1);
        expect(await findAccessibilityFaults(page)).toEqual([]);
        await page.getByRole('button', { name: 'Measure now' }).click();
        await page.getByText(/How sure it may be is measured/).waitFor({ timeout: LIMIT_MS });
        const [newest] = await askContract(page, 'runs.list', {});
        expect((await askContract(page, 'runs.judgement', { runId: newest!.runId })).judgement).not.toBeNull();
      },
      LIMIT_MS,
    );

    it(
      'by keys alone leaves a photo of a cell out, and takes that back',
      async () => {
        const page = run.page();
        const app = new AppPage(page);
        const photos = async () => (await askContract(page, 'library.photos', { offset: 0, limit: 100 })).photos;
        const left = async (): Promise<string[]> =>
          (await photos()).filter(({ isExcluded }) => isExcluded).map(({ imageId }) => imageId);
        await app.goToAddress('evaluate', runId);
        const matrix = page.getByRole('table', { name: 'Confusion matrix' }).first();
        const evaluate = page.getByRole('button', { name: 'Evaluate', exact: true }).first();
        await matrix.or(evaluate).first().waitFor({ timeout: LIMIT_MS });
        if (await evaluate.isVisible()) await evaluate.press('Enter');
        const cells = matrix.getByRole('button');
        await cells.first().waitFor({ timeout: LIMIT_MS });
        await tabTo(cells);
        const [truth, answer] = (await focused(page).getAttribute('data-cell'))!.split(' ').map(Number);
        if (truth !== answer) await page.keyboard.press(answer! > truth! ? 'ArrowLeft' : 'ArrowRight'); // mistakes are few
        await page.keyboard.press('Enter');
        const list = page.getByRole('list', { name: 'Photos of the cell' });
        const tiles = list.getByRole('button');
        await tiles.first().waitFor({ timeout: LIMIT_MS });
        const before = await tiles.count();
        expect(before).toBeGreaterThan(1);
        const cell = matrix.locator('[aria-pressed="true"]');
        const told = (await cell.getAttribute('aria-label'))!;
        await tabTo(tiles);
        await page.keyboard.press('Space');
        await page.getByText('1 selected').waitFor();
        expect(await findAccessibilityFaults(page)).toEqual([]);
        await tabTo(page.getByRole('button', { name: 'Leave out', exact: true }), 'Shift+Tab');
        await page.keyboard.press('Enter');
        const leftOut = app.messages.filter({ hasText: '1 photo is left out from now on' });
        await leftOut.waitFor();
        await tabTo(leftOut.getByRole('button', { name: 'Undo' })); // that of the label before may still stand there; it stays as long as the keyboard is on it
        expect(await left()).toHaveLength(1);
        await expect.poll(() => tiles.count()).toBe(before - 1);
        await expect.poll(() => cell.getAttribute('aria-label')).not.toBe(told);
        await page.keyboard.press('Enter');
        await expect.poll(left, { timeout: LIMIT_MS }).toEqual([]);
        await expect.poll(() => tiles.count()).toBe(before);
        await expect.poll(() => cell.getAttribute('aria-label')).toBe(told);
      },
      LIMIT_MS,
    );

    it(
      'moves the dial between own photos missed and strangers let in, without an answer more, and keeps it',
      async () => {
        const page = run.page();
        const app = new AppPage(page);
        await app.goToAddress('evaluate', runId, 'neither');
        await page.getByRole('button', { name: 'Measure', exact: true }).click();
        const thumb = page.getByRole('slider', { name: 'How known must a photo be?' });
        await thumb.waitFor({ timeout: LIMIT_MS });
        const jobs = async (): Promise<number> => (await askContract(page, 'jobs.list', {})).jobs.length;
        const asked = await jobs();
        await thumb.press('End');
        const missed = async (): Promise<string | undefined> =>
          /Own photos missed: (\d+ of \d+)/.exec(await page.locator('body').innerText())?.[1];
        await expect.poll(missed).toMatch(/^([1-9]\d*) of \1$/); // all of them
        await page.getByText('None is let in here.').waitFor();
        await page.getByRole('button', { name: 'Keep with the run' }).click();
        await page.getByText('Kept with the run', { exact: true }).waitFor();
        expect(await jobs()).toBe(asked);
        const kept = (await askContract(page, 'runs.judgement', { runId: runId as never })).judgement!;
        expect([kept.isChosen, kept.neitherClass]).toEqual([true, 'neither']);
        expect(await findAccessibilityFaults(page)).toEqual([]);
      },
      LIMIT_MS,
    );

    it(
      'finds strangers in a folder, makes one neither by a key, and takes that back',
      async () => {
        const page = run.page();
        const street = join(made.root, 'street');
        mkdirSync(street);
        for (const file of readdirSync(join(samplePhotos, 'neither')).slice(0, 4))
          copyFileSync(join(samplePhotos, 'neither', file), join(street, file));
        const labelled = async (): Promise<number> => {
          const { classes } = await askContract(page, 'library.classes', {});
          return classes.find(({ name }) => name === 'neither')!.photos;
        };
        const before = await labelled();
        await run.pick(street);
        await page.getByRole('button', { name: 'Choose a folder' }).click();
        const tiles = page.getByRole('list', { name: 'Find my worst strangers' }).getByRole('button');
        await tiles.first().waitFor({ timeout: LIMIT_MS });
        await expect.poll(() => tiles.count()).toBe(4);
        await tiles.first().focus();
        await tiles.first().press('n');
        await expect.poll(labelled, { timeout: LIMIT_MS }).toBe(before + 1);
        const told = new AppPage(page).messages.filter({ hasText: '1 photo is neither now' });
        await told.getByRole('button', { name: 'Undo' }).click();
        await expect.poll(labelled, { timeout: LIMIT_MS }).toBe(before);
        expect(await findAccessibilityFaults(page)).toEqual([]);
      },
      LIMIT_MS,
    );

    it(
      'finds labels that were made wrong; by keys one is put right, and taken back',
      async () => {
        const page = run.page();
        const photos = async () => (await askContract(page, 'library.photos', { offset: 0, limit: 100 })).photos;
        const isLearnt = ({ className, side }: { className: string | null; side: string | null }): boolean =>
          className === 'Misty' && side !== 'test';
        const wrong = (await photos()).filter(isLearnt).slice(0, 2);
        const misty = async (): Promise<number> =>
          (await photos()).filter(({ className, isExcluded }) => className === 'Misty' && !isExcluded).length;
        const imageIds = wrong.map(({ imageId }) => imageId);
        await askContract(page, 'library.label', { imageIds, className: ClassName.parse('neither') });
        const recipe = Recipe.parse({ epochs: 8, weightDecay: 1 });
        const wish = { backbone: 'tf_efficientnet_lite0', freeze: 'all', seed: 1, recipe };
        const misled = (await askContract(page, 'runs.train', wish)).runId;
        const before = await misty();
        await new AppPage(page).goToAddress('evaluate', misled, 'labels');
        await page.getByRole('button', { name: 'Search', exact: true }).click();
        const planted = page.getByRole('listitem').filter({ hasText: 'It is Misty' }).first();
        await planted.waitFor({ timeout: LIMIT_MS });
        expect(await findAccessibilityFaults(page)).toEqual([]);
        const told = new AppPage(page).messages.filter({ hasText: 'The photo is Misty now' });
        await planted.press('Enter');
        await expect.poll(misty, { timeout: LIMIT_MS }).toBe(before + 1);
        await told.getByRole('button', { name: 'Undo' }).click();
        await expect.poll(misty, { timeout: LIMIT_MS }).toBe(before);
      },
      LIMIT_MS,
    );
  });
});
