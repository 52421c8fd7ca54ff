/**
 * Takes the README's pictures from the running app: every view in both themes, and a short recording of the story.
 *
 * `npm run screenshots -- FOLDER` keeps its project there, and goes on with what an earlier try has trained.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import type { CommandOutput } from '../../shared/contract/commands.ts';
import { launchBrowser } from '../fixtures/browser.ts';
import { ensureBuilt } from '../fixtures/built-app.ts';
import { thawJson } from '../fixtures/thaw-command.ts';

type Run = Pick<CommandOutput<'runs.train'>, 'runId'>;

const root = fileURLToPath(new URL('../..', import.meta.url));
const target = join(root, 'resources', 'screenshots');
const FRAME_MS = 400;
const WORK_LIMIT_MS = 300_000;
const STORY_WIDTH_PIXELS = 900;
const WIDTH_PIXELS = 1280;
const HEIGHT_PIXELS = 820;
const TALL_PIXELS = 1320; // of views whose point lies below
const COLOURS = 256;

ensureBuilt();
mkdirSync(target, { recursive: true });
const kept = process.argv[2];
const folder = kept ?? mkdtempSync(join(tmpdir(), 'thaw-screenshots-'));
try {
  await takeAll(join(folder, 'Sample Cats'));
} finally {
  if (kept === undefined) rmSync(folder, { recursive: true, force: true });
}

/** The runs that the pictures show, trained where they are not there yet. */
async function prepare(project: string): Promise<Runs> {
  const at = ['--project', project];
  const photos = join(project, '..', 'Photos'); // a place that may stand in a picture
  cpSync(join(root, 'resources', 'sample', 'photos'), photos, { recursive: true });
  await thawJson('import', photos, ...at);
  const done = (await thawJson<CommandOutput<'runs.list'>>('runs', ...at)).filter(({ status }) => status === 'done');
  const train = async (freeze: string, epochs: number): Promise<Run> =>
    done.find(({ config }) => config.recipe.epochs === epochs) ??
    (await thawJson<Run>('train', '--freeze', freeze, '--epochs', `${epochs}`, ...at));
  return {
    first: await train('all', 12),
    second: await train('blocks.6', 4),
    weak: await train('all', 1), // leaves something to fix
  };
}

async function takeAll(project: string): Promise<void> {
  const { first, second, weak } = await prepare(project);
  const app = await launchBrowser({ project });
  try {
    await app.page.getByRole('link', { name: 'Train' }).waitFor(); // the link that lets in has led on to the page
    await show(app.page, '#/train'); // the probe, and this machine timed, so that accuracies and costs are shown
    await app.page.getByRole('list', { name: /features after each stage/ }).waitFor({ timeout: WORK_LIMIT_MS });
    const time = app.page.getByRole('button', { name: 'Time this machine' });
    if (await time.isVisible()) await time.click();
    await time.waitFor({ state: 'detached', timeout: WORK_LIMIT_MS });
    await app.page.mouse.move(0, 0); // over nothing that would show it
    await takePictures(app.page, pictures({ first, second, weak }));
    await app.page.setViewportSize({ width: WIDTH_PIXELS, height: HEIGHT_PIXELS });
    for (const theme of ['light', 'dark'] as const) {
      await app.page.emulateMedia({ colorScheme: theme, reducedMotion: 'no-preference' });
      await recordStory(app.page, theme);
    }
    const sweepId = await sweep(project); // last: its trainings are runs as well, and would fill the other pictures
    await takePictures(app.page, { sweeps: { address: `#/sweeps/${sweepId}`, heightPixels: TALL_PIXELS } });
  } finally {
    await app.close();
  }
}

async function takePictures(page: Page, wanted: Readonly<Record<string, Picture>>): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    for (const [name, { address, heightPixels }] of Object.entries(wanted)) {
      await page.setViewportSize({ width: WIDTH_PIXELS, height: heightPixels ?? HEIGHT_PIXELS });
      await show(page, address);
      writeFileSync(join(target, `${name}-${theme}.png`), await small(await page.screenshot()));
      console.log(`${name}, ${theme}`);
    }
  }
}

