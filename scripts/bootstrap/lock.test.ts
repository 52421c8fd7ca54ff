import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isStale, withLock } from './lock.mjs';

const moduleUrl = pathToFileURL(fileURLToPath(new URL('./lock.mjs', import.meta.url))).href;
let folder: string;
let lock: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'thaw-lock-'));
  lock = join(folder, 'deep', 'x.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function deadProcessId(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

/** A process that holds the lock for a moment and writes down when it came in and went out. */
function holdInChild(name: string): Promise<number | null> {
  const code = `import { appendFileSync } from 'node:fs'; import { withLock } from ${JSON.stringify(moduleUrl)};
    await withLock(${JSON.stringify(lock)}, async () => {
      appendFileSync(${JSON.stringify(join(folder, 'log'))}, 'in ${name}\\n');
      await new Promise((resolve) => setTimeout(resolve, 60));
      appendFileSync(${JSON.stringify(join(folder, 'log'))}, 'out ${name}\\n');
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' });
  return new Promise((resolve) => child.on('close', resolve));
}

describe('withLock', () => {
  it('holds a file while the work runs and removes it afterwards, also when the work fails', async () => {
    await withLock(lock, async () => expect(readFileSync(lock, 'utf8')).toBe(`${process.pid} ${hostname()}\n`));
    expect(existsSync(lock)).toBe(false);
    await expect(withLock(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(lock)).toBe(false);
  });

  it('lets one process in at a time, beginning with the lock of a dead one', async () => {
    await withLock(lock, async () => undefined);
    writeFileSync(lock, `${deadProcessId()} ${hostname()}\n`);
    const codes = await Promise.all(['a', 'b', 'c', 'd'].map(holdInChild));
    expect(codes).toEqual([0, 0, 0, 0]);
    const lines = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');
    expect(lines).toHaveLength(8);
    for (let index = 0; index < 8; index += 2) {
      expect(lines[index + 1]).toBe(lines[index]?.replace('in', 'out'));
    }
  });
});

describe('isStale', () => {
  it('tells a dead holder from a living one, and trusts a holder on another host until it is silent', () => {
    const path = join(folder, 'y.lock');
    const nowMs = Date.now();
    expect(isStale(path, nowMs)).toBe(false);
    writeFileSync(path, `${process.pid} ${hostname()}\n`);
    expect(isStale(path, nowMs)).toBe(false);
    const dead = deadProcessId();
    writeFileSync(path, `${dead} ${hostname()}\n`);
    expect(isStale(path, nowMs)).toBe(true);
    writeFileSync(path, `${dead} another-host\n`);
    expect(isStale(path, nowMs)).toBe(false);
    utimesSync(path, new Date(nowMs - 61_000), new Date(nowMs - 61_000));
    expect(isStale(path, nowMs)).toBe(true);
  });

  it('takes a lock that is still being written for a living one', () => {
    const path = join(folder, 'z.lock');
    writeFileSync(path, '');
    expect(isStale(path, Date.now())).toBe(false);
  });
});
