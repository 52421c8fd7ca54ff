/** Weights that a person adds: a file, what it held, whether it fits, a look at the network, and gone again. In both ways. */
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findAccessibilityFaults } from '../../fixtures/accessibility.ts';
import { waysToRun } from '../../fixtures/app.ts';
import { openedApp } from '../../fixtures/opened-app.ts';
import { samplePhotos } from '../../fixtures/thaw-command.ts';
import { AppPage } from '../../pages/app-page.ts';
import { SettingsPage } from '../../pages/settings-page.ts';
import { TrainPage } from '../../pages/train-page.ts';

const IMPORT_MS = 600_000;
const SELF_TEST_MS = 600_000;
const CATS = 20; // drawn ones, of which a network of photos need not know any; the least that a self-test takes
const TABBY = 'n02123045'; // what ImageNet calls Tigger
const shipped = join(import.meta.dirname, '../../../resources/backbones/tf_efficientnet_lite0/model.safetensors');

function knownCats(folder: string): string {
  mkdirSync(folder);
  const files = readdirSync(join(samplePhotos, 'Tigger'))
    .filter((file) => file.endsWith('.jpg'))
    .sort();
  for (const [at, file] of files.slice(0, CATS).entries())
    copyFileSync(join(samplePhotos, 'Tigger', file), join(folder, `${TABBY}_${at}.jpg`));
  return folder;
}

describe.each(waysToRun('added weights'))('weights added in $name', ({ why, launch }) => {
  describe.skipIf(why !== null)('of a file', () => {
    const { run, made } = openedApp(launch, {
      photos: { Misty: [0, 6], Tigger: [21, 27] },
      limitMs: IMPORT_MS,
      begin: ({ page }) => new AppPage(page()).goTo('Settings'),
    });

    it(
      'says of a file that holds no weights what is wrong with it, and keeps nothing',
      async () => {
        const settings = new SettingsPage(run().page());
        const file = join(made().root, 'holiday.h5');
        writeFileSync(file, 'no weights at all');
        await settings.addWeights(file);
        await settings.failure.filter({ hasText: 'holiday.h5' }).waitFor({ timeout: IMPORT_MS });
        expect(await settings.kept.count()).toBe(0);
      },
      IMPORT_MS,
    );

    it(
      'keeps those that fit, and reports what was in the file',
      async () => {
        const page = run().page();
        const settings = new SettingsPage(page);
        await settings.addWeights(shipped);
        await settings.report.getByText(/kept, \d+ tensors fit/).waitFor({ timeout: IMPORT_MS });
        expect(await settings.report.innerText()).toMatch(/missing 0, other shape 0, left over 0/);
        await settings.kept.first().waitFor();
        expect(await settings.kept.count()).toBe(1);
        expect(await settings.kept.innerText()).toContain('model.safetensors');
        expect(await findAccessibilityFaults(page)).toEqual([]);
      },
      IMPORT_MS,
    );

    it(
      'tests them on photos whose class is known',
      async () => {
        const settings = new SettingsPage(run().page());
        const dialog = await settings.selfTest(knownCats(join(made().root, 'known')));
        const verdict = dialog.getByRole('status');
        await verdict
          .getByText(/right at once/)
          .first()
          .waitFor({ timeout: SELF_TEST_MS });
        const told = await verdict.innerText();
        expect(told).toMatch(/The preprocessing fits|Another preprocessing is better|No way is better than guessing/);
        expect(told).toMatch(new RegExp(`\\d+ of ${CATS} right at once .*, \\d+ among five`));
        await verdict.getByText('Ways that were tried').click();
        await expect.poll(() => verdict.getByRole('listitem').count()).toBeGreaterThan(4);
        expect(await findAccessibilityFaults(run().page())).toEqual([]);
        await new AppPage(run().page()).closeDialog();
      },
      SELF_TEST_MS,
    );

    it(
      'draws the network that they are of, cold and warm as the handle stands',
      async () => {
        const page = run().page();
        const app = new AppPage(page);
        const train = new TrainPage(page);
        await new SettingsPage(page).kept.getByRole('button', { name: /^Use in Train/ }).click();
        await train.slider.waitFor();
        await train.moveTo(2);
        await page.getByRole('button', { name: 'Diagram' }).click();
        const drawing = app.dialog.getByRole('img', { name: /stage by stage/ });
        await drawing.waitFor();
        await expect.poll(() => drawing.getAttribute('alt')).toMatch(/EfficientNet-Lite0.*Frozen through/);
        await expect.poll(() => drawing.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
        const states = async (): Promise<string[]> =>
          [...decodeURIComponent((await drawing.getAttribute('src'))!).matchAll(/data-state="(\w+)"/g)].map(
            ([, state]) => state!,
          );
        await expect.poll(async () => (await states()).filter((state) => state === 'frozen')).toHaveLength(2);
        expect(await findAccessibilityFaults(page)).toEqual([]);
        await app.closeDialog();
        await train.moveTo(0);
        await page.getByRole('button', { name: 'Diagram' }).click();
        await drawing.waitFor();
        await expect.poll(async () => [...new Set(await states())]).toEqual(['learning']);
        await app.closeDialog();
      },
      IMPORT_MS,
    );

    it('takes them away again', async () => {
      const page = run().page();
      const app = new AppPage(page);
      const settings = new SettingsPage(page);
      await app.goTo('Settings');
      await settings.kept.getByRole('button', { name: /^Remove/ }).click();
      await app.dialog.getByRole('button', { name: 'Remove', exact: true }).click();
      await page.getByText('None yet. Add a file').waitFor();
      expect(await settings.kept.count()).toBe(0);
    });
  });
});
