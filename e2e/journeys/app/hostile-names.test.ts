/** Names of files and classes that try to be more than names (faults 12 and 18), in both ways. */
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AppRun, waysToRun } from '../../fixtures/app.ts';
import { askContract } from '../../fixtures/ask-contract.ts';
import { dropFiles } from '../../fixtures/drop-files.ts';
import { makeProject, type TestProject } from '../../fixtures/projects.ts';
import { samplePhotos } from '../../fixtures/thaw-command.ts';
import { AppPage } from '../../pages/app-page.ts';
import { PhotosPage } from '../../pages/photos-page.ts';
import { SettingsPage } from '../../pages/settings-page.ts';

const HIT = 'onerror=globalThis.wasHit=1';
const fileNames = [
  `<img src=x ${HIT}>.jpg`,
  '=1+1.jpg',
  'CON.jpg',
  '猫 🐈.jpg',
  'caf\u00e9.jpg', // composed
  'cafe\u0301.jpg', // decomposed: another file
  'two\nlines.jpg',
  '{{title}} $t(app.train).jpg', // what the texts would fill in
  '%2e%2e%2fup.jpg',
  `${'x'.repeat(251)}.jpg`,
];
const classNames = [
  `<svg onload=globalThis.wasHit=1>`,
  `"><img src=x ${HIT}>`,
  '__proto__',
  'constructor',
  '{{count}} ١٢٣ עברית',
];

describe.each(waysToRun('hostile names'))('hostile names in $name', ({ why, launch }) => {
  describe.skipIf(why !== null)('one after the other', () => {
    let made: TestProject;
    let run: AppRun;
    let photos: PhotosPage;
    const pageErrors: string[] = [];
    beforeAll(async () => {
      made = await makeProject({});
      const sources = readdirSync(join(samplePhotos, 'neither')).sort();
      const folder = join(made.photos, classNames[0]!);
      mkdirSync(folder);
      for (const [at, name] of fileNames.entries())
        copyFileSync(join(samplePhotos, 'neither', sources[at]!), join(folder, name));
      const told = { IFD0: { ImageDescription: classNames[1]!, Artist: classNames[0]!, Copyright: fileNames[0]! } };
      const commented = await sharp(join(samplePhotos, 'neither', sources[0]!))
        .withExif(told)
        .jpeg()
        .toBuffer();
      writeFileSync(join(folder, fileNames[0]!), commented);
      run = await launch({ project: made.project });
      run.page().on('pageerror', (error) => pageErrors.push(String(error)));
      photos = new PhotosPage(run.page());
    });
    afterAll(async () => {
      await run?.close();
      made?.remove();
    });

    /** Nothing ran, nothing was made of a name, nobody went elsewhere. */
    const expectInert = async (): Promise<void> => {
      const seen = await run.page().evaluate(() => ({
        wasHit: 'wasHit' in globalThis,
        made: document.querySelectorAll('[onerror], [onload], img[src="x"], body svg[onload]').length,
        isSpoilt: ({} as { photos?: unknown }).photos !== undefined,
      }));
      expect(seen).toEqual({ wasHit: false, made: 0, isSpoilt: false });
      expect(pageErrors).toEqual([]);
    };

    it('fault 12: file names are shown as they are, every one of its own', async () => {
      const app = new AppPage(run.page());
      await dropFiles(run.page(), [made.photos]);
      await app.dialog.waitFor();
      await expect
        .poll(() => app.dialog.innerText())
        .toContain(`${fileNames.length} added of ${fileNames.length} files found`);
      await app.closeDialog();
      const listed = await askContract(run.page(), 'library.photos', { offset: 0, limit: 100 });
      expect(listed.photos.map(({ fileName }) => fileName).sort()).toEqual([...fileNames].sort());
      const shown = () => photos.grid.getByRole('gridcell').evaluateAll((cells) => cells.map((cell) => cell.ariaLabel));
      const wanted = fileNames.map((name) => `${name}, ${classNames[0]}`);
      await expect.poll(shown).toEqual(expect.arrayContaining(wanted));
      const cut = photos.className(classNames[0]!).getByText(classNames[0]!, { exact: true }); // wider than its column
      await cut.hover();
      expect(await cut.getAttribute('title')).toBe(classNames[0]);
      await photos.grid.getByRole('gridcell').first().click();
      await photos.facts.getByText(listed.photos[0]!.fileName, { exact: true }).waitFor();
      await expectInert();
    });

    it('fault 18: class names are words and nothing else, in every view', async () => {
      const app = new AppPage(run.page());
      for (const name of classNames.slice(1)) await photos.addClass(name);
      const shown = await photos.classes.innerText();
      for (const name of classNames) expect(shown).toContain(name);
      await photos.grid.getByRole('gridcell').first().click();
      await run.page().keyboard.press('3'); // __proto__
      await photos.grid.getByRole('gridcell').last().click();
      await run.page().keyboard.press('4'); // constructor
      const counts = async () => {
        const { classes } = await askContract(run.page(), 'library.classes', {});
        return ['__proto__', 'constructor'].map((wanted) => classes.find(({ name }) => name === wanted)?.photos);
      };
      await expect.poll(counts).toEqual([1, 1]);
      await photos.showDataHealth();
      await run.page().getByRole('heading', { name: 'Balance' }).waitFor();
      await expectInert();
      for (const view of ['Train', 'Use', 'Runs', 'Compare', 'Settings'] as const) {
        await app.goTo(view);
        await run.page().locator('main h2').first().waitFor();
        await expectInert();
      }
    });

    it('fault 18: what a file of weights calls itself, and what is told of it, are words too', async () => {
      const file = join(made.root, `<img src=x ${HIT}>.safetensors`);
      writeFileSync(file, weightsNamed(classNames[1]!));
      await new AppPage(run.page()).goTo('Settings');
      const settings = new SettingsPage(run.page());
      await settings.addWeights(file);
      await settings.failure.filter({ hasText: `<img src=x ${HIT}>` }).waitFor();
      await expectInert();
    });
  });
});

/** A file of safetensors with one tensor of a name, which its own description repeats. */
function weightsNamed(name: string): Buffer {
  const tensor = { dtype: 'F32', shape: [1], data_offsets: [0, 4] };
  const head = Buffer.from(JSON.stringify({ __metadata__: { title: name }, [name]: tensor }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(head.length));
  return Buffer.concat([length, head, Buffer.alloc(4)]);
}
