import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findCompiler, findPython, installAdvice } from './tools.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'thaw-tools-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A command of this name on a PATH that holds nothing else. */
function fake(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
}

describe.skipIf(process.platform === 'win32')('tools on a faked PATH', () => {
  it('says that Python is missing, and how to install it', async () => {
    const promise = findPython({ PATH: folder }, 'linux');
    await expect(promise).rejects.toMatchObject({ gap: 'python' });
    await expect(promise).rejects.toThrow(/python3 and python on the PATH.*sudo apt install python3 python3-pip/);
  });

  it('says that pip is missing where Python is there without it', async () => {
    fake('python3', '[ "$1" = -c ] && exit 0; exit 1');
    const promise = findPython({ PATH: folder }, 'linux');
    await expect(promise).rejects.toMatchObject({ gap: 'pip' });
    await expect(promise).rejects.toThrow(/`python3 -m pip --version` failed.*sudo apt install python3-pip/);
  });

  it('passes by a python3 that is too old or broken', async () => {
    fake('python3', 'exit 3');
    fake('python', 'exit 0');
    expect((await findPython({ PATH: folder }, 'linux')).command).toBe('python');
  });

  it('says that the compiler is missing, and how to install it', async () => {
    const promise = findCompiler({ PATH: folder }, 'linux');
    await expect(promise).rejects.toMatchObject({ gap: 'compiler' });
    await expect(promise).rejects.toThrow(/g\+\+, clang\+\+, c\+\+.*sudo apt install g\+\+/);
  });

  it('takes CXX before g++, and clang++ where g++ is missing', async () => {
    fake('clang++', 'exit 0');
    expect(await findCompiler({ PATH: folder }, 'linux')).toBe('clang++');
    fake('mine', 'exit 0');
    expect(await findCompiler({ PATH: folder, CXX: 'mine' }, 'linux')).toBe('mine');
  });
});

it.each(['linux', 'darwin', 'win32', 'freebsd'] as const)('has advice for every tool on %s', (platform) => {
  for (const tool of ['python', 'pip', 'compiler'] as const) {
    expect(installAdvice(tool, platform)).toMatch(/^Install it: .+ Then run `npm run bootstrap` again\.$/);
  }
});
