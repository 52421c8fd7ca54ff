/** What the host says in English is said in Chinese: why photos were skipped, and why a training ended. In both ways. */
import { copyFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Recipe } from '../../../shared/domain/recipe.ts';
import { type AppRun, waysToRun } from '../../fixtures/app.ts';
import { askContract } from '../../fixtures/ask-contract.ts';
import { startDrag } from '../../fixtures/drop-files.ts';
import { makePhotoFolder } from '../../fixtures/photo-folders.ts';
import { makeProject, type TestProject } from '../../fixtures/projects.ts';
import { AppPage } from '../../pages/app-page.ts';

const DIVERGING_RATE = 100;
const HEADER_BYTES = 2000;

describe.each(waysToRun('Chinese'))('Chinese in $name', ({ why, launch }) => {
  describe.skipIf(why !== null)('one after the other', () => {
    let made: TestProject;
    let run: AppRun;
    beforeAll(async () => {
      made = await makeProject({});
      const folder = join(makePhotoFolder(made.photos, { Misty: [0, 8], Tigger: [21, 29] }), 'Misty');
      writeFileSync(join(folder, 'page.jpg'), '<!doctype html><title>not a picture</title>');
      writeFileSync(join(folder, 'empty.jpg'), '');
      copyFileSync(join(folder, '0.jpg'), join(folder, 'cut.jpg'));
      truncateSync(join(folder, 'cut.jpg'), HEADER_BYTES);
      run = await launch({ project: made.project });
      await askContract(run.page(), 'settings.set', {
        language: 'zh-CN',
        theme: 'light',
        notify: false,
        cluster: null,
      });
      await run.page().getByRole('link', { name: '照片' }).waitFor();
    });
    afterAll(async () => {
      await run?.close();
      made?.remove();
    });

    it('says why photos were skipped', async () => {
      const drag = await startDrag(run.page(), [made.photos]);
      await drag.drop();
      const { dialog } = new AppPage(run.page());
      const skipped = dialog.getByRole('listitem');
      await expect.poll(() => skipped.count()).toBe(3);
      const lines = await skipped.allInnerTexts();
      expect(lines.find((line) => line.includes('page.jpg'))).toContain('HTML：这是网页，可能是下载失败的结果');
      expect(lines.find((line) => line.includes('empty.jpg'))).toContain('文件为空（0 字节）');
      expect(lines.find((line) => line.includes('cut.jpg'))).toMatch(/文件(不完整|已损坏)（.*）。请重新复制或下载。/);
      await run.page().keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
    });

    it('says why a training failed, in its view and in its log', async () => {
      const page = run.page();
      const recipe = Recipe.parse({
        optimizer: 'sgd',
        learningRate: DIVERGING_RATE,
        weightDecay: 1000,
        epochs: 30,
        patience: null,
      });
      const input = { backbone: 'tf_efficientnet_lite0', freeze: 'blocks.6', seed: 1, recipe };
      await expect(askContract(page, 'runs.train', input)).rejects.toThrow('LOSS_NOT_FINITE');
      const [failed] = await askContract(page, 'runs.list', {});
      await new AppPage(page).goToAddress('run', failed!.runId);
      const alert = page.locator('main').getByRole('alert');
      await expect
        .poll(() => alert.innerText())
        .toMatch(/训练发散.*正式训练之前的试训在学习率 100 下损失不是数字。请选择更低的学习率（例如 10）/s);
      expect(await englishIn(page)).toEqual([]);
    });
  });
});

/** What the view has marked as English, because nobody said it in Chinese. */
function englishIn(page: Page): Promise<readonly string[]> {
  return page.locator('main [lang=en]').allInnerTexts();
}
