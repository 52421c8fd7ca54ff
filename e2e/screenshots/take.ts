/** Takes the README's pictures from the running app: every view in both themes, and a short recording of the story. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import type { CommandOutput } from '../../shared/contract/commands.ts';
import { launchBrowser } from '../fixtures/browser.ts';
import { ensureBuilt } from '../fixtures/built-app.ts';
import { thawJson } from '../fixtures/thaw-command.ts';

type Run = CommandOutput<'runs.train'>;

const root = fileURLToPath(new URL('../..', import.meta.url));
const target = join(root, 'resources', 'screenshots');
const FRAME_MS = 400;
const WORK_LIMIT_MS = 120_000;
const STORY_WIDTH_PIXELS = 900;

ensureBuilt();
mkdirSync(target, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'thaw-screenshots-'));
try {
  await takeAll(join(folder, 'Sample Cats'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function takeAll(project: string): Promise<void> {
  const at = ['--project', project];
  await thawJson('import', join(root, 'resources', 'sample', 'photos'), ...at);
  const first: Run = await thawJson('train', '--freeze', 'all', '--epochs', '12', ...at);
  const second: Run = await thawJson('train', '--freeze', 'blocks.6', '--epochs', '4', ...at);
  const app = await launchBrowser({ project });
  try {
    await show(app.page, '#/train'); // the probe, and this machine timed, so that accuracies and costs are shown
    await app.page.getByRole('list', { name: /features after each stage/ }).waitFor({ timeout: WORK_LIMIT_MS });
    const time = app.page.getByRole('button', { name: 'Time this machine' });
    await time.click();
    await time.waitFor({ state: 'detached', timeout: WORK_LIMIT_MS });
    for (const theme of ['light', 'dark'] as const) {
      await app.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      for (const [name, address] of Object.entries(addresses(first.runId, second.runId))) {
        await show(app.page, address);
        await app.page.screenshot({ path: join(target, `${name}-${theme}.png`) });
        console.log(`${name}, ${theme}`);
      }
    }
    await app.page.emulateMedia({ colorScheme: 'light' });
    await recordStory(app.page);
  } finally {
    await app.close();
  }
}

function addresses(first: string, second: string): Readonly<Record<string, string>> {
  return {
    photos: '#/photos',
    train: '#/train',
    run: `#/run/${second}`,
    runs: '#/runs',
    compare: `#/compare/${first}/${second}`,
    evaluate: `#/evaluate/${second}`,
    use: '#/use',
    settings: '#/settings',
  };
}

async function show(page: Page, address: string): Promise<void> {
  await page.goto(new URL(`/${address}`, page.url()).href);
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(1500); // answers over the socket, thumbnails, charts
}

/** Photos, the slider over three depths, training, its curves. */
async function recordStory(page: Page): Promise<void> {
  const frames: Buffer[] = [];
  const hold = async (count: number): Promise<void> => {
    for (let frame = 0; frame < count; frame += 1) {
      frames.push(await page.screenshot());
      await page.waitForTimeout(FRAME_MS / 4);
    }
  };
  await show(page, '#/photos');
  await hold(4);
  await show(page, '#/train');
  const slider = page.getByRole('slider', { name: 'Freeze depth' });
  for (const key of ['End', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft', 'End']) {
    await slider.press(key);
    await hold(2);
  }
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await hold(16);
  const small = await Promise.all(
    frames.map((frame) => sharp(frame).resize({ width: STORY_WIDTH_PIXELS }).png().toBuffer()),
  );
  const joined = sharp(small, { join: { animated: true } });
  writeFileSync(join(target, 'story.webp'), await joined.webp({ delay: FRAME_MS, loop: 0, quality: 70 }).toBuffer());
  console.log(`story, ${frames.length} pictures`);
}
