import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findElectron } from '../../e2e/fixtures/electron.ts';
import { tellLeftOut } from '../../e2e/fixtures/left-out.ts';
import { browserLibraryFile } from '../../main/engine/tensorflow/door.ts';
import { productionPackages } from '../building/production-packages.ts';
import { UNUSED_PACKAGES } from '../building/unused-packages.ts';
import { isOlder } from './electron-version.ts';
import { fuseFaults, wantedFuses } from './fuses.ts';
import { isNeededOfPackage, isNeededOfSources } from './host-files.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const loadedFiles = fileURLToPath(new URL('./loaded-files-for-tests.ts', import.meta.url));
const dist = fileURLToPath(new URL('../dist.ts', import.meta.url));
const electron = findElectron();
const why = electron === null || process.platform === 'darwin' ? 'no Electron binary that is one file' : null;
tellLeftOut('reading fuses back', why);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'thaw-packaging-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('versions of Electron', () => {
  it('are compared by number, not by letter', () => {
    expect(isOlder('9.4.1', '45.4.1')).toBe(true);
    expect(isOlder('45.4.0', '45.4.1')).toBe(true);
    expect([isOlder('45.4.1', '45.4.1'), isOlder('45.10.0', '45.4.1'), isOlder('46.0.0-beta.1', '45.4.1')]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('npm run dist refuses one that is older than the pinned one, and says what to do', () => {
    writeFileSync(join(folder, 'version'), '22.3.25');
    const env = { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: folder };
    const run = spawnSync(process.execPath, [dist], { encoding: 'utf8', env });
    expect(run.status).toBe(1);
    expect(run.stderr).toContain('REFUSED');
    expect(run.stderr).toContain('Electron 22.3.25');
  });
});

describe.skipIf(why !== null)('fuses', () => {
  it('of a fresh Electron are found wanting; once set as in a release they read back right', async () => {
    const program = join(folder, 'electron');
    copyFileSync(electron ?? '', program);
    const wanted = wantedFuses('22.3.25', { isUnderTest: false });
    expect(await fuseFaults(program, wanted)).toEqual(
      expect.arrayContaining(['runAsNode', 'enableNodeCliInspectArguments', 'onlyLoadAppFromAsar']),
    );
    await flipFuses(program, {
      version: FuseVersion.V1,
      [FuseV1Options.RunAsNode]: false,
      [FuseV1Options.EnableCookieEncryption]: true,
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
      [FuseV1Options.EnableNodeCliInspectArguments]: false,
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
      [FuseV1Options.OnlyLoadAppFromAsar]: true,
    });
    expect(await fuseFaults(program, wanted)).toEqual([]);
    expect(await fuseFaults(program, wantedFuses('22.3.25', { isUnderTest: true }))).toEqual([
      'enableNodeCliInspectArguments',
    ]);
  });
});

describe('what the packaged host carries', () => {
  const linux = { platform: 'linux', arch: 'x64' } as const;

  it('every file that Node takes to load the packages, and the one that a browser page asks for', () => {
    const run = spawnSync(process.execPath, [loadedFiles], { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
    const files = run.stdout.split('\n').filter((line) => line.startsWith('node_modules/'));
    expect(files.length, run.stderr).toBeGreaterThan(100);
    files.push('node_modules/@tensorflow/tfjs/dist/tf.min.js');
    const packages = new Set(productionPackages(root, UNUSED_PACKAGES));
    const here = { platform: process.platform, arch: process.arch };
    const missing = files.filter((file) => {
      const [, folder = '', name = '', path = ''] = /^(.*node_modules\/(@[^/]+\/[^/]+|[^/]+))\/(.*)$/.exec(file) ?? [];
      return !packages.has(folder) || !isNeededOfPackage(name, path, here);
    });
    expect(missing).toEqual([]);
  });

  it('binaries of its own system only, and every licence', () => {
    const needed = (name: string, path: string): boolean => isNeededOfPackage(name, path, linux);
    expect(needed('onnxruntime-node', 'bin/napi-v6/linux/x64/libonnxruntime.so.1')).toBe(true);
    expect(needed('onnxruntime-node', 'bin/napi-v6/win32/x64/onnxruntime.dll')).toBe(false);
    expect(needed('webgpu', 'dist/linux-x64/dawn.node')).toBe(true);
    expect(needed('webgpu', 'dist/darwin-universal/dawn.node')).toBe(false);
    expect(needed('better-sqlite3', 'prebuilds/linux-x64.node')).toBe(true);
    expect(needed('better-sqlite3', 'prebuilds/linuxmusl-x64.node')).toBe(false);
    expect(needed('better-sqlite3', 'deps/sqlite3/sqlite3.c')).toBe(false);
    expect(needed('@tensorflow/tfjs-node-gpu', 'LICENSE.md')).toBe(true);
    expect(needed('zod', 'v4/index.cjs')).toBe(true);
    expect(needed('zod', 'v4/index.d.ts')).toBe(false);
  });

  it('the one bundle for browsers that a page of the host runs, and no other', () => {
    const [, name, path] = /node_modules\/(@?[^/]+\/[^/]+)\/(.+)$/.exec(browserLibraryFile().replaceAll('\\', '/'))!;
    expect(isNeededOfPackage(name!, path!, linux)).toBe(true);
    expect(isNeededOfPackage('@tensorflow/tfjs', 'dist/tf.es2017.min.js', linux)).toBe(false);
  });

  it('sources without tests, shell and preload', () => {
    const kept = ['host/entry.ts', 'host/entry.test.ts', 'shell/main.ts', 'preload/preload.ts', 'host/README.md'];
    expect(kept.filter(isNeededOfSources)).toEqual(['host/entry.ts']);
  });
});
