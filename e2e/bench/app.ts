/** The app with many photos: start in Electron, first pictures, scrolling, keys while training, memory, size of the bundle. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pagesFolder } from '../../main/kernel/resources.ts';
import { type BrowserRun, launchBrowser, whyNoBrowser } from '../fixtures/browser.ts';
import { ensureBuilt } from '../fixtures/built-app.ts';
import { whyNoElectron } from '../fixtures/electron.ts';
import { listDescendants } from '../fixtures/processes.ts';
import { thawJson } from '../fixtures/thaw-command.ts';
import { firstLoadBytes } from './bundle-size.ts';
import { measureStart } from './electron-start.ts';
import { photosOfBench } from './import.ts';
import {
  collectGarbage,
  measureKeys,
  measureScrolling,
  percentile95,
  rendererMegabytes,
  waitForFirstPicture,
} from './page-measures.ts';
import { copyPhotos } from './photo-copies.ts';
import type { BenchRecord } from './record.ts';
import { findTestPictures } from './shared-data.ts';
import { median } from './warm-cache.ts';

const cli = fileURLToPath(new URL('../../main/cli/thaw.ts', import.meta.url));
const WARM_STARTS = 5;
const OPENINGS = 5;
const KEYS = 100;
const KEY_PAUSE_MS = 100;
const TRAINING_UNDER_WAY_MS = 8000; // its engine has loaded by then and featurises

export async function benchApp(): Promise<readonly BenchRecord[]> {
  const photos = findTestPictures('cats-dogs');
  if (photos === null) return [];
  ensureBuilt();
  const root = mkdtempSync(join(tmpdir(), 'thaw-bench-app-'));
  try {
    const project = join(root, 'project');
    copyPhotos(photos, join(root, 'photos'), photosOfBench);
    await thawJson('--project', project, 'import', join(root, 'photos'));
    return [bundleRecord(), ...(await inBrowser(project, join(root, 'served'))), ...(await inElectron(project, root))];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function bundleRecord(): BenchRecord {
  const megabytes = firstLoadBytes(pagesFolder) / 1e6;
  const work = 'index.html with the scripts and styles that it loads before any lazy view, gzipped';
  return recordOf('renderer bundle, MB', { work, ours: megabytes, goal: 1.5 });
}

async function inBrowser(project: string, dataFolder: string): Promise<BenchRecord[]> {
  const why = whyNoBrowser();
  if (why !== null) {
    console.warn(`LEFT OUT: what is measured in a browser: ${why}`);
    return [];
  }
  const run = await launchBrowser({ project, dataFolder });
  try {
    await waitForFirstPicture(run.page);
    const scrolled = await scrolling(run);
    const opened = await openings(run);
    const after = memoryRecord(
      'memory of the renderer after more openings, MB',
      `the same after ${OPENINGS} more openings`,
    );
    await collectGarbage(run.page);
    const kept = memoryRecord(
      'memory of the renderer after more openings and a collection, MB',
      'the same after V8 has collected what nothing holds, so the pages that gave way',
    );
    return [opened, ...scrolled, after, kept, await keysWhileTraining(run, project)];
  } finally {
    await run.close();
  }
}

async function openings({ page }: BrowserRun): Promise<BenchRecord> {
  const elapsedMs: number[] = [];
  for (let opening = 0; opening < OPENINGS; opening += 1) {
    const startMs = performance.now();
    await page.reload({ waitUntil: 'commit' });
    await waitForFirstPicture(page);
    elapsedMs.push(performance.now() - startMs);
  }
  const work = `the page of an open project of ${photosOfBench} photos loaded anew, to the first picture painted; median of ${OPENINGS}: ${rounded(elapsedMs)}; ${loadNow()}`;
  return recordOf('opening to first pictures, ms', { work, ours: median(elapsedMs), goal: 1000 });
}

async function scrolling({ page }: BrowserRun): Promise<BenchRecord[]> {
  const devtools = await page.context().newCDPSession(page);
  const { frameMs, scriptMs } = await measureScrolling(page, devtools);
  await devtools.detach();
  const work = `the grid of ${photosOfBench} photos scrolled in every frame for 8 s, software rendering, ${frameMs.length} frames; ${loadNow()}`;
  return [
    recordOf('frame while scrolling, 95th percentile, ms', { work, ours: percentile95(frameMs), goal: 50 }),
    recordOf('script a frame while scrolling, ms', {
      work: `${work}; mean, by the thread's own clock`,
      ours: scriptMs,
      goal: 8,
    }),
    memoryRecord('memory of the renderer, MB', 'the process of a page opened once, after that'),
  ];
}

function memoryRecord(name: string, what: string): BenchRecord {
  const work = `${what}; proportional share of what is shared (PSS)`;
  return recordOf(name, { work, ours: rendererMegabytes(process.pid), goal: 400 });
}

/** `thaw train` joins the host of `thaw serve`, which trains in its engine; stopped when all keys were pressed. */
async function keysWhileTraining({ page, server }: BrowserRun, project: string): Promise<BenchRecord> {
  const training = spawn(process.execPath, [cli, '--project', project, 'train', '--json'], { stdio: 'ignore' });
  try {
    await sleep(TRAINING_UNDER_WAY_MS);
    requireTraining(training, server);
    const delaysMs = await measureKeys(page, KEYS, KEY_PAUSE_MS);
    requireTraining(training, server);
    const work = `${KEYS} arrow keys in the grid while ${photosOfBench} photos are featurised and trained on, 2 cores; Event Timing, 95th percentile; median ${median(delaysMs).toFixed(0)} ms; ${loadNow()}`;
    return recordOf('input to paint while training, ms', { work, ours: percentile95(delaysMs), goal: 100 });
  } finally {
    training.kill('SIGINT');
    await new Promise<void>((resolve) =>
      training.exitCode === null ? training.once('close', () => resolve()) : resolve(),
    );
  }
}

/** Figures taken beside no training would be worth nothing. */
function requireTraining(training: ChildProcess, server: ChildProcess): void {
  if (training.exitCode !== null) throw new Error(`The training ended with ${training.exitCode} before the keys did.`);
  if (listDescendants(server.pid ?? 0).length === 0) throw new Error('No engine runs below `thaw serve`.');
}

async function inElectron(project: string, root: string): Promise<BenchRecord[]> {
  const why = whyNoElectron();
  if (why !== null) {
    console.warn(`LEFT OUT: the start of the app in Electron: ${why}`);
    return [];
  }
  const elapsedMs: number[] = [];
  for (let start = 0; start <= WARM_STARTS; start += 1) elapsedMs.push(await measureStart(project, join(root, 'data')));
  const [firstMs = Number.NaN, ...warmMs] = elapsedMs;
  const work = `from the start of the process to the first picture of ${photosOfBench} photos; median of ${WARM_STARTS} warm: ${rounded(warmMs)}; the very first ${firstMs.toFixed(0)}; ${loadNow()}`;
  return [recordOf('start to usable window, ms', { work, ours: median(warmMs), goal: 2000 })];
}

type Figure = { readonly work: string; readonly ours: number; readonly goal: number };

/** A figure that has to stay below its goal. */
function recordOf(name: string, { work, ours, goal }: Figure): BenchRecord {
  return { name, work, ours, peer: null, peerName: null, ratio: null, goal: `at most ${goal}`, met: ours <= goal };
}

function rounded(values: readonly number[]): string {
  return values.map((value) => value.toFixed(0)).join(', ');
}

function loadNow(): string {
  return `load of the machine ${(loadavg()[0] ?? 0).toFixed(1)} on 2 cores`;
}
