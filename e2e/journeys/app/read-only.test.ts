/** A project in a folder that may not be written, in both ways: needs Linux and the right to mount. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AppRun, waysToRun } from '../../fixtures/app.ts';
import { tellLeftOut } from '../../fixtures/left-out.ts';
import { makeProject, type TestProject } from '../../fixtures/projects.ts';
import { AppPage } from '../../pages/app-page.ts';
import { PhotosPage } from '../../pages/photos-page.ts';
import { TrainPage } from '../../pages/train-page.ts';

/** Shows a folder to everybody as one that may not be written. Throws where that cannot be done. */
function protect(folder: string): void {
  execFileSync('mount', ['--bind', folder, folder], { stdio: 'ignore' });
  execFileSync('mount', ['-o', 'remount,bind,ro', folder], { stdio: 'ignore' });
}

function unprotect(folder: string): void {
  execFileSync('umount', [folder]);
}

function whyNotProtected(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'thaw-mount-'));
  try {
    protect(folder);
    unprotect(folder);
    return null;
  } catch {
    return 'a folder cannot be mounted for reading only here';
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const whyNoMount = whyNotProtected();
tellLeftOut('a project in a read-only folder, in the app', whyNoMount);

describe.each(waysToRun('read-only folder'))('a read-only folder in $name', ({ why, launch }) => {
  describe.skipIf(why !== null || whyNoMount !== null)('opened', () => {
    let made: TestProject;
    let run: AppRun;
    let before: readonly string[];
    beforeAll(async () => {
      made = await makeProject({ Misty: [0, 6], Tigger: [21, 27] });
      protect(made.project);
      before = readdirSync(made.project).sort();
      run = await launch({ project: made.project });
    });
    afterAll(async () => {
      await run?.close();
      unprotect(made.project);
      made.remove();
    });

    it('shows its photos, says that it is read only, and offers nothing that would change it', async () => {
      const page = run.page();
      const photos = new PhotosPage(page);
      await page.getByText('read only', { exact: true }).waitFor();
      await expect.poll(() => photos.labelOf('0.jpg')).toBe('Misty');
      await expect.poll(() => page.getByRole('button', { name: 'Add', exact: true }).isDisabled()).toBe(true);
      await photos.photo('0.jpg').click();
      await page.keyboard.press('2');
      await page.getByText('The project can only be read').waitFor();
      await expect.poll(() => photos.labelOf('0.jpg')).toBe('Misty'); // shown as changed until the host refused
    });

    it('says in Train why nothing can be trained, and is as it was', async () => {
      const page = run.page();
      await new AppPage(page).goTo('Train');
      await page.getByText('nothing can be trained into it').waitFor();
      await expect.poll(() => new TrainPage(page).start.isDisabled()).toBe(true);
      expect(readdirSync(made.project).sort()).toEqual(before);
    });
  });
});
