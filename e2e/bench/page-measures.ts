/** What is measured inside the page of the app: by its own clock, or by what Chromium and /proc count of it. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';
import { listDescendants } from '../fixtures/processes.ts';

const SCROLL_MS = 8000;
const PIXELS_A_FRAME = 40; // about a screen in a third of a second at 60 frames a second
const LEAST_EVENT_MS = 16; // the Event Timing API tells of nothing shorter
const PICTURE_LIMIT_MS = 60_000;
const FIRST_PICTURE = '[role=grid] [role=gridcell] img';

/** An expression for the page: whether the first thumbnail of the grid is there, decoded. */
export const IS_PICTURE_SHOWN = `(() => {
  const picture = document.querySelector('${FIRST_PICTURE}');
  return picture !== null && picture.complete && picture.naturalWidth > 0;
})()`;

/** Resolves when the first thumbnail of the grid is on screen; a page that gives way to another meanwhile does no harm. */
export async function waitForFirstPicture(page: Page): Promise<void> {
  await page.locator(FIRST_PICTURE).first().waitFor({ timeout: PICTURE_LIMIT_MS });
  await page.evaluate(`(async () => {
    await document.querySelector('${FIRST_PICTURE}').decode();
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
  })()`);
}

export type Scrolling = {
  readonly frameMs: readonly number[]; // from one animation frame to the next
  readonly scriptMs: number; // a frame, mean
};

/** Scrolls the grid a little in every frame, to and fro, and takes the time of each frame. */
export async function measureScrolling(page: Page, devtools: CDPSession): Promise<Scrolling> {
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' }); // time of the thread, not of others beside it
  const before = await scriptSeconds(devtools);
  const frameMs = (await page.evaluate(`new Promise((resolve) => {
    const grid = document.querySelector('[role=grid]');
    const frames = [];
    let [last, first, step] = [null, null, ${PIXELS_A_FRAME}];
    const onFrame = (now) => {
      if (last !== null) frames.push(now - last);
      first ??= now;
      last = now;
      if (grid.scrollTop + grid.clientHeight >= grid.scrollHeight - 1) step = -Math.abs(step);
      if (grid.scrollTop <= 0) step = Math.abs(step);
      grid.scrollTop += step;
      if (now - first < ${SCROLL_MS}) requestAnimationFrame(onFrame);
      else resolve(frames);
    };
    requestAnimationFrame(onFrame);
  })`)) as number[];
  const scriptMs = ((await scriptSeconds(devtools)) - before) * 1000;
  return { frameMs, scriptMs: scriptMs / frameMs.length };
}

async function scriptSeconds(devtools: CDPSession): Promise<number> {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? Number.NaN;
}

/** Lets V8 free now what it would free later: documents of earlier openings stay until then, and hide what is really held. */
export async function collectGarbage(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('HeapProfiler.collectGarbage');
  await devtools.detach();
}

/** Milliseconds from each key to the next paint, by the Event Timing API (steps of 8 ms; what it leaves out counts as 16). */
export async function measureKeys(page: Page, presses: number, pauseMs: number): Promise<number[]> {
  await page.locator('[role=gridcell]').first().click();
  await page.evaluate(`(() => {
    globalThis.benchKeys = [];
    new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) if (name === 'keydown') globalThis.benchKeys.push(duration);
    }).observe({ type: 'event', durationThreshold: ${LEAST_EVENT_MS} });
  })()`);
  for (let press = 0; press < presses; press += 1) {
    await page.keyboard.press(press % 20 < 10 ? 'ArrowDown' : 'ArrowUp');
    await sleep(pauseMs);
  }
  await sleep(500);
  const told = (await page.evaluate('globalThis.benchKeys')) as number[];
  return [...told, ...new Array<number>(Math.max(0, presses - told.length)).fill(LEAST_EVENT_MS)];
}

/** Memory of the largest renderer process below a browser, its share of what it shares with others included (PSS), in MB. */
export function rendererMegabytes(browserPid: number): number {
  const renderers = listDescendants(browserPid).filter((pid) =>
    readProcess(pid, 'cmdline').includes('--type=renderer'),
  );
  const sizes = renderers.map((pid) => Number(/^Pss:\s+(\d+) kB$/m.exec(readProcess(pid, 'smaps_rollup'))?.[1] ?? 0));
  if (sizes.length === 0) throw new Error('The browser has no renderer process to measure.');
  return Math.max(...sizes) / 1024;
}

function readProcess(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return ''; // it has just ended
  }
}

/** The value that 95 of 100 do not exceed. */
export function percentile95(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.NaN;
}
