/** Every view in both themes under axe-core; Chinese; everything by keyboard. In both ways. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Recipe } from '../../../shared/domain/recipe.ts';
import { SweepSpec } from '../../../shared/domain/sweep.ts';
import { findAccessibilityFaults } from '../../fixtures/accessibility.ts';
import { type AppRun, waysToRun } from '../../fixtures/app.ts';
import { askContract } from '../../fixtures/ask-contract.ts';
import { makeProject, type TestProject } from '../../fixtures/projects.ts';
import { AppPage } from '../../pages/app-page.ts';
import { PhotosPage } from '../../pages/photos-page.ts';

const RAIL = ['Photos', 'Train', 'Use', 'Runs', 'Compare', 'Sweeps', 'Settings'] as const;
const EVALUATE_TABS = { labels: 'Label mistakes', neither: 'Neither', crops: 'Crops', ensemble: 'Ensemble' } as const;
const NARROW_PIXELS = 640;
const MOST_TABS = 80;
const TRAINING_MS = 600_000;
const HAN = /\p{Script=Han}/u;

describe.each(waysToRun('looks'))('looks in $name', ({ why, launch }) => {
  describe.skipIf(why !== null)('one after the other', () => {
    let made: TestProject;
    let run: AppRun;
    let runIds: string[] = [];
    let sweepId = '';
    beforeAll(async () => {
      made = await makeProject({ Misty: [0, 8], Tigger: [21, 29] });
      run = await launch({ project: made.project });
      const recipe = Recipe.parse({ epochs: 5, weightDecay: 0.01 }); // a given weight decay: nothing to choose by folds
      for (const seed of [1, 2])
        await askContract(run.page(), 'runs.train', { backbone: 'tf_efficientnet_lite0', freeze: 'all', seed, recipe });
      runIds = (await askContract(run.page(), 'runs.list', {})).map(({ runId }) => runId);
      const base = { backbone: 'tf_efficientnet_lite0', freeze: 'all', seed: 0, recipe: { ...recipe, epochs: 1 } };
      const spec = SweepSpec.parse({
        ...{ name: '1', base, dimensions: [{ kind: 'choices', name: 'learningRate', values: [0.01, 0.001] }] },
        ...{ method: { kind: 'grid' }, halving: null, seeds: [0], folds: null, foldSeed: 0 },
        budget: { runs: 9, minutes: null, epochs: null },
      });
      const place = { kind: 'here', engines: 1 } as const;
      sweepId = (await askContract(run.page(), 'sweeps.run', { sweep: { spec }, place })).sweepId;
    }, TRAINING_MS);
    afterAll(async () => {
      await run?.close();
      made?.remove();
    });

    /** Shows every view in turn, with work in it where there is some. */
    async function eachView(page: Page, look: (name: string) => Promise<void>): Promise<void> {
      const app = new AppPage(page);
      const places = [
        ...RAIL.map((name) => [name.toLowerCase()]),
        ['sweeps', 'new'],
        ['sweeps', sweepId],
        ['run', runIds[0]!],
        ['evaluate', runIds[0]!],
        ...Object.keys(EVALUATE_TABS).map((tab) => ['evaluate', runIds[0]!, tab]),
        ['compare', ...runIds],
      ];
      for (const place of places) {
        await app.goToAddress(...place);
        await page.locator('main h2, main [role=grid]').first().waitFor();
        await page.waitForTimeout(400); // fades; figures that arrive
        await look(place.join('/'));
      }
    }

    const setTheme = async (theme: 'light' | 'dark'): Promise<void> => {
      await askContract(run.page(), 'settings.set', { language: 'en', theme, notify: false, cluster: null });
      await expect.poll(() => run.page().locator('html').getAttribute('data-mantine-color-scheme')).toBe(theme);
    };

    it.each(['light', 'dark'] as const)('nothing that axe-core finds stands in any view, %s', async (theme) => {
      await setTheme(theme);
      const found: string[] = [];
      await eachView(run.page(), async (name) => {
        for (const fault of await findAccessibilityFaults(run.page())) found.push(`${name}: ${fault}`);
      });
      expect(found).toEqual([]);
    });

    it('nothing that axe-core finds stands in what opens over a view', async () => {
      const page = run.page();
      const app = new AppPage(page);
      const found: string[] = [];
      const look = async (name: string): Promise<void> => {
        await app.dialog.waitFor();
        await page.waitForTimeout(300);
        for (const fault of await findAccessibilityFaults(page)) found.push(`${name}: ${fault}`);
        await page.keyboard.press('Escape');
        await app.dialog.waitFor({ state: 'hidden' });
      };
      await app.goTo('Settings');
      await page.getByRole('button', { name: 'Licences of what Thaw is made of' }).click();
      await page.getByText('Thaw · Apache-2.0').waitFor();
      await look('licences');
      await page.keyboard.press('?');
      await look('keys');
      await app.goTo('Runs');
      await page
        .getByRole('table')
        .getByRole('button', { name: /EfficientNet/ })
        .first()
        .click();
      await look('run');
      expect(found).toEqual([]);
    });

    it('fits a narrow window: no view is wider than it, in English and in Chinese', async () => {
      const page = run.page();
      const before = await page.evaluate(() => ({ width: innerWidth, height: innerHeight }));
      const tooWide: string[] = [];
      await page.setViewportSize({ width: NARROW_PIXELS, height: 800 });
      for (const language of ['zh-CN', 'en'] as const) {
        await askContract(page, 'settings.set', { language, theme: 'light', notify: false, cluster: null });
        await eachView(page, async (name) => {
          const excess = await page.evaluate(() => {
            const view = document.querySelector('main')!;
            return Math.max(view.scrollWidth - view.clientWidth, document.documentElement.scrollWidth - innerWidth);
          });
          if (excess > 0) tooWide.push(`${name}, ${language}: ${excess} pixels`);
        });
      }
      await page.setViewportSize(before);
      expect(tooWide).toEqual([]);
    });

    it('moves nothing where the person asked for no motion', async () => {
      const page = run.page();
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await new AppPage(page).goTo('Train');
      await page.getByRole('slider', { name: 'Freeze depth' }).waitFor();
      const moving = await page.evaluate(() =>
        [...document.querySelectorAll('*')]
          .filter((element) => {
            const { transitionDuration, animationDuration } = getComputedStyle(element);
            return [transitionDuration, animationDuration].some((text) => text.split(', ').some((one) => one !== '0s'));
          })
          .map(({ className }) => String(className)),
      );
      await page.emulateMedia({ reducedMotion: null });
      expect(moving).toEqual([]);
    });

    it('a rubber band drawn from between the photos chooses them, and a click on the ground chooses none', async () => {
      const page = run.page();
      const photos = new PhotosPage(page);
      await new AppPage(page).goTo('Photos');
      const first = await placeOf(photos.grid.getByRole('gridcell').first());
      await page.mouse.move(first.x - 6, first.y - 6);
      await page.mouse.down();
      await page.mouse.move(first.x + first.width + 20, first.y + 20, { steps: 4 });
      await page.mouse.up();
      const chosen = photos.grid.locator('[aria-selected=true]');
      await expect.poll(() => chosen.count()).toBe(2);
      await page.getByRole('heading', { name: '2 photos selected' }).waitFor();
      await page.mouse.click(first.x - 6, first.y - 6);
      await expect.poll(() => chosen.count()).toBe(0);
    });

    it('is dark where the person asked for it: light words on dark ground', async () => {
      await setTheme('dark');
      const brightness = (of: 'backgroundColor' | 'color'): Promise<number> =>
        run.page().evaluate((name) => {
          const channels = getComputedStyle(document.body)[name].match(/[\d.]+/g) ?? [];
          return channels.slice(0, 3).reduce((all, one) => all + Number(one), 0);
        }, of);
      await expect.poll(() => brightness('backgroundColor')).toBeLessThan(150);
      await expect.poll(() => brightness('color')).toBeGreaterThan(500);
    });

    it('speaks Chinese in every view as soon as it is chosen, and leaves the names of the person alone', async () => {
      const page = run.page();
      const app = new AppPage(page);
      await app.goTo('Settings');
      await page.getByRole('combobox', { name: 'Language' }).click();
      await page.getByRole('option', { name: '简体中文' }).click();
      await page.getByRole('link', { name: '照片' }).waitFor();
      await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('zh-CN');
      try {
        await eachView(page, async (name) => {
          const words = await wordsWithoutSources(page);
          expect(HAN.test(words), name).toBe(true);
          expect(words, name).not.toMatch(/\b(the|and|of|photos?|training|settings)\b/i);
        });
        await app.goToAddress('photos');
        await page.getByText('Misty').first().waitFor();
      } finally {
        await askContract(page, 'settings.set', { language: 'en', theme: 'light', notify: false, cluster: null });
      }
      await page.getByRole('link', { name: 'Photos' }).waitFor();
    });

    it('is used by keyboard alone: views, photos, labels, the depth, the list of keys', async () => {
      const page = run.page();
      const photos = new PhotosPage(page);
      await page.keyboard.press('Alt+1');
      await photos.className('Tigger').waitFor(); // its key is there with it
      await photos.grid.focus();
      await page.keyboard.press('Home');
      await page.keyboard.press('2');
      await expect.poll(() => photos.labelOf('0.jpg')).toBe('Tigger');
      await page.keyboard.press('Control+z');
      await expect.poll(() => photos.labelOf('0.jpg')).toBe('Misty');
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await page.keyboard.press('Alt+2');
      const slider = page.getByRole('slider', { name: 'Freeze depth' });
      await tabTo(page, () => hasFocus(slider));
      await page.keyboard.press('Home');
      await expect.poll(() => slider.getAttribute('aria-valuenow')).toBe('0');
      await tabTo(page, () => hasFocus(page.getByRole('button', { name: 'Train', exact: true })));
    });

    it('is used by keyboard alone: every tab of Evaluate, and the networks in Settings', async () => {
      const page = run.page();
      const app = new AppPage(page);
      await app.goToAddress('evaluate', runIds[0]!);
      const tab = (name: string): Locator => page.getByRole('tab', { name, exact: true });
      await tab('Answers').waitFor();
      await tabTo(page, () => hasFocus(tab('Answers')));
      for (const name of Object.values(EVALUATE_TABS)) {
        await page.keyboard.press('ArrowRight');
        await expect.poll(() => tab(name).getAttribute('aria-selected')).toBe('true');
        const panel = page.getByRole('tabpanel', { name, exact: true });
        await tabTo(page, () => panel.evaluate((element) => element.contains(document.activeElement)));
        await tabTo(page, () => hasFocus(tab(name)), 'Shift+Tab');
      }
      await app.goToAddress('settings');
      const file = page.getByRole('textbox', { name: 'File of weights on this machine' });
      await file.waitFor();
      await tabTo(page, () => hasFocus(file));
      await page.keyboard.type('/nowhere/none.safetensors');
      await tabTo(page, () => hasFocus(page.getByRole('button', { name: 'Add', exact: true })));
      await page.keyboard.press('Enter');
      await page.getByRole('alert').filter({ hasText: 'none.safetensors' }).first().waitFor();
      const catalogue = page.locator('summary').filter({ hasText: 'Catalogue' });
      await tabTo(page, () => hasFocus(catalogue));
      await page.keyboard.press('Enter');
      await tabTo(page, () => hasFocus(page.getByRole('button', { name: /^Download / }).first()));
    });
  });
});

/** What the view says, but for the papers that it names. */
async function wordsWithoutSources(page: Page): Promise<string> {
  return await page.locator('main').evaluate((view) => {
    const copy = view.cloneNode(true) as HTMLElement;
    for (const source of copy.querySelectorAll('cite')) source.remove();
    return copy.innerText;
  });
}

type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** Where an element stands once all that arrives around it has come. */
async function placeOf(element: Locator): Promise<Box> {
  let before = '';
  await expect
    .poll(async () => {
      const [last, now] = [before, JSON.stringify(await element.boundingBox())];
      before = now;
      return now === last;
    })
    .toBe(true);
  return (await element.boundingBox())!;
}

function hasFocus(place: Locator): Promise<boolean> {
  return place.evaluate((element) => element === document.activeElement);
}

/** Presses a key until it is there, as a person would; fails when it never is. */
async function tabTo(page: Page, isThere: () => Promise<boolean>, key = 'Tab'): Promise<void> {
  for (let presses = 0; presses < MOST_TABS; presses += 1) {
    if (await isThere()) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${MOST_TABS} times ${key} did not lead there`);
}
