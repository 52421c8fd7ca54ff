/** With real processes: the host entry is a small script that speaks host-messages. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProjectState } from '../../shared/contract/shell.ts';
import { connectHost } from './host-client.ts';
import { startHost } from './host-process.ts';
import { createProjectHost, type ProjectHost } from './project-host.ts';

/** Echoes 'jobs.list' with no jobs; '/refused' cannot be opened, '/falls' ends as soon as it is open. */
const FAKE_HOST = `
const folder = process.argv[process.argv.indexOf('--project') + 1];
if (folder === '/refused') process.send({ kind: 'failed', failure: { code: 'PROJECT_NEWER', message: 'too new' } }, () => process.exit(1));
else process.send({ kind: 'opened', info: null }, () => { if (folder === '/falls') { process.stderr.write('last words'); process.exitCode = 3; process.disconnect(); } });
process.on('message', (message) => {
  if (message.kind === 'quit') process.exit(0);
  if (message.frame === undefined) return;
  const { id } = JSON.parse(message.frame);
  process.send({ port: message.port, frame: JSON.stringify({ kind: 'value', id, value: { jobs: [] } }) });
});
`;

let folder = '';
let host: ProjectHost;
let states: ProjectState[] = [];
let nowMs = 0;
let starts = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'thaw-host-'));
  const entry = join(folder, 'host.mjs');
  writeFileSync(entry, FAKE_HOST);
  [states, nowMs, starts] = [[], 0, 0];
  host = createProjectHost({
    start: (args, listener) => {
      starts++;
      return startHost({ node: process.execPath, entry, env: process.env }, args, listener);
    },
    onState: (state) => states.push(state),
    nowMs: () => nowMs,
  });
});
afterEach(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

async function until(isReached: () => boolean): Promise<void> {
  for (let tries = 0; !isReached(); tries++) {
    if (tries > 1000) throw new Error(`not reached; states: ${JSON.stringify(states)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('the supervised host', () => {
  it('opens a project and carries calls over a port', async () => {
    expect(await host.open('/fine', { create: false })).toEqual({ state: 'open', folder: '/fine', restarts: 0 });
    const client = await connectHost(host.openPort, () => undefined);
    expect(await client.call('jobs.list', {})).toEqual({ ok: true, value: { jobs: [] } });
  });

  it('tells why a project cannot be opened, to ports too', async () => {
    const state = await host.open('/refused', { create: false });
    expect(state).toMatchObject({ state: 'failed', failure: { code: 'PROJECT_NEWER' } });
    await expect(connectHost(host.openPort, () => undefined)).rejects.toMatchObject({ code: 'PROJECT_NEWER' });
    expect(starts).toBe(1);
  });

  it('is started again after it was killed: ports end, new ones work', async () => {
    await host.open('/fine', { create: false });
    let ends = 0;
    await connectHost(host.openPort, () => ends++);
    const pid = host.pid();
    if (pid === undefined) throw new Error('no host');
    process.kill(pid, 'SIGKILL');
    await until(() => states.at(-1)?.state === 'open' && states.length === 4);
    expect(states.at(-1)).toEqual({ state: 'open', folder: '/fine', restarts: 1 });
    expect([ends, host.pid() !== pid]).toEqual([1, true]);
    const client = await connectHost(host.openPort, () => undefined);
    expect((await client.call('jobs.list', {})).ok).toBe(true);
  });

  it('is left alone when it falls a fourth time within a minute, and its last words are shown', async () => {
    await host.open('/falls', { create: false });
    await until(() => states.at(-1)?.state === 'failed');
    expect(starts).toBe(4);
    const last = states.at(-1);
    expect(last?.state === 'failed' && last.failure.message).toContain('exit code 3; its last words:\nlast words');
  });

  it('ends with close, and then there is no project', async () => {
    await host.open('/fine', { create: false });
    const pid = host.pid();
    await host.close();
    expect(() => process.kill(pid ?? 0, 0)).toThrow();
    expect(host.state()).toEqual({ state: 'none' });
    await expect(host.openPort({ onFrame: () => undefined, onEnd: () => undefined })).rejects.toThrow();
  });
});
