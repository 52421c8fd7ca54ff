/** Finds Electron's binary, or lets the npm package `electron` fetch it, once. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DOWNLOAD_LIMIT_MS = 5 * 60_000;

export type ElectronFound =
  | { readonly kind: 'found'; readonly path: string }
  | { readonly kind: 'missing'; readonly why: string };

/** ELECTRON_OVERRIDE_DIST_PATH goes first, as for the package itself; on Linux a display has to be there too. */
export async function ensureElectron(
  root: string,
  env: NodeJS.ProcessEnv,
  say: (text: string) => void,
): Promise<ElectronFound> {
  if (process.platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY)
    return { kind: 'missing', why: 'no display: neither DISPLAY nor WAYLAND_DISPLAY is set' };
  const there = findElectronBinary(root, env);
  if (there !== null) return { kind: 'found', path: there };
  if (env.ELECTRON_OVERRIDE_DIST_PATH)
    return { kind: 'missing', why: `ELECTRON_OVERRIDE_DIST_PATH, ${env.ELECTRON_OVERRIDE_DIST_PATH}, holds none` };
  say('fetching Electron, once …');
  const output = await download(root);
  const fetched = findElectronBinary(root, env);
  if (fetched !== null) return { kind: 'found', path: fetched };
  return { kind: 'missing', why: `it could not be downloaded: ${lastLine(output)}` };
}

export function findElectronBinary(root: string, env: NodeJS.ProcessEnv): string | null {
  const folder = join(root, 'node_modules', 'electron');
  const name = binaryName(process.platform);
  if (env.ELECTRON_OVERRIDE_DIST_PATH) {
    const path = join(env.ELECTRON_OVERRIDE_DIST_PATH, name);
    return existsSync(path) ? path : null;
  }
  const pathFile = join(folder, 'path.txt'); // written by the package once its download is complete
  const path = join(folder, 'dist', existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : name);
  return existsSync(path) ? path : null;
}

export function binaryName(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return platform === 'win32' ? 'electron.exe' : 'electron';
}

function download(root: string): Promise<string> {
  const script = join(root, 'node_modules', 'electron', 'install.js');
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'pipe'], timeout: DOWNLOAD_LIMIT_MS });
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-4000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve(error.message));
    child.on('close', () => resolve(output));
  });
}

function lastLine(text: string): string {
  const lines = text.split('\n').filter((line) => /error/i.test(line) && !/^\s+at /.test(line));
  return lines.at(-1)?.trim() ?? 'no reason was given';
}
