/** Photos sorted from the Use view and taken back, and a run exported and written down, in both ways. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunId } from '../../../shared/domain/ids.ts';
import { findAccessibilityFaults } from '../../fixtures/accessibility.ts';
import { waysToRun } from '../../fixtures/app.ts';
import { askContract } from '../../fixtures/ask-contract.ts';
import { dropFiles } from '../../fixtures/drop-files.ts';
import { openedApp, trainSoftmax } from '../../fixtures/opened-app.ts';
import { samplePhotos } from '../../fixtures/thaw-command.ts';
import { AppPage } from '../../pages/app-page.ts';

const LONG_MS = 600_000;

describe.each(waysToRun('sorting and exporting'))('taking along in $name', ({ why, launch }) => {
  describe.skipIf(why !== null)('with a finished run', () => {
    let runId = '';
    let incoming = '';
    const { run, made } = openedApp(launch, {
      photos: { Misty: [0, 13], Tigger: [21, 34] },
      limitMs: LONG_MS,
      begin: async ({ page }, { root }) => {
        incoming = join(root, 'incoming');
        mkdirSync(incoming);
        for (const name of ['Misty', 'Tigger'])
          for (const file of readdirSync(join(samplePhotos, name)).slice(0, 4))
            copyFileSync(join(samplePhotos, name, file), join(incoming, file));
        runId = (await trainSoftmax(page(), { epochs: 3 })).runId;
      },
    });

    it(
      'moves photos to class folders from a preview with counts, and undoes it from the view',
      async () => {
        const page = run().page();
        const app = new AppPage(page);
        await app.goToAddress('use');
        await page.getByRole('button', { name: 'Choose a folder' }).waitFor({ timeout: LONG_MS });
        await dropFiles(page, [incoming]);
        await page.getByRole('button', { name: 'Sort into folders' }).click({ timeout: LONG_MS });
        const preview = app.dialog.getByRole('list', { name: 'Photos in each folder' });
        await preview.waitFor({ timeout: LONG_MS });
        await app.dialog.getByText('Move', { exact: true }).click();
        const dial = app.dialog.getByRole('slider');
        await dial.press('Home');
        await expect.poll(() => preview.innerText()).toMatch(/For review\s+0$/);
        await dial.press('End');
        await expect.poll(() => preview.innerText()).toMatch(/For review\s+8$/);
        await dial.press('Home');
        expect(await findAccessibilityFaults(page)).toEqual([]);
        await app.dialog.getByRole('textbox', { name: 'Folder to sort into' }).fill(join(made().root, 'sorted'));
        await app.dialog.getByRole('button', { name: 'Move 8 photos' }).click();
        await app.dialog.getByText('8 photos moved').waitFor({ timeout: LONG_MS });
        expect(
          readdirSync(join(made().root, 'sorted')).filter((name) => !name.endsWith('.csv')).length,
        ).toBeGreaterThan(0);
        await app.dialog.getByRole('button', { name: 'Close' }).last().click();
        const last = page.getByRole('region', { name: 'Last sort' });
        await last.getByRole('button', { name: 'Undo' }).click();
        await page.getByText('8 photos are as they were').waitFor({ timeout: LONG_MS });
        expect(existsSync(join(made().root, 'sorted'))).toBe(false);
        await last.waitFor({ state: 'detached' });
      },
      LONG_MS,
    );

    it(
      'goes on with photos that come into the folder, until it is stopped; a browser, whose photos are copies, does not offer it',
      async () => {
        const page = run().page();
        const app = new AppPage(page);
        const sorted = join(made().root, 'watched');
        const photosThere = (): number =>
          existsSync(sorted)
            ? readdirSync(sorted, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jpg')).length
            : 0;
        await app.goToAddress('use');
        await dropFiles(page, [incoming]);
        await page.getByRole('button', { name: 'Sort into folders' }).click({ timeout: LONG_MS });
        await app.dialog.getByRole('list', { name: 'Photos in each folder' }).waitFor({ timeout: LONG_MS });
        const watch = app.dialog.getByRole('switch', { name: 'Go on with what comes later' });
        if (run().way === 'browser') {
          expect(await watch.count()).toBe(0);
          await app.closeDialog();
          return;
        }
        await app.dialog.getByText('Copy', { exact: true }).click();
        await watch.check();
        await app.dialog.getByRole('textbox', { name: 'Folder to sort into' }).fill(sorted);
        await app.dialog.getByRole('button', { name: 'Sort and watch the folder' }).click();
        await expect.poll(photosThere, { timeout: LONG_MS }).toBe(8);
        const late = readdirSync(join(samplePhotos, 'Misty'))[5]!;
        copyFileSync(join(samplePhotos, 'Misty', late), join(incoming, `late ${late}`));
        await expect.poll(photosThere, { timeout: LONG_MS }).toBe(9);
        await app.dialog.getByRole('button', { name: 'Stop watching' }).click();
        await app.dialog.getByText('9 photos copied').waitFor({ timeout: LONG_MS });
        await app.dialog.getByRole('button', { name: 'Undo' }).click();
        await page.getByText('9 photos are as they were').waitFor({ timeout: LONG_MS });
        expect(existsSync(sorted)).toBe(false);
      },
      LONG_MS,
    );

    it(
      'says that a sort was broken off by a crash, and takes it back from the view',
      async () => {
        const page = run().page();
        const times = (): string[] =>
          readdirSync(incoming)
            .sort()
            .map((name) => `${name} ${statSync(join(incoming, name), { bigint: true }).mtimeNs}`);
        const before = times();
        const sorted = join(made().root, 'broken off');
        const how = {
          runId: null,
          paths: [incoming],
          output: sorted,
          mode: 'move' as const,
          surePercent: 50,
          watch: false,
        };
        const { sortId } = await askContract(page, 'sort.folder', how);
        expect(readdirSync(incoming)).toEqual([]);
        const journal = join(made().project, 'sorts', `${sortId}.jsonl`);
        const lines = readFileSync(journal, 'utf8').trimEnd().split('\n');
        expect(lines.pop()).toContain('"kind":"end"'); // what is there after a crash before it
        writeFileSync(journal, `${lines.join('\n')}\n{"kind":"end","so`);
        await run().reopen();
        await new AppPage(run().page()).goToAddress('use');
        const last = run().page().getByRole('region', { name: 'Last sort' });
        await last.getByText('The program ended in the middle of it.').waitFor({ timeout: LONG_MS });
        await last.getByRole('button', { name: 'Undo' }).click();
        await run().page().getByText(`${before.length} photos are as they were`).waitFor({ timeout: LONG_MS });
        expect(times()).toEqual(before);
        expect(existsSync(sorted)).toBe(false);
      },
      LONG_MS,
    );

    it(
      'of a calibrated run says, before and after, how many photos its dial sends to review however sure the answer',
      async () => {
        const page = run().page();
        const app = new AppPage(page);
        const judged = { runId: runId as RunId };
        await askContract(page, 'runs.calibrate', { ...judged, strangers: [], neitherClass: null });
        await askContract(page, 'runs.set-dial', { ...judged, score: 'neighbours', threshold: -1 });
        const { predictions } = await askContract(page, 'runs.predict', {
          ...judged,
          paths: [incoming],
          views: 'centre',
        });
        const scores = predictions.map(({ score }) => score!).toSorted((a, b) => a - b);
        const threshold = (scores[2]! + scores[3]!) / 2;
        await askContract(page, 'runs.set-dial', { ...judged, score: 'neighbours', threshold });
        await app.goToAddress('use');
        await dropFiles(page, [incoming]);
        await page.getByRole('button', { name: 'Sort into folders' }).click({ timeout: LONG_MS });
        const preview = app.dialog.getByRole('list', { name: 'Photos in each folder' });
        await preview.waitFor({ timeout: LONG_MS });
        await app.dialog.getByText('Copy', { exact: true }).click();
        await app.dialog.getByRole('slider').press('Home');
        await expect.poll(() => preview.innerText()).toMatch(/For review\s+3$/);
        await app.dialog.getByText('goes to review too, however sure the answer: 3 here').waitFor();
        await app.dialog.getByRole('textbox', { name: 'Folder to sort into' }).fill(join(made().root, 'judged'));
        await app.dialog.getByRole('button', { name: `Copy ${scores.length} photos` }).click();
        await app.dialog.getByText('Of those for review, 3 by the run’s dial').waitFor({ timeout: LONG_MS });
        expect(readdirSync(join(made().root, 'judged', 'review'))).toHaveLength(3);
        expect(await findAccessibilityFaults(page)).toEqual([]);
        await app.dialog.getByRole('button', { name: 'Undo' }).click();
        await page.getByText(`${scores.length} photos are as they were`).last().waitFor({ timeout: LONG_MS });
      },
      LONG_MS,
    );

    it(
      'exports from the run, shows how the runtime compared, and remembers it',
      async () => {
        const page = run().page();
        const app = new AppPage(page);
        await app.goToAddress('runs', runId);
        await page.getByRole('button', { name: 'Export', exact: true }).click();
        const dialog = page.getByRole('dialog', { name: 'Export for other programs' });
        await dialog.getByRole('button', { name: 'Export and check' }).click();
        await dialog.getByText('ONNX is ready: it answers as Thaw does').waitFor({ timeout: LONG_MS });
        await expect
          .poll(() => dialog.getByRole('table').innerText())
          .toMatch(/ONNX Runtime.*\s+Photos from their files/);
        expect(await findAccessibilityFaults(page)).toEqual([]);
        const { exports } = await askContract(page, 'runs.exports', { runId: runId as never });
        expect(exports).toHaveLength(1);
        expect(JSON.parse(readFileSync(join(exports[0]!.folder, 'export.json'), 'utf8'))).toMatchObject({
          ready: true,
        });
      },
      LONG_MS,
    );
  });
});
