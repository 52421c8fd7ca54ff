import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { AppError } from '../../shared/contract/errors.ts';
import { crashLogPlace, openCrashLog, recordingCrashes } from './crash-log.ts';
import type { Handlers } from './dispatch.ts';
import { openClient } from './open-client.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'thaw-crash-log-'));
  vi.stubEnv('HOME', home);
  vi.stubEnv('THAW_CONFIG_DIR', join(home, '.config', 'thaw'));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(home, { recursive: true, force: true });
  });
});
const context = { onEvent: () => undefined, signal: new AbortController().signal };
const logged = (): string => readFileSync(join(crashLogPlace().folder, 'crash.log'), 'utf8');

async function callAndFail(error: unknown): Promise<void> {
  const fail = async (): Promise<never> => {
    throw error;
  };
  const handlers = recordingCrashes({ doctor: fail } as unknown as Handlers, openCrashLog());
  await expect(handlers.doctor({}, context)).rejects.toBe(error); // the caller hears it all the same
}

describe('fault 42: the crash log', () => {
  it('holds bugs with their stack and crashes with their cause, and nothing that is a wish or a wrong input', async () => {
    await callAndFail(new AppError('CANCELLED', 'Stopped as asked.'));
    await callAndFail(new AppError('INVALID_INPUT', 'no such stage'));
    await callAndFail(new AppError('ENGINE_CRASHED', 'SIGSEGV', { cause: new Error('libtensorflow') }));
    await callAndFail(new TypeError('x is not a function'));
    expect(logged()).not.toMatch(/Stopped as asked|no such stage/);
    expect(logged()).toMatch(/ doctor: ENGINE_CRASHED: SIGSEGV\ncaused by: .*\n?Error: libtensorflow/);
    expect(logged()).toMatch(/ doctor: BUG: .*\nTypeError: x is not a function\n +at /);
  });

  it('is at most 5 MB in 5 files', () => {
    const { maxFiles, maxFileBytes, maxEntryBytes } = crashLogPlace();
    expect([maxFiles, maxFiles * maxFileBytes]).toEqual([5, 5 * 2 ** 20]);
    expect(maxEntryBytes).toBeLessThan(maxFileBytes);
  });

  it('is in the report to copy, in which neither home nor project is named', async () => {
    const project = join(home, 'Pictures', 'secret cats');
    mkdirSync(join(home, 'Pictures'));
    await callAndFail(new Error(`ENOENT: ${join(project, 'images', 'a.jpg')} of ${join(home, 'b.jpg')}`));
    const client = await openClient({ folder: project, create: true, onClose: 'stop' });
    try {
      const report = await client.call('machine.report', {});
      const text = report.ok ? report.value.text : expect.unreachable(report.failure.message);
      expect(text).toContain(`Project: <project>; 0 runs`);
      expect(text).toContain(`ENOENT: ${join('<project>', 'images', 'a.jpg')} of ${join('~', 'b.jpg')}`);
      expect(text).toContain(process.version);
      expect(text).not.toContain(home);
      expect(text).not.toContain('secret');
    } finally {
      await client.close();
    }
  });

  it('holds what ended a process by surprise, which ends all the same', async () => {
    const module = JSON.stringify(new URL('./crash-log.ts', import.meta.url).href);
    const script = `import { openCrashLog, recordUncaught } from ${module};
      recordUncaught(openCrashLog());
      Promise.reject(new RangeError('out of range'));`;
    const args = ['--input-type=module-typescript', '--eval', script];
    await expect(promisify(execFile)(process.execPath, args)).rejects.toMatchObject({ code: 1 });
    expect(logged()).toMatch(/ unhandledRejection: .*\nRangeError: out of range\n +at /);
  });

  it('is left out of the report without a project and without a crash', async () => {
    const client = await openClient({ folder: null, create: false });
    const report = await client.call('machine.report', {});
    expect(report.ok && report.value.text).toMatch(/No project is open\.\nNo crash is on record\.$/);
    await client.close();
  });
});