/** A sweep of softmaxes, each trained on three folds: seconds, since their features are stored. */
async function sweep(project: string): Promise<string> {
  const tried = [
    '--try',
    'learningRate=0.0001..0.3:log',
    '--try',
    'weightDecay=0.0001..0.3:log',
    '--try',
    'epochs=2,6,20',
  ];
  const how = ['--random', '20', '--folds', '3', '--name', 'Rate, decay, epochs'];
  const { sweepId } = await thawJson<{ sweepId: string }>('sweep', ...tried, ...how, '--project', project);
  return sweepId;
}

type Picture = { readonly address: string; readonly heightPixels?: number };
type Runs = Readonly<Record<'first' | 'second' | 'weak', Run>>;

function pictures({ first, second, weak }: Runs): Readonly<Record<string, Picture>> {
  return {
    photos: { address: '#/photos' },
    train: { address: '#/train' },
    run: { address: `#/run/${first.runId}` },
    runs: { address: '#/runs' },
    compare: { address: `#/compare/${weak.runId}/${second.runId}`, heightPixels: TALL_PIXELS },
    evaluate: { address: `#/evaluate/${weak.runId}` },
    use: { address: '#/use' },
    settings: { address: '#/settings', heightPixels: TALL_PIXELS },
  };
}

/** The interface has few colours: a palette makes a third of the bytes, and nobody sees it. */
function small(picture: Buffer): Promise<Buffer> {
  return sharp(picture).png({ palette: true, colours: COLOURS, effort: 10, compressionLevel: 9 }).toBuffer();
}

async function show(page: Page, address: string): Promise<void> {
  await page.goto(new URL(`/${address}`, page.url()).href);
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(1500); // answers over the socket, thumbnails, charts
  await page.getByText('Ready', { exact: true }).waitFor({ timeout: WORK_LIMIT_MS }); // what the view asked for is answered
  await page.waitForTimeout(300);
}

/** Photos labelled by a key, the slider over its depths, training, its curves, which photos it confuses. */
async function recordStory(page: Page, theme: 'light' | 'dark'): Promise<void> {
  const frames: Buffer[] = [];
  const hold = async (count: number): Promise<void> => {
    for (let frame = 0; frame < count; frame += 1) {
      frames.push(await page.screenshot());
      await page.waitForTimeout(FRAME_MS / 4);
    }
  };
  await show(page, '#/photos');
  await hold(3);
  await page.getByRole('gridcell').nth(1).click();
  await hold(2);
  for (const key of ['2', 'u']) {
    await page.keyboard.press(key); // labels, and takes it back
    await hold(2);
  }
  await show(page, '#/train');
  const slider = page.getByRole('slider', { name: 'Freeze depth' });
  for (const key of ['End', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft', 'End']) {
    await slider.press(key);
    await hold(2);
  }
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await hold(6);
  const evaluate = page.getByRole('button', { name: 'Evaluate', exact: true });
  await evaluate.waitFor({ timeout: WORK_LIMIT_MS });
  await hold(4);
  await evaluate.click();
  await page.getByRole('heading', { name: 'Confusion matrix' }).waitFor({ timeout: WORK_LIMIT_MS });
  await hold(5);
  const resized = await Promise.all(
    frames.map((frame) => sharp(frame).resize({ width: STORY_WIDTH_PIXELS }).png().toBuffer()),
  );
  const joined = sharp(resized, { join: { animated: true } });
  writeFileSync(
    join(target, `story-${theme}.webp`),
    await joined.webp({ delay: FRAME_MS, loop: 0, quality: 70 }).toBuffer(),
  );
  console.log(`story, ${theme}, ${frames.length} pictures`);
}
