/** Where a run looks: from a cell of the matrix to the heat over its photos, and what decides. In both ways. */
import { describe, expect, it } from 'vitest';
import { findAccessibilityFaults } from '../../fixtures/accessibility.ts';
import { waysToRun } from '../../fixtures/app.ts';
import { openedApp, trainSoftmax } from '../../fixtures/opened-app.ts';
import { AppPage } from '../../pages/app-page.ts';

const TRAINING_MS = 600_000;

describe.each(waysToRun('looking'))('looking in $name', ({ why, launch }) => {
  describe.skipIf(why !== null)('from a cell', () => {
    let runId = '';
    const { run } = openedApp(launch, {
      photos: { Misty: [0, 19], Tigger: [21, 40] },
      limitMs: TRAINING_MS,
      begin: async ({ page }) => {
        runId = (await trainSoftmax(page(), { epochs: 5 })).runId;
      },
    });

    it(
      'lays heat over the photos, tells what decides, and asks another stage',
      async () => {
        const page = run().page();
        const app = new AppPage(page);
        await app.goToAddress('evaluate', runId);
        await page.getByRole('button', { name: 'Where does it look?' }).click();
        const photos = app.dialog.getByRole('listitem');
        await app.dialog.getByText(/In \d+ of \d+ photos the background decides/).waitFor({ timeout: TRAINING_MS });
        expect(await photos.count()).toBeGreaterThan(0);
        await expect
          .poll(() => photos.first().innerText())
          .toMatch(/% sure\n.*Warm part blurred.*\n.*Everything else blurred/);
        const heat = photos.first().locator('canvas');
        const paint = (): Promise<number> =>
          heat.evaluate((canvas: HTMLCanvasElement) => {
            const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
            return data.filter((value, at) => at % 4 === 3 && value > 0).length;
          });
        await expect.poll(paint).toBeGreaterThan(0);
        await expect.poll(() => heat.getAttribute('width')).toBe('7');
        expect(await findAccessibilityFaults(page)).toEqual([]);
        await app.dialog.getByRole('switch', { name: 'Show the warm parts' }).click();
        await expect.poll(() => heat.count()).toBe(0);
        await app.dialog.getByRole('switch', { name: 'Show the warm parts' }).click();
        await app.dialog.getByRole('combobox', { name: 'Looked at after' }).click();
        await page.getByRole('option', { name: 'blocks.2' }).click();
        await expect.poll(() => heat.getAttribute('width'), { timeout: TRAINING_MS }).toBe('28');
      },
      TRAINING_MS,
    );
  });
});
