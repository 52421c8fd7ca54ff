/** How long the app takes from its start to a window that can be used, in a real Electron without a debugger in its way. */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openDisplay } from '../fixtures/display.ts';
import { findElectron, whyNoElectron } from '../fixtures/electron.ts';
import { IS_PICTURE_SHOWN } from './page-measures.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const LIMIT_MS = 60_000;
const POLL_MS = 10;

/** Milliseconds from the start of the process to the first pictures of the project on screen; ends the app. */
export async function measureStart(project: string, dataFolder: string): Promise<number> {
  const program = findElectron();
  if (program === null) throw new Error(whyNoElectron() ?? 'no Electron');
  const display = await openDisplay();
  const startMs = performance.now();
  const app = spawn(program, argumentsFor(project), {
    env: { ...environmentFor(dataFolder), ...(display.name !== '' && { DISPLAY: display.name }) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => app.once('close', () => resolve()));
  try {
    await waitInPage(await findPage(await readDebuggerPort(app)), IS_PICTURE_SHOWN);
    return performance.now() - startMs;
  } finally {
    app.kill('SIGTERM');
    await ended;
    display.stop();
  }
}

function argumentsFor(project: string): string[] {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []; // Chromium refuses to run as root with it
  return [root, ...asRoot, '--remote-debugging-port=0', project];
}

function environmentFor(dataFolder: string): NodeJS.ProcessEnv {
  const { ELECTRON_RUN_AS_NODE: _unset, NODE_OPTIONS: _options, NODE_COMPILE_CACHE: _cache, ...given } = process.env;
  return { ...given, THAW_USER_DATA: dataFolder, THAW_CONFIG_DIR: `${dataFolder}/config`, LANG: 'en_US.UTF-8' };
}

/** The DevTools address of the window's page; Playwright cannot attach to an Electron as old as may be here. */
async function findPage(port: string): Promise<string> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
    const pages = (await answer.json()) as { url: string; webSocketDebuggerUrl: string }[];
    const page = pages.find(({ url }) => url.startsWith('app://'));
    if (page !== undefined) return page.webSocketDebuggerUrl;
    await sleep(POLL_MS);
  }
}

/** Asks again and again, since the first document of a window may give way to another. */
async function waitInPage(address: string, expression: string): Promise<void> {
  const socket = new WebSocket(address);
  const params = { expression };
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The window showed no picture.')), LIMIT_MS);
    const ask = (): void => socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params }));
    socket.onopen = ask;
    socket.onerror = () => reject(new Error(`No connection to ${address}`));
    socket.onmessage = ({ data }) => {
      const reply = JSON.parse(String(data)) as { result?: { result?: { value?: unknown } } };
      if (reply.result?.result?.value !== true) return void setTimeout(ask, POLL_MS);
      clearTimeout(timer);
      resolve();
    };
  });
  socket.close();
}

function readDebuggerPort(app: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`Electron opened no window: ${said}`)), LIMIT_MS);
    app.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
      const port = /DevTools listening on ws:\/\/[^:]+:(\d+)/.exec(said)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(port);
    });
    app.once('error', reject);
    app.once('close', (code) => reject(new Error(`Electron ended with ${code}: ${said}`)));
  });
}
