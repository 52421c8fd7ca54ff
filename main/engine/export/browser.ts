/** Runs an exported graph model in a browser page, by its own sample code, where there is a browser on this machine. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { ExportCheck } from '../../../shared/domain/export.ts';
import { decodeImage } from '../../imaging/decode.ts';
import { browserLibraryFile } from '../tensorflow/door.ts';
import { findBrowser } from './find-browser.ts';
import { type PageAnswer, servePage } from './page-server.ts';
import { createTally, notTried, type Tally } from './tally.ts';

const MOST_PICTURES = 12; // a page without a graphics card takes half a second for each
const START_LIMIT_MS = 60_000; // until the page asks for the first thing
const LOOK_EVERY_MS = 200;
const RUNTIME = 'TensorFlow.js in a browser page';

export type BrowserCheckRequest = {
  readonly folder: string;
  readonly pictures: readonly { readonly path: string; readonly probabilities: readonly number[] }[];
  readonly breathe: () => void;
  readonly onPicture: () => void;
  readonly mostPictures?: number;
};

/** How many pictures a browser is asked about, of so many. */
export const picturesInBrowser = (count: number): number => Math.min(count, MOST_PICTURES);

/** From the app's pixels, and from the files by the browser's own decoder. Where it cannot be tried, the check says why. */
export async function checkInBrowser(request: BrowserCheckRequest): Promise<ExportCheck[]> {
  const browser = findBrowser(process.env, process.platform);
  if (browser === null) return [untried('no Chrome, Chromium or Edge was found on this machine')];
  const library = await readFile(browserLibraryFile()).catch(() => null);
  if (library === null) return [untried('TensorFlow.js for browsers is not part of this installation')];
  const pictures = request.pictures.slice(0, request.mostPictures ?? MOST_PICTURES);
  const asked = { ...request, pictures };
  const profile = await mkdtemp(join(tmpdir(), 'thaw-browser-'));
  try {
    return await askBrowser({ browser, profile, library, asked });
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

type Asking = {
  readonly browser: string;
  readonly profile: string;
  readonly library: Buffer;
  readonly asked: BrowserCheckRequest;
};

async function askBrowser({ browser, profile, library, asked }: Asking): Promise<ExportCheck[]> {
  const { folder, pictures, breathe, onPicture } = asked;
  const page = await servePage({
    library,
    folder,
    count: pictures.length,
    pixelsOf: async (at) => await decodeImage(await readFile(pictures[at]!.path)),
    fileOf: async (at) => await readFile(pictures[at]!.path),
    onPicture,
  });
  const child = spawn(browser, [...FLAGS, ...sandboxFlags(), `--user-data-dir=${profile}`, page.url], {
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()));
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  try {
    const startedMs = performance.now();
    for (;;) {
      breathe();
      const answer = page.answer();
      if (answer !== null) return checksOf(answer, asked);
      if (hasEnded) return [untried(`${basename(browser)} ended before it answered`)];
      if (!page.wasVisited() && performance.now() - startedMs > START_LIMIT_MS)
        return [untried(`${basename(browser)} did not open the page within a minute`)];
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  } finally {
    child.kill('SIGKILL');
    await ended;
    await page.close();
  }
}

const FLAGS = [
  ...['--headless=new', '--no-first-run', '--no-default-browser-check', '--disable-extensions', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update', '--mute-audio', '--enable-unsafe-swiftshader'],
];

/** Chromium refuses to run as root with its sandbox; the page holds nothing but our own files. */
function sandboxFlags(): string[] {
  return process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}

function checksOf(answer: PageAnswer, { pictures }: BrowserCheckRequest): ExportCheck[] {
  const runtime = `${RUNTIME}: ${answer.runtime}`.slice(0, 200);
  if (answer.failure !== null)
    throw new Error(`The exported model fails in a browser: ${answer.failure.slice(0, 2000)}`);
  const pixels = createTally({ runtime, source: 'pixels', decoder: 'own' });
  const files = createTally({ runtime, source: 'file', decoder: 'other' });
  const addAll = (tally: Tally, rows: readonly (readonly number[] | null)[]): void => {
    for (const [at, { path, probabilities }] of pictures.entries()) {
      const row = rows[at];
      if (row) tally.add(basename(path), probabilities, row); // null: a format that this browser does not read
    }
  };
  addAll(pixels, answer.fromPixels);
  addAll(files, answer.fromFiles);
  return [pixels.check(), files.check()];
}

function untried(why: string): ExportCheck {
  return notTried({ runtime: RUNTIME, source: 'pixels', decoder: 'own' }, why);
}
