/** A sweep asked for, watched, stopped, gone on with, and its best put together; a cluster in Settings that nothing is sent to. In both ways. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findAccessibilityFaults } from '../../fixtures/accessibility.ts';
import { waysToRun } from '../../fixtures/app.ts';
import { askContract } from '../../fixtures/ask-contract.ts';
import { openedApp } from '../../fixtures/opened-app.ts';
import { AppPage } from '../../pages/app-page.ts';
import { SweepPage } from '../../pages/sweep-page.ts';

const LIMIT_MS = 600_000;
const TRIALS = 60; // of the sweep that is stopped

describe.each(waysToRun('sweeping'))('sweeping in $name', ({ why, launch }) => {
  describe.skipIf(why !== null)('one project', () => {
    const { run, made } = openedApp(launch, { photos: { Misty: [0, 8], Tigger: [21, 29] }, limitMs: LIMIT_MS });

    it(
      'asks for two rates with two seeds, sees what they showed, and puts the best together',
      async () => {
        const page = run().page();
        const app = new AppPage(page);
        const sweep = new SweepPage(page);
        await app.goTo('Sweeps');
        await page.getByRole('button', { name: 'New sweep' }).click();
        await sweep.fill('Values of Learning rate', '0.0001..0.1');
        await page.getByText('A grid needs values').first().waitFor();
        await expect.poll(() => sweep.start.isDisabled()).toBe(true);
        await sweep.fill('Values of Learning rate', '0.0001, 0.01');
        await sweep.fill('Seeds', '0, 1');
        await sweep.fill('Epochs', '3');
        await sweep.count.getByText('4 trainings, 2 settings.').waitFor();
        expect(await findAccessibilityFaults(page)).toEqual([]);
        await sweep.start.click();
        await page.getByText(/^ended · 4 of 4 trainings/).waitFor({ timeout: LIMIT_MS });
        await expect.poll(async () => [await sweep.points.count(), await sweep.lines.count()]).toEqual([2, 4]);
        await sweep.points.nth(1).getByRole('button').focus();
        await expect.poll(() => sweep.lines.and(page.locator('[data-kind=marked]')).count()).toBe(2);
        await page.getByText('No limit: all 4 trainings are done.').waitFor();
        await page.getByRole('button', { name: 'Ensemble the best' }).click();
        await page.getByRole('button', { name: 'Save the ensemble' }).click({ timeout: LIMIT_MS });
        await expect.poll(async () => (await askContract(page, 'ensembles.list', {})).ensembles.length).toBe(1);
        expect(await findAccessibilityFaults(page)).toEqual([]);
      },
      LIMIT_MS,
    );

    it(
      'stops a longer one, which keeps what ended, and goes on with it to its end',
      async () => {
        const page = run().page();
        const app = new AppPage(page);
        const sweep = new SweepPage(page);
        await app.goToAddress('sweeps', 'new');
        const many = Array.from({ length: TRIALS / 2 }, (_, seed) => seed).join(', '); // so that it is not over before it is stopped
        await sweep.fill('Seeds', many);
        await page.getByRole('combobox', { name: 'Where it runs' }).click();
        await page.getByRole('option', { name: 'Here, one after the other' }).click();
        await sweep.count.getByText(`${TRIALS} trainings, 2 settings.`).waitFor();
        await sweep.start.click();
        await sweep.points.first().waitFor({ timeout: LIMIT_MS }); // one has ended
        await page.getByRole('button', { name: 'Stop', exact: true }).click();
        await page.getByText(/^paused · stopped by hand/).waitFor({ timeout: LIMIT_MS });
        const [newest] = (await askContract(page, 'sweeps.list', {})).sweeps;
        const before = await askContract(page, 'sweeps.show', { sweepId: newest!.sweepId });
        const kept = before.trials.filter(({ state }) => state === 'done');
        expect(kept.length).toBeGreaterThan(0);
        expect(kept.length).toBeLessThan(TRIALS);
        await page.getByRole('button', { name: 'Go on' }).click();
        await page.getByText(new RegExp(`^ended · ${TRIALS} of ${TRIALS} trainings`)).waitFor({ timeout: LIMIT_MS });
        const after = await askContract(page, 'sweeps.show', { sweepId: newest!.sweepId });
        for (const { position, runId } of kept)
          expect(after.trials[position]).toMatchObject({ runId, state: 'done', attempts: 1 });
        await app.goTo('Sweeps');
        await expect.poll(() => page.getByRole('table', { name: 'Sweeps' }).locator('tbody tr').count()).toBe(2);
      },
      LIMIT_MS,
    );

    it(
      'offers a cluster only while it is switched on, writes no token down, and has sent nothing',
      async () => {
        const page = run().page();
        const app = new AppPage(page);
        await app.goToAddress('settings', 'cluster');
        const panel = page.getByRole('region', { name: 'Ray cluster' });
        const isOn = panel.getByRole('switch', { name: 'Offer this cluster when a sweep is started' });
        await panel.getByRole('textbox', { name: 'Shared folder' }).fill(join(made().root, 'shared'));
        await panel.getByRole('textbox', { name: 'Access token' }).fill('a-secret-of-mine');
        await isOn.click();
        await expect
          .poll(async () => (await askContract(page, 'settings.get', {})).cluster)
          .toMatchObject({ isOn: true, address: 'http://127.0.0.1:8265' });
        const offered = async (): Promise<readonly string[]> => {
          await app.goToAddress('sweeps', 'new');
          await page.getByRole('combobox', { name: 'Where it runs' }).click();
          await page.getByRole('option').first().waitFor();
          const names = await page.getByRole('option').allInnerTexts();
          await page.keyboard.press('Escape');
          return names;
        };
        expect(await offered()).toContain('On Ray, 127.0.0.1:8265');
        const kept = readFileSync(join(run().dataFolder, 'config', 'settings.json'), 'utf8');
        expect(kept).toContain('127.0.0.1:8265');
        expect(kept).not.toContain('a-secret-of-mine');
        await app.goToAddress('settings', 'cluster');
        await isOn.click();
        await expect.poll(async () => (await askContract(page, 'settings.get', {})).cluster?.isOn).toBe(false);
        expect((await offered()).filter((name) => name.includes('Ray'))).toEqual([]);
        expect((await askContract(page, 'network.count', {})).connections).toBe(0);
      },
      LIMIT_MS,
    );
  });
});
