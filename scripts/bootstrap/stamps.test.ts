import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backendStampPath, findBackendStamp, isWaitingToRetry, writeBackendStamp } from './backend-stamp.mjs';
import { cacheFolder } from './cache-folder.mjs';
import { arePackagesFresh, ensurePackages, isInstalled, pinnedNode } from './node-packages.mjs';
import { parseArguments } from './parse-arguments.mjs';
import { findWheels } from './wheels.mjs';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'thaw-stamps-'));
  mkdirSync(join(root, 'node_modules'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const missing = {
  tensorflow: 'missing',
  why: 'no network',
  wanted: 'cpu',
  libraryPath: '',
  retryAtMs: 600_000,
} as const;

describe('the backend stamp', () => {
  it('reads back what was written, and is not written again when nothing changed', () => {
    expect(findBackendStamp(root)).toBeUndefined();
    writeBackendStamp(root, missing);
    expect(findBackendStamp(root)).toEqual(missing);
    const before = statSync(backendStampPath(root)).ino;
    writeBackendStamp(root, { ...missing });
    expect(statSync(backendStampPath(root)).ino).toBe(before);
  });

  it.each(['', '[]', '{"tensorflow":"tpu","why":"","wanted":"cpu"}', '{"tensorflow":"cpu","wanted":"cpu"}'])(
    'does not trust %j',
    (text) => {
      writeFileSync(backendStampPath(root), text);
      expect(findBackendStamp(root)).toBeUndefined();
    },
  );

  it('waits with a failed download until its time has come, or the clock was set back', () => {
    expect(isWaitingToRetry(missing, 'cpu', 599_999)).toBe(true);
    expect(isWaitingToRetry(missing, 'cpu', 600_000)).toBe(false);
    expect(isWaitingToRetry(missing, 'cpu', -1)).toBe(false);
    expect(isWaitingToRetry(missing, 'gpu', 1)).toBe(false);
    expect(isWaitingToRetry({ ...missing, tensorflow: 'cpu' }, 'cpu', 1)).toBe(false);
    expect(isWaitingToRetry(undefined, 'cpu', 1)).toBe(false);
  });
});

const lock = {
  packages: {
    '': { version: '1.0.0' },
    'node_modules/a': { version: '1.0.0', integrity: 'x' },
    'node_modules/b-win32': { version: '1.0.0', integrity: 'y', optional: true },
  },
};

describe('npm packages', () => {
  it('are installed when npm lists every package of the lock but optional ones for other platforms', () => {
    const a = lock.packages['node_modules/a'];
    expect(isInstalled(lock, { packages: { 'node_modules/a': a } })).toBe(true);
    expect(isInstalled(lock, { packages: {} })).toBe(false);
    expect(isInstalled(lock, { packages: { 'node_modules/a': { ...a, version: '1.0.1' } } })).toBe(false);
    expect(isInstalled(lock, { packages: { 'node_modules/a': { ...a, integrity: 'z' } } })).toBe(false);
    expect(isInstalled(lock, { packages: { 'node_modules/a': a, 'node_modules/left-over': a } })).toBe(false);
    expect(isInstalled(lock, undefined)).toBe(false);
  });

  it('are adopted with a stamp when they fit the lock, and stop being fresh when the lock changes', async () => {
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify(lock));
    writeFileSync(join(root, 'node_modules', '.package-lock.json'), JSON.stringify(lock));
    mkdirSync(dirname(pinnedNode(root)), { recursive: true });
    writeFileSync(pinnedNode(root), '');
    expect(arePackagesFresh(root)).toBe(false);
    await ensurePackages(root);
    expect(arePackagesFresh(root)).toBe(true);
    writeFileSync(join(root, 'package-lock.json'), '{}');
    expect(arePackagesFresh(root)).toBe(false);
  });
});

it('finds the cache folder of each system, with XDG_CACHE_HOME first', () => {
  expect(cacheFolder('linux', { XDG_CACHE_HOME: '/x' }, '/h')).toBe('/x/thaw');
  expect(cacheFolder('linux', { XDG_CACHE_HOME: '' }, '/h')).toBe('/h/.cache/thaw');
  expect(cacheFolder('darwin', {}, '/h')).toBe('/h/Library/Caches/thaw');
  expect(cacheFolder('win32', { LOCALAPPDATA: '/l' }, '/h')).toBe('/l/thaw/cache');
});

it('parses its arguments and leaves those after --run to the script', () => {
  expect(parseArguments([])).toEqual({ asked: undefined, isForced: false, command: [] });
  const options = { asked: 'gpu', isForced: true, command: ['x.ts', '--cpu'] };
  expect(parseArguments(['--gpu', '--retry', '--run', 'x.ts', '--cpu'])).toEqual(options);
  expect(() => parseArguments(['--gpus'])).toThrow(/'--gpus' is no option/);
  expect(() => parseArguments(['--run'])).toThrow(/needs a script/);
});

it('pins an exact version and a sha256 for every wheel, TensorFlow first', () => {
  for (const [variant, machine] of [
    ['cpu', 'linux-x64'],
    ['cpu', 'linux-arm64'],
    ['cpu', 'darwin-arm64'],
    ['gpu', 'linux-x64'],
  ] as const) {
    const wheels = findWheels(variant, machine) ?? [];
    expect(wheels[0]?.name).toMatch(/^tensorflow(-cpu)?$/);
    for (const wheel of wheels) {
      expect(wheel.version).toMatch(/^\d+(\.\d+){1,3}$/);
      expect(wheel.sha256).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(new Set(wheels.map((wheel) => wheel.sha256)).size).toBe(wheels.length);
  }
  expect(findWheels('cpu', 'win32-x64')).toBeUndefined();
});
