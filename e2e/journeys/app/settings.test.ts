/** Settings in both ways: what the project takes on the disk and making room, connections counted, the machine checked. */
import { describe, expect, it } from 'vitest';
import { waysToRun } from '../../fixtures/app.ts';
import { askContract } from '../../fixtures/ask-contract.ts';
import { openedApp, trainSoftmax } from '../../fixtures/opened-app.ts';
import { AppPage } from '../../pages/app-page.ts';

const WORK_MS = 600_000;

describe.each(waysToRun('settings'))('settings in $name', ({ why, launch }) => {
  describe.skipIf(why !== null)('after a training', () => {
    const { run } = openedApp(launch, {
      photos: { Misty: [0, 5], Tigger: [21, 26] },
      limitMs: WORK_MS,
      begin: async ({ page }) => {
        await trainSoftmax(page(), { epochs: 2 });
        await new AppPage(page()).goTo('Settings');
      },
    });

    it(
      'shows what each part takes, and cleans the stored features without losing a run',
      async () => {
        const page = run().page();
        const row = page.getByRole('row').filter({ hasText: 'Stored features' });
        const size = (): Promise<string> => row.getByRole('cell').nth(1).innerText();
        await expect.poll(size).toMatch(/[1-9].* kB|[1-9].* MB/);
        await page.getByRole('button', { name: 'Clean: Stored features' }).click();
        const question = page.getByRole('dialog');
        await question.getByText('No answer and no run is lost').waitFor();
        await question.getByRole('button', { name: 'Clean', exact: true }).click();
        await page.getByText(/[1-9].* freed/).waitFor();
        await expect.poll(size).toBe('0 bytes');
        await expect.poll(() => page.getByRole('button', { name: 'Clean: Stored features' }).isDisabled()).toBe(true);
        const { parts } = await askContract(page, 'storage.summary', {});
        expect(parts.find(({ part }) => part === 'features')).toMatchObject({ bytes: 0, files: 0 });
        const again = await trainSoftmax(page, { epochs: 2, seed: 2 });
        expect(again.status).toBe('done');
        expect((await askContract(page, 'runs.list', {})).map(({ status }) => status)).toEqual(['done', 'done']);
      },
      WORK_MS,
    );

    it('has counted no connection to another machine in all of this', async () => {
      const network = run().page().getByRole('region', { name: 'Network' });
      await expect.poll(() => network.innerText()).toMatch(/\n0\n/);
      expect((await askContract(run().page(), 'network.count', {})).hosts).toEqual([]);
    });

    it(
      'checks the machine, and names what trains and what else there is',
      async () => {
        const machine = run().page().getByRole('region', { name: 'This machine' });
        await machine.getByRole('button', { name: 'Check this machine' }).click();
        await machine.getByText(/ trains; .* runs the frozen part/).waitFor({ timeout: WORK_MS });
        const rows = machine.getByRole('table', { name: 'Training' }).getByRole('row');
        await expect.poll(() => rows.getByRole('cell', { name: 'in use', exact: true }).count()).toBe(1);
        await expect.poll(() => rows.filter({ hasText: 'tfjs-cpu' }).count()).toBe(1); // always to be had
      },
      WORK_MS,
    );

    it('keeps theme and language for the next start', async () => {
      const page = run().page();
      await page.getByText('Dark', { exact: true }).click();
      await expect.poll(async () => (await askContract(page, 'settings.get', {})).theme).toBe('dark');
      await run().reopen();
      await expect.poll(() => run().page().locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark');
    });
  });
});
