/** The host as a child of a shell: real processes, a real project, the real engine. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quickestMs } from '../../e2e/fixtures/quickest.ts';
import type { Failure } from '../../shared/contract/errors.ts';
import { ReplyFrame } from '../../shared/contract/frames.ts';
import { HostProcessMessage } from '../../shared/contract/host-messages.ts';
import type { HostEvent, JobStatus } from '../../shared/contract/jobs.ts';
import type { ProjectInfo } from '../../shared/contract/machine.ts';
import { Recipe } from '../../shared/domain/recipe.ts';
import { openProject } from '../store/project.ts';
import { listRuns } from '../store/runs.ts';

const entry = fileURLToPath(new URL('./entry.ts', import.meta.url));
const started: ChildProcess[] = [];
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'thaw-host-'));
});
afterEach(async () => {
  for (const child of started.splice(0)) {
    child.kill('SIGKILL');
    await ended(child);
  }
  rmSync(root, { recursive: true, force: true });
});

function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
}

type Settled = { readonly value?: unknown; readonly failure?: Failure };

/** A shell of the test: sends frames on ports and keeps what comes back. */
function startHost(...parameters: readonly string[]) {
  const env = { ...process.env, THAW_CONFIG_DIR: join(root, 'config') };
  const child = fork(entry, parameters, { env, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  started.push(child);
  const pending = new Map<string, (settled: Settled) => void>();
  const closedPorts: number[] = [];
  const listeners = new Map<string, (event: HostEvent) => void>();
  let tellOpened: (outcome: ProjectInfo | Failure | null) => void;
  const opened = new Promise<ProjectInfo | Failure | null>((resolve) => {
    tellOpened = resolve;
  });
  child.on('message', (raw) => {
    const message = HostProcessMessage.parse(raw);
    if ('frame' in message) return receive(message.port, ReplyFrame.parse(JSON.parse(message.frame)));
    if (message.kind === 'opened') tellOpened(message.info);
    else if (message.kind === 'failed') tellOpened(message.failure);
    else closedPorts.push(message.port);
  });
  function receive(port: number, frame: ReplyFrame): void {
    const key = `${port}:${frame.id}`;
    if (frame.kind === 'event') {
      if (frame.event.kind === 'host') listeners.get(key)?.(frame.event.event);
      return;
    }
    pending.get(key)?.(frame.kind === 'value' ? { value: frame.value } : { failure: frame.failure });
  }
  let lastId = 0;
  const call = (port: number, command: string, input: unknown, onEvent?: (event: HostEvent) => void) =>
    new Promise<Settled>((resolve) => {
      const id = ++lastId;
      pending.set(`${port}:${id}`, resolve);
      if (onEvent !== undefined) listeners.set(`${port}:${id}`, onEvent);
      child.send({ port, frame: JSON.stringify({ kind: 'call', id, command, input }) });
    });
  return { child, opened, call, closedPorts };
}

async function until(holds: () => boolean, limitMs = 300_000): Promise<void> {
  const deadlineMs = performance.now() + limitMs;
  while (!holds()) {
    if (performance.now() > deadlineMs) throw new Error('this never came true');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the host of the desktop app', () => {
  it('needs no project for what belongs to none, and ends when it is told to', async () => {
    const { child, opened, call } = startHost();
    expect(await opened).toBeNull();
    const settings = { language: 'zh-CN', theme: 'dark', notify: false, cluster: null };
    expect((await call(1, 'settings.set', settings)).value).toEqual(settings);
    expect((await call(2, 'settings.get', {})).value).toEqual(settings);
    expect((await call(1, 'project.info', {})).failure?.code).toBe('PROJECT_MISSING');
    child.send({ kind: 'quit' });
    expect(await ended(child)).toBe(0);
  });

  it('says why a project cannot be opened', async () => {
    const { child, opened } = startHost('--project', join(root, 'nothing'));
    expect(await opened).toMatchObject({ code: 'PROJECT_MISSING' });
    expect(await ended(child)).toBe(1);
  });

  it('fault 17: gives up a port that sends what is no frame, and serves the others; passes over what is no message', async () => {
    const { child, opened, call, closedPorts } = startHost();
    await opened;
    for (const message of [{ kind: 'nonsense' }, 7, { port: -1, frame: '' }, { port: 1 }, { kind: 'quit', more: 1 }])
      child.send(message);
    child.send({ port: 3, frame: '{"kind":"call"}' });
    child.send({ port: 4, frame: JSON.stringify({ kind: 'cancel', id: 1, ['__proto__']: 1, constructor: {} }) });
    await until(() => closedPorts.length === 2);
    expect(closedPorts).toEqual([3, 4]);
    expect((await call(5, 'backbones.list', {})).value).toBeDefined();
    expect((await call(5, 'toString', {})).failure?.code).toBe('INVALID_INPUT');
  });
});

/** Whether the engine trains, be it the folds by which the settings are chosen. */
function isComputing(job: JobStatus | undefined): boolean {
  return ['featurising', 'cross-validating', 'training'].includes(job?.progress?.phase ?? '');
}

describe('a training that the app started', () => {
  const train = {
    command: 'runs.train',
    input: {
      backbone: 'tf_efficientnet_lite0',
      freeze: 'none', // steps of seconds: it is surely under way when it is stopped
      seed: 1,
      recipe: Recipe.parse({ epochs: 50 }),
      checkpointEverySteps: 1,
    },
  };

  it('fault 34: goes on when its window is gone, is told in full to the next, stops within 2 s, and ends with the app', async () => {
    const project = join(root, 'cats');
    const { child, opened, call } = startHost('--project', project, '--create');
    expect(await opened).toMatchObject({ folder: project, name: 'cats', readOnly: false, isSample: false, notes: [] });

    const jobs = new Map<string, JobStatus>();
    const changed = new Set<string>();
    const watch = (event: HostEvent): void => {
      if (event.kind === 'job') jobs.set(event.job.jobId, event.job);
      if (event.kind === 'changed') for (const what of event.what) changed.add(what);
    };
    void call(1, 'events.watch', {}, watch);
    const sample = (await call(1, 'jobs.start', { command: 'project.add-sample', input: {} })).value as {
      jobId: string;
    };
    await until(() => jobs.get(sample.jobId)?.state === 'done');
    const answer = (await call(1, 'jobs.result', sample)).value as { output: { imported: number } };
    expect(answer.output.imported).toBeGreaterThan(50);
    expect([...changed].sort()).toEqual(['classes', 'library', 'storage']);
    expect((await call(1, 'project.info', {})).value).toMatchObject({ isSample: true });

    const { jobId } = (await call(1, 'jobs.start', train)).value as { jobId: string };
    await until(() => isComputing(jobs.get(jobId)));
    child.send({ kind: 'port-closed', port: 1 }); // the window crashed
    jobs.clear();
    void call(2, 'events.watch', {}, watch);
    await until(() => jobs.has(jobId));
    expect(jobs.get(jobId)).toMatchObject({ state: 'running', command: 'runs.train' });
    expect(jobs.get(jobId)?.runId).toMatch(/^run_/);

    let running = jobId;
    const stopAndResume = async (): Promise<number> => {
      const stoppedMs = performance.now();
      expect((await call(2, 'jobs.stop', { jobId: running })).value).toEqual({ stopped: true });
      await until(() => jobs.get(running)?.state !== 'running');
      const elapsedMs = performance.now() - stoppedMs;
      expect(jobs.get(running)?.state).toBe('cancelled');
      const resumed = await call(2, 'jobs.start', { command: 'runs.resume', input: { runId: null } });
      running = (resumed.value as { jobId: string }).jobId;
      await until(() => isComputing(jobs.get(running)));
      return elapsedMs;
    };
    expect(await quickestMs(2000, stopAndResume)).toBeLessThan(2000);
    child.disconnect(); // the app was killed
    expect(await ended(child)).toBe(0);
    const reopened = openProject(project, { clock: () => new Date() });
    expect(reopened.interruptedRuns).toEqual([]);
    expect(listRuns(reopened.database).map(({ status }) => status)).toEqual(['cancelled']);
    reopened.close();
  });
});
