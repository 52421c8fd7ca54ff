/** More looks at a photo, and runs that answer together: weighed, saved, shown the test photos once, used. In both ways. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Recipe } from '../../../shared/domain/recipe.ts';
import { findAccessibilityFaults } from '../../fixtures/accessibility.ts';
import { waysToRun } from '../../fixtures/app.ts';
import { askContract } from '../../fixtures/ask-contract.ts';
import { dropFiles } from '../../fixtures/drop-files.ts';
import { openedApp, trainSoftmax } from '../../fixtures/opened-app.ts';
import { samplePhotos } from '../../fixtures/thaw-command.ts';
import { AppPage } from '../../pages/app-page.ts';

const LONG_MS = 600_000;

describe.each(waysToRun('crops and ensembles'))('crops and ensembles in $name', ({ why, launch }) => {
  describe.skipIf(why !== null)('with two finished runs', () => {
    let runId = '';
    const { run, made } = openedApp(launch, {
      photos: { Misty: [0, 19], Tigger: [21, 40] },
      limitMs: LONG_MS,
      begin: async ({ page }) => {
        for (const seed of [1, 2])
          runId = (await trainSoftmax(page(), { epochs: 1 + seed, weightDecay: 1, seed })).runId;
      },
    });

    it(
      'draws accuracy against the number of crops, with what each costs',
      async () => {
        const page = run().page();
        await new AppPage(page).goToAddress('evaluate', runId, 'crops');
        await page.getByRole('button', { name: /^Draw the curve/ }).click({ timeout: LONG_MS });
        const table = page.getByRole('table', { name: 'Right answers against the number of crops' });
        await table.waitFor({ timeout: LONG_MS });
        await expect
          .poll(async () => (await table.locator('tbody tr').allInnerTexts()).map((row) => Number(row.split('\t')[1])))
          .toEqual([1, 2, 4, 8, 10, 16]);
        const rows = await table.locator('tbody tr').allInnerTexts();
        expect(rows.every((row) => Number(row.split('\t')[2]!.replaceAll(',', '')) > 0)).toBe(true);
        expect(await findAccessibilityFaults(page)).toEqual([]);
      },
      LONG_MS,
    );

    it(
      'weighs two runs, saves them, and shows them the test photos once',
      async () => {
        const page = run().page();
        await new AppPage(page).goToAddress('evaluate', runId, 'ensemble');
        const members = page.getByLabel('Members of the ensemble');
        await expect.poll(() => members.getByRole('checkbox').count()).toBe(2);
        for (const box of await members.getByRole('checkbox').all()) await box.check();
        await page.getByRole('button', { name: 'Find weights' }).click();
        await page.getByRole('button', { name: 'Save: Equal weights' }).click({ timeout: LONG_MS });
        const saved = page.getByRole('listitem', { name: 'Ensemble of 2 · Equal weights' });
        await saved.getByRole('button', { name: 'Show it the test photos' }).click();
        await saved.getByText(/right on the test photos/).waitFor({ timeout: LONG_MS });
        const [ensemble] = (await askContract(page, 'ensembles.list', {})).ensembles;
        expect(ensemble!.members.map(({ weight }) => weight)).toEqual([0.5, 0.5]);
        expect(ensemble!.test).not.toBeNull();
        expect(await findAccessibilityFaults(page)).toEqual([]);
      },
      LONG_MS,
    );

    it(
      'draws the front of accuracy and cost, and writes the ensemble as one file that was checked',
      async () => {
        const page = run().page();
        await page.getByRole('button', { name: 'Draw the front' }).click();
        const rows = page.getByRole('table', { name: 'Accuracy and cost' }).locator('tbody tr');
        await rows.first().waitFor({ timeout: LONG_MS });
        await expect.poll(() => rows.first().innerText()).toMatch(/Centre\s+[\d.]+\s+[\d.]+ MB\s+\d/);
        const saved = page.getByRole('listitem', { name: 'Ensemble of 2 · Equal weights' });
        const file = join(made().root, 'both.onnx');
        if (run().way === 'browser') {
          await saved.getByRole('button', { name: /^Export as ONNX/ }).click();
          const path = saved.getByRole('textbox');
          await path.fill(file);
          await path.press('Enter');
        } else {
          await run().pickTarget(file);
          await saved.getByRole('button', { name: /^Export as ONNX/ }).click();
        }
        await saved.getByText(/^Written and checked: (\d+) of \1 answers as its members/).waitFor({ timeout: LONG_MS });
        expect(statSync(file).size).toBeGreaterThan(10_000_000);
      },
      LONG_MS,
    );

    it(
      'shows what one run fixed and the other broke as pictures, with a sentence on whether that was luck',
      async () => {
        const page = run().page();
        const recipe = Recipe.parse({ epochs: 1 }); // from nothing: it guesses
        const wish = { backbone: 'lenet5@scratch', freeze: 'none', seed: 3, recipe };
        const poor = (await askContract(page, 'runs.train', wish)).runId;
        const { classes } = await askContract(page, 'project.summary', {});
        const split = classes.some(({ val }) => val > 0) ? 'val' : 'test';
        await new AppPage(page).goToAddress('compare', poor, runId);
        if (split === 'test') await page.getByRole('button', { name: 'Compare and count the look' }).click();
        const verdict = page.getByText(/^No (real )?difference|and that is hardly luck\.$/);
        await verdict.first().waitFor({ timeout: LONG_MS });
        const asked = { first: poor, second: runId as typeof poor, split, views: 'centre' } as const;
        const { fixed, broken } = await askContract(page, 'runs.compare', asked);
        expect(fixed.length).toBeGreaterThan(0);
        for (const [name, photos] of [
          ['Fixed', fixed],
          ['Broken', broken],
        ] as const) {
          const gallery = page.getByRole('region', { name });
          await expect
            .poll(() => gallery.getByRole('img').count(), { timeout: LONG_MS })
            .toBe(Math.min(24, photos.length));
        }
        expect(await findAccessibilityFaults(page)).toEqual([]);
      },
      LONG_MS,
    );

    it(
      'answers new photos with the saved ensemble, and sorts them by it, as by a run',
      async () => {
        const page = run().page();
        await new AppPage(page).goToAddress('use');
        await page.getByRole('combobox', { name: 'Who answers' }).click({ timeout: LONG_MS });
        await page.getByRole('option', { name: 'Ensemble of 2 · Equal weights' }).click();
        await page.getByText(/2 runs answer together/).waitFor();
        await dropFiles(page, [join(samplePhotos, 'Tigger')]);
        await page.getByRole('button', { name: 'Sort into folders' }).click({ timeout: LONG_MS });
        const app = new AppPage(page);
        await app.dialog.getByRole('slider').press('Home', { timeout: LONG_MS });
        const sorted = join(made().root, 'sorted together');
        await app.dialog.getByRole('textbox', { name: 'Folder to sort into' }).fill(sorted);
        const photos = readdirSync(join(samplePhotos, 'Tigger')).length;
        await app.dialog.getByRole('button', { name: `Copy ${photos} photos` }).click();
        await app.dialog.getByText(`${photos} photos copied`).waitFor({ timeout: LONG_MS });
        expect(await findAccessibilityFaults(page)).toEqual([]);
        const { sorts } = await askContract(page, 'sort.list', {});
        const [ensemble] = (await askContract(page, 'ensembles.list', {})).ensembles;
        expect(sorts[0]).toMatchObject({ ensembleId: ensemble!.ensembleId, sorted: photos, review: 0 });
        await app.dialog.getByRole('button', { name: 'Undo' }).click();
        await page.getByText(`${photos} photos are as they were`).waitFor({ timeout: LONG_MS });
        expect(existsSync(sorted)).toBe(false);
      },
      LONG_MS,
    );
  });
});
