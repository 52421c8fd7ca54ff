/** `npm start` where no Electron can be shown: it says so, serves the app and hands the link to a browser. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tellLeftOut } from '../fixtures/left-out.ts';

const script = fileURLToPath(new URL('../../scripts/start.ts', import.meta.url));
const START_MS = 600_000; // it builds what is stale
const why = process.platform === 'linux' ? null : 'it fakes xdg-open, the opener of Linux';
tellLeftOut('npm start without Electron', why);

describe.skipIf(why !== null)('npm start without a display', () => {
  let root = '';
  let opened = ''; // what the browser was given
  let child: ChildProcess | null = null;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'thaw-start-'));
    opened = join(root, 'opened');
    mkdirSync(join(root, 'bin'));
    const opener = join(root, 'bin', 'xdg-open');
    writeFileSync(opener, `#!/bin/sh\necho "$1" > '${opened}'\n`);
    chmodSync(opener, 0o755);
  });
  afterEach(() => {
    child?.kill('SIGKILL');
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  });

  it('opens the app in the browser instead, and ends in order when it is asked to', async () => {
    const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...given } = process.env;
    const path = `${join(root, 'bin')}${delimiter}${given.PATH ?? ''}`;
    const env = { ...given, PATH: path, HOME: root, THAW_CONFIG_DIR: join(root, 'config') };
    const started = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    child = started;
    let [said, printed] = ['', ''];
    started.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
    started.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString('utf8');
    });
    const ended = new Promise<number | null>((resolve) => started.once('close', resolve));
    const link = /http:\/\/127\.0\.0\.1:\d+\/\?token=[0-9a-f]+/;
    await expect.poll(() => printed, { timeout: START_MS }).toMatch(link);
    await expect.poll(() => said).toMatch(/NO ELECTRON HERE \(no display: .*\)\. Opening Thaw in your browser instead/);
    const url = link.exec(printed)?.[0] ?? '';
    await expect.poll(() => (existsSync(opened) ? readFileSync(opened, 'utf8').trim() : '')).toBe(url);
    const entered = await fetch(url);
    const cookie = String(entered.headers.get('set-cookie')).split(';')[0] ?? '';
    const page = await fetch(new URL('/', url), { headers: { cookie } });
    expect(await page.text()).toContain('<title>Thaw</title>');
    started.kill('SIGINT');
    expect(await ended).toBe(0);
  });
});
