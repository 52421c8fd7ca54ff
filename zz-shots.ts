import { execFileSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { askContract } from './e2e/fixtures/ask-contract.ts';
import { launchBrowser } from './e2e/fixtures/browser.ts';
import { ensureBuilt } from './e2e/fixtures/built-app.ts';
import { startDrag } from './e2e/fixtures/drop-files.ts';
import { launchElectron } from './e2e/fixtures/electron.ts';
import { makePhotoFolder } from './e2e/fixtures/photo-folders.ts';
import { makeProject } from './e2e/fixtures/projects.ts';
import { samplePhotos, thawJson } from './e2e/fixtures/thaw-command.ts';

ensureBuilt();
const out = '/tmp/wt/e-shots';
mkdirSync(out, { recursive: true });
const only = process.argv.slice(2);
const is = (n: string) => only.length === 0 || only.includes(n);
async function look(page: Page, name: string, wait = 700) {
  for (const [lang, theme] of [
    ['en', 'light'],
    ['zh-CN', 'dark'],
  ] as const) {
    await askContract(page, 'settings.set', { language: lang, theme, notify: false, cluster: null }).catch(() => null);
    await page.waitForTimeout(wait);
    await page.screenshot({ path: join(out, `${name}-${lang}-${theme}.png`) });
  }
}
const at = async (page: Page, address: string) => {
  await page.evaluate((a) => {
    location.hash = a;
  }, `#/${address}`);
  await page.waitForTimeout(1200);
};
const attempt = async (n: string, f: () => Promise<void>) => {
  if (!is(n)) return;
  const t = Date.now();
  try {
    await f();
    console.log(n, Date.now() - t);
  } catch (e) {
    console.log('FAILED', n, e);
  }
};

await attempt('import', async () => {
  const made = await makeProject({});
  makePhotoFolder(made.photos, { Misty: [0, 6], Tigger: [22, 27] });
  const p = (n: string) => join(made.photos, 'Misty', n);
  writeFileSync(p('page.jpg'), '<!doctype html><title>x</title>');
  writeFileSync(p('empty.png'), '');
  copyFileSync(p('0.jpg'), p('cut.jpg'));
  truncateSync(p('cut.jpg'), 2000);
  writeFileSync(p('clip.mp4'), Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypmp42'), Buffer.alloc(100)]));
  writeFileSync(p('old.heic'), Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic'), Buffer.alloc(100)]));
  writeFileSync(p('archive.zip'), 'PK\x03\x04broken');
  symlinkSync(p('1.jpg'), p('link.jpg'));
  writeFileSync(
    p('a very long name of a picture that somebody took in the garden behind the house in the year of the flood.jpg'),
    'garbage',
  );
  copyFileSync(p('2.jpg'), join(made.photos, 'Tigger', 'same.jpg'));
  for (let i = 0; i < 30; i++) writeFileSync(p(`noise${i}.jpg`), `noise ${i}`);
  const run = await launchBrowser({ project: made.project });
  await run.page.getByRole('navigation').waitFor();
  const drag = await startDrag(run.page, [made.photos]);
  await run.page.waitForTimeout(500);
  await run.page.screenshot({ path: join(out, 'drop.png') });
  await drag.drop();
  await run.page.getByRole('dialog').waitFor({ timeout: 60000 });
  await look(run.page, 'import');
  await run.close();
  made.remove();
});
await attempt('one', async () => {
  const made = await makeProject({ Misty: [0, 8] });
  const run = await launchBrowser({ project: made.project });
  await run.page.getByRole('navigation').waitFor();
  for (const v of [
    'photos',
    'train',
    'use',
    'runs',
    'compare',
    'sweeps',
    'sweeps/new',
    'evaluate/run_aaaaaaaaaaaa',
    'run/run_aaaaaaaaaaaa',
  ]) {
    await at(run.page, v);
    await look(run.page, `one-${v.replace('/', '_')}`);
  }
  await run.close();
  made.remove();
});
await attempt('thirty', async () => {
  const classes: Record<string, [number, number]> = {};
  for (let i = 0; i < 30; i++)
    classes[
      i % 3 === 0
        ? `Felis catus number ${i} with a very long name from a museum label`
        : i % 3 === 1
          ? `黑白花猫第${i}号的照片来自邻居家的院子`
          : `c${i}`
    ] = [i, i + 2];
  const made = await makeProject(classes);
  const run = await launchBrowser({ project: made.project });
  await run.page.getByRole('navigation').waitFor();
  for (const v of ['photos', 'train']) {
    await at(run.page, v);
    await run.page.waitForTimeout(2500);
    await look(run.page, `thirty-${v}`);
  }
  await run.page.setViewportSize({ width: 700, height: 760 });
  for (const v of ['photos', 'train', 'settings']) {
    await at(run.page, v);
    await look(run.page, `thirty-narrow-${v}`);
  }
  await run.close();
  made.remove();
});
await attempt('failed', async () => {
  const made = await makeProject({ Misty: [0, 8], Tigger: [21, 29] });
  const run = await launchBrowser({ project: made.project });
  const page = run.page;
  await page.getByRole('navigation').waitFor();
  const recipe = { epochs: 4, learningRate: 10, weightDecay: 0.01 };
  const job = await askContract(page, 'runs.train', {
    backbone: 'tf_efficientnet_lite0',
    freeze: 'all',
    seed: 1,
    recipe: {
      ...(await import('./shared/domain/recipe.ts')).Recipe.parse({ epochs: 500, weightDecay: 0.01 }),
      learningRate: 9e9,
    },
  } as never).catch((e) => console.log(String(e)));
  const runs = await askContract(page, 'runs.list', {});
  for (const r of runs) {
    console.log(r.status, r.failure?.message);
    await at(page, `run/${r.runId}`);
    await look(page, 'failed-run', 1200);
  }
  await at(page, 'runs');
  await look(page, 'failed-runs');
  // engine killed
  void job;
  void recipe;
  await run.close();
  made.remove();
});
await attempt('killed', async () => {
  const made = await makeProject({ Misty: [0, 20], Tigger: [21, 41] });
  const run = await launchBrowser({ project: made.project });
  const page = run.page;
  await page.getByRole('navigation').waitFor();
  await at(page, 'train');
  await page.waitForTimeout(3000);
  const { Recipe } = await import('./shared/domain/recipe.ts');
  const { listDescendants } = await import('./e2e/fixtures/processes.ts');
  void askContract(page, 'runs.train', {
    backbone: 'tf_efficientnet_lite0',
    freeze: 'blocks.5',
    seed: 1,
    recipe: Recipe.parse({ epochs: 500, weightDecay: 0.01 }),
  } as never).catch((e) => console.log(String(e)));
  let id = '';
  for (let i = 0; i < 60 && id === ''; i++) {
    await page.waitForTimeout(500);
    const r = (await askContract(page, 'runs.list', {})).find((x) => x.status === 'running');
    if (r) id = r.runId;
  }
  await at(page, `run/${id}`);
  await page.waitForTimeout(15000);
  await look(page, 'running');
  const pids = listDescendants(run.server.pid!);
  for (const pid of pids)
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('engine/entry')) process.kill(pid, 'SIGKILL');
  await page.waitForTimeout(1500);
  await look(page, 'engine-killed');
  process.kill(run.server.pid!, 'SIGKILL');
  await page.waitForTimeout(1500);
  for (const v of ['photos', 'train', 'runs', 'settings']) {
    await at(page, v);
    await page.screenshot({ path: join(out, `host-killed-${v}.png`) });
  }
  await run.browser.close();
  made.remove();
});
await attempt('chunk', async () => {
  const made = await makeProject({ Misty: [0, 4], Tigger: [21, 25] });
  const run = await launchBrowser({ project: made.project });
  await run.page.getByRole('navigation').waitFor();
  await run.page.route('**/*weeps*', (r) => r.abort());
  await at(run.page, 'sweeps');
  await look(run.page, 'crash-view');
  await run.close();
  made.remove();
});
await attempt('readonly', async () => {
  const made = await makeProject({ Misty: [0, 6], Tigger: [21, 27] });
  execFileSync('mount', ['--bind', made.project, made.project]);
  execFileSync('mount', ['-o', 'remount,bind,ro', made.project]);
  const run = await launchBrowser({ project: made.project });
  await run.page.getByRole('navigation').waitFor();
  for (const v of ['photos', 'train', 'settings']) {
    await at(run.page, v);
    await look(run.page, `readonly-${v}`);
  }
  await run.close();
  execFileSync('umount', [made.project]);
  made.remove();
});
await attempt('full', async () => {
  const made = await makeProject({});
  const disk = join(made.root, 'disk');
  mkdirSync(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk]);
  makePhotoFolder(made.photos, { Misty: [0, 20], Tigger: [21, 41] });
  await thawJson('import', made.photos, '--project', join(disk, 'p'));
  const run = await launchBrowser({ project: join(disk, 'p') });
  const page = run.page;
  await page.getByRole('navigation').waitFor();
  await at(page, 'train');
  await page.waitForTimeout(4000);
  await look(page, 'full-train');
  execFileSync('mount', ['-o', 'remount,size=7m', disk]);
  const slider = page.getByRole('slider').first();
  await slider.focus();
  await page.keyboard.press('Home');
  await page.waitForTimeout(1000);
  await look(page, 'full-train-2');
  const b = page.getByRole('button', { name: /^(Train|开始训练)$/ });
  console.log('enabled', await b.isEnabled());
  if (await b.isEnabled()) {
    await b.click();
    await page.waitForTimeout(8000);
    await look(page, 'full-run');
  }
  await run.close();
  execFileSync('umount', [disk]);
  made.remove();
});
await attempt('damaged', async () => {
  const made = await makeProject({ Misty: [0, 6], Tigger: [21, 27] });
  const f = openSync(join(made.project, 'thaw.sqlite'), 'r+');
  writeSync(f, Buffer.alloc(4096), 0, 4096, 0);
  closeSync(f);
  for (const l of ['en', 'zh']) {
    const data = join(made.root, `data${l}`);
    const run = await launchElectron({
      project: made.project,
      dataFolder: data,
      args: l === 'zh' ? ['--lang=zh-CN'] : [],
    });
    await run.page.getByRole('heading').first().waitFor();
    await run.page.waitForTimeout(1500);
    await run.page.screenshot({ path: join(out, `damaged-${l}.png`) });
    await run.close();
  }
  made.remove();
});
await attempt('crash', async () => {
  const made = await makeProject({ Misty: [0, 6], Tigger: [21, 27] });
  const run = await launchElectron({ project: made.project });
  await run.page.getByRole('navigation').waitFor();
  await run.page.waitForTimeout(1000);
  await look(run.page, 'electron');
  await run.page.screenshot({ path: join(out, 'electron-before.png') });
  await run.app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]!.webContents.forcefullyCrashRenderer();
  });
  await new Promise((r) => setTimeout(r, 4000));
  const img = await run.app.evaluate(async ({ BrowserWindow }) =>
    (await BrowserWindow.getAllWindows()[0]!.webContents.capturePage()).toPNG().toString('base64'),
  );
  writeFileSync(join(out, 'electron-crashed.png'), Buffer.from(img, 'base64'));
  await run.close();
  made.remove();
});
process.exit(0);
