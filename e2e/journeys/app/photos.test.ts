/** Photos, in both ways: import by drop, labels by mouse and by keys, undo, also after a restart. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AppRun, waysToRun } from '../../fixtures/app.ts';
import { askContract } from '../../fixtures/ask-contract.ts';
import { startDrag } from '../../fixtures/drop-files.ts';
import { makePhotoFolder } from '../../fixtures/photo-folders.ts';
import { makeProject, type TestProject } from '../../fixtures/projects.ts';
import { AppPage } from '../../pages/app-page.ts';
import { PhotosPage } from '../../pages/photos-page.ts';

describe.each(waysToRun('photos'))('photos in $name', ({ why, launch }) => {
  describe.skipIf(why !== null)('one after the other', () => {
    let made: TestProject;
    let run: AppRun;
    let app: AppPage;
    let photos: PhotosPage;
    let names: readonly string[] = []; // of the files, as the grid has them
    let before: Readonly<Record<number, string | null>> = {};
    const labels = async (): Promise<Readonly<Record<number, string | null>>> =>
      Object.fromEntries(await Promise.all(names.map(async (name, at) => [at, await photos.labelOf(name)] as const)));
    const open = async (): Promise<void> => {
      run = await launch({ project: made.project });
      app = new AppPage(run.page());
      photos = new PhotosPage(run.page());
    };
    beforeAll(async () => {
      made = await makeProject({});
      makePhotoFolder(made.photos, { Misty: [0, 6], Tigger: [22, 27] });
      writeFileSync(join(made.photos, 'Misty', 'page.jpg'), '<!doctype html><title>not a picture</title>');
      await open();
    });
    afterAll(async () => {
      await run?.close();
      made?.remove();
    });

    it('says before a drop what it will do; a folder brings its subfolders as classes; what was skipped says why', async () => {
      const drag = await startDrag(run.page(), [made.photos]);
      await run.page().getByText('Add to this project').waitFor();
      await drag.drop();
      await app.dialog.waitFor();
      const report = await app.dialog.innerText();
      expect(report).toContain('11 added of 12 files found');
      expect(report).toMatch(/page\.jpg/);
      await app.closeDialog();
      await run.page().getByText('11 photos · 2 classes').waitFor();
      await expect.poll(() => photos.className('Misty').innerText()).toContain('6');
      await expect.poll(() => photos.labelOf('22.jpg')).toBe('Tigger');
    });

    it('labels by dragging a photo onto a class', async () => {
      await photos.dragToClass('0.jpg', 'Tigger');
      await expect.poll(() => photos.labelOf('0.jpg')).toBe('Tigger');
      await expect.poll(() => photos.className('Tigger').innerText()).toContain('6');
    });

    it('labels with keys: several at once, and one after the other', async () => {
      await photos.addClass('Shadow');
      await expect.poll(() => photos.fileNames()).toHaveLength(11);
      names = await photos.fileNames();
      await photos.photo(names[1]!).click();
      await run.page().keyboard.press('Shift+ArrowRight');
      await run.page().keyboard.press('3');
      await expect.poll(labels).toMatchObject({ 1: 'Shadow', 2: 'Shadow' });
      await photos.photo(names[3]!).click();
      before = await labels();
      await run.page().keyboard.press('0');
      await run.page().keyboard.press('3'); // of the next one, to which the keys went on by themselves
      await expect.poll(labels).toEqual({ ...before, 3: null, 4: 'Shadow' });
    });

    it('takes the last steps back and does them again', async () => {
      await run.page().keyboard.press('Control+z');
      await run.page().keyboard.press('u');
      await expect.poll(labels).toEqual(before);
      await run.page().keyboard.press('Control+z');
      await expect.poll(async () => Object.values(await labels())).not.toContain('Shadow');
      await run.page().keyboard.press('Control+Shift+z');
      await expect.poll(labels).toEqual(before);
    });

    it('types a class name without labelling by its digits', async () => {
      const field = run.page().getByRole('textbox', { name: 'Name of the new class' });
      await field.fill('');
      await field.pressSequentially('a1');
      expect(await field.inputValue()).toBe('a1');
      await field.fill('');
      expect(await labels()).toEqual(before);
    });

    it('still takes steps back after a restart', async () => {
      await run.close();
      await open();
      await expect.poll(labels).toEqual(before);
      await run.page().keyboard.press('Control+z');
      await expect.poll(async () => Object.values(await labels())).not.toContain('Shadow');
      const { history } = await askContract(run.page(), 'library.undo', {}); // the class
      await expect.poll(() => photos.classes.innerText()).not.toContain('Shadow');
      expect(history.undo).toMatchObject({ kind: 'label', photos: 1, className: 'Tigger' });
    });
  });
});
