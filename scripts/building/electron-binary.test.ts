import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { binaryName, ensureElectron, findElectronBinary } from './electron-binary.ts';

let root = '';
let electron = ''; // the npm package of a checkout
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'thaw-electron-'));
  electron = join(root, 'node_modules', 'electron');
  mkdirSync(electron, { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const name = binaryName(process.platform);
function put(folder: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, '');
  return path;
}
const display = { DISPLAY: ':9' };

describe('the Electron that npm start takes', () => {
  it('is the given one first, else that of the package, without a download', async () => {
    const [own, given] = [put(join(electron, 'dist')), put(join(root, 'given'))];
    const said: string[] = [];
    const find = (env: NodeJS.ProcessEnv) => ensureElectron(root, { ...display, ...env }, (text) => said.push(text));
    expect(await find({})).toEqual({ kind: 'found', path: own });
    expect(await find({ ELECTRON_OVERRIDE_DIST_PATH: join(root, 'given') })).toEqual({ kind: 'found', path: given });
    expect(said).toEqual([]);
  });

  it('is none where the given folder has none, with the reason, whatever the package has', async () => {
    put(join(electron, 'dist'));
    const env = { ...display, ELECTRON_OVERRIDE_DIST_PATH: join(root, 'empty') };
    expect(findElectronBinary(root, env)).toBeNull();
    const found = await ensureElectron(root, env, () => undefined);
    expect(found).toEqual({ kind: 'missing', why: expect.stringContaining(join(root, 'empty')) });
  });

  it('is none where its download fails, with the last error of it', async () => {
    writeFileSync(
      join(electron, 'install.js'),
      "console.error('Error: first');\nconsole.error('Error: no way out');\n",
    );
    const said: string[] = [];
    const found = await ensureElectron(root, display, (text) => said.push(text));
    expect(said).toEqual([expect.stringContaining('fetching Electron')]);
    expect(found).toEqual({ kind: 'missing', why: 'it could not be downloaded: Error: no way out' });
  });

  it('is none on Linux without a display', async () => {
    put(join(electron, 'dist'));
    const found = await ensureElectron(root, {}, () => undefined);
    expect(found.kind).toBe(process.platform === 'linux' ? 'missing' : 'found');
  });
});
