import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openLastingClient } from './lasting-client.ts';

const command = fileURLToPath(new URL('../cli/thaw.ts', import.meta.url));

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (chunk: Buffer) => resolve(String(chunk)));
    child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
  });
}

it('fault 35: a front end that joined another Thaw opens the project itself when that one is killed', async () => {
  const root = mkdtempSync(join(tmpdir(), 'thaw-lasting-'));
  const folder = join(root, 'project');
  const owner = spawn(process.execPath, [command, 'serve', '--project', folder, '--create', '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    await firstLine(owner);
    const client = await openLastingClient({ folder, create: false, onClose: 'stop', onNote: () => undefined });
    const watching = client.call('events.watch', {});
    expect((await client.call('project.rename', { name: 'joined' })).ok).toBe(true);
    owner.kill('SIGKILL');
    expect(await watching).toMatchObject({ ok: false, failure: { code: 'PROJECT_LOCKED' } });
    const info = await client.call('project.info', {});
    expect(info).toMatchObject({ ok: true, value: { name: 'joined' } });
    await client.close();
    expect(await client.call('project.info', {})).toMatchObject({ ok: false, failure: { code: 'CANCELLED' } });
  } finally {
    owner.kill('SIGKILL');
    rmSync(root, { recursive: true, force: true });
  }
});
