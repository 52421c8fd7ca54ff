/** A project on a small disk that is full, and grows: needs Linux and the right to mount; long, so with THAW_FULL=1. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { CommandOutput } from '../../shared/contract/commands.ts';
import { makePhotoFolder } from '../fixtures/photo-folders.ts';
import { thaw, thawJson } from '../fixtures/thaw-command.ts';

const root = mkdtempSync(join(tmpdir(), 'thaw-disk-'));
const disk = join(root, 'disk');
const isMounted = process.env.THAW_FULL === '1' && mount('2m');
if (!isMounted)
  console.warn(
    'LEFT OUT: a full disk under the command line (THAW_FULL=1 is not set, or a small disk cannot be mounted here)',
  );
afterAll(() => {
  if (isMounted) execFileSync('umount', [disk]);
  rmSync(root, { recursive: true, force: true });
});

function mount(size: string): boolean {
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
const grow = (size: string): unknown => execFileSync('mount', ['-o', `remount,size=${size}`, disk]);

describe.skipIf(!isMounted)('fault 25: a full disk', () => {
  it('ends import and training as DISK_FULL, damages nothing, and both go on once there is space', async () => {
    const folder = join(disk, 'project');
    const at = ['--project', folder];
    const photos = makePhotoFolder(join(root, 'photos'), { grey: [0, 20], tabby: [21, 41] });
    const importing = await thaw('import', photos, ...at);
    expect(importing.code).toBe(1);
    expect(importing.stderr).toContain('DISK_FULL');
    expect(importing.stderr).not.toContain('BUG');

    grow('8m');
    const imported = await thawJson<CommandOutput<'library.import'>>('import', photos, ...at);
    expect(imported.skipped).toEqual([]);
    expect(imported.imported + imported.duplicates.length).toBe(imported.found);
    const training = await thaw('train', '--epochs', '1', ...at);
    expect(training.code).toBe(1);
    expect(training.stderr).toContain('DISK_FULL');
    const hopeless = await thaw('train', '--freeze', 'stem', ...at); // 40 rows of 1.6 MB: refused before anything starts
    expect(hopeless.code).toBe(1);
    expect(hopeless.stderr).toMatch(/DISK_FULL: EfficientNet-Lite0, frozen through stem: .* of disk/);
    expect(hopeless.stderr).not.toContain('featurising');

    grow('400m');
    const run = await thawJson<CommandOutput<'runs.train'>>('train', '--epochs', '1', ...at);
    expect(run.status).toBe('done');
    const runs = await thawJson<CommandOutput<'runs.list'>>('runs', ...at);
    expect(runs.map(({ status, failure }) => failure?.code ?? status).sort()).toEqual([
      'DISK_FULL',
      'DISK_FULL',
      'done',
    ]);
    const names = readdirSync(folder, { recursive: true }).map(String);
    expect(names.filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
