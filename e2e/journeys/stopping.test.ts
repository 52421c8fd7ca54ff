/** Ctrl-C and kill -9 at each phase: what the user sees, what is left running, what the next run gives. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandOutput } from '../../shared/contract/commands.ts';
import { canListProcesses, listDescendants, timeUntilGone } from '../fixtures/processes.ts';
import { quickestMs } from '../fixtures/quickest.ts';
import {
  type Finished,
  type Started,
  samplePhotos,
  startThaw,
  thawJson,
  waitForStderr,
} from '../fixtures/thaw-command.ts';

if (!canListProcesses) console.warn('LEFT OUT: stopping and killing the command line (no /proc here)');

const STOP_LIMIT_MS = 2000;
const ORPHAN_LIMIT_MS = 1000;
let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'thaw-stopping-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
const project = (name: string): string => join(root, name);

async function whenItHasChildren(pid: number): Promise<number[]> {
  const deadlineMs = performance.now() + 30_000;
  for (;;) {
    const children = listDescendants(pid);
    if (children.length > 0) return children;
    if (performance.now() > deadlineMs) throw new Error(`process ${pid} has started no child`);
    await sleep(10);
  }
}

type Ending = Finished & { readonly elapsedMs: number };

/** Sends the signals to the whole process group, as Ctrl-C in a terminal does, and waits until all of it is gone. */
async function stopGroup(started: Started, signals: readonly NodeJS.Signals[]): Promise<Ending> {
  const pid = started.process.pid ?? 0;
  const children = await whenItHasChildren(pid);
  const startedMs = performance.now();
  for (const signal of signals) process.kill(-pid, signal);
  const finished = await started.finished;
  await timeUntilGone(children);
  return { ...finished, elapsedMs: performance.now() - startedMs };
}

/** Kills the host alone, with no chance to tidy up; milliseconds until its children have noticed. */
async function killHost(started: Started): Promise<number> {
  const children = await whenItHasChildren(started.process.pid ?? 0);
  started.process.kill('SIGKILL');
  const elapsedMs = await timeUntilGone(children);
  await started.finished;
  return elapsedMs;
}

async function startTraining(at: readonly string[], phase: string): Promise<Started> {
  const started = startThaw(['train', '--seed', '5', ...at], { ownGroup: true });
  await waitForStderr(started, phase);
  return started;
}

describe.skipIf(!canListProcesses)('fault 33: Ctrl-C', () => {
  it('ends an import with exit code 130; its counts add up and a second import brings the rest', async () => {
    const stopImport = async (attempt: number): Promise<number> => {
      const own = project(`import ${attempt}`);
      const args = ['import', samplePhotos, '--project', own, '--json'];
      const started = startThaw(args, { ownGroup: true });
      await waitForStderr(started, 'importing');
      const ending = await stopGroup(started, ['SIGINT']);
      expect(ending.code).toBe(130);
      const summary = JSON.parse(ending.stdout) as CommandOutput<'library.import'>;
      expect(summary.cancelled).toBe(true);
      const done = summary.imported + summary.duplicates.length + summary.skipped.length + summary.conflicts.length;
      expect(done + summary.notReached).toBe(summary.found);
      expect(summary.skipped).toEqual([]); // no photo is blamed for the stop
      const again = await thawJson<CommandOutput<'library.import'>>(...args.slice(0, -1));
      const names = readdirSync(own, { recursive: true }).map(String);
      expect(names.filter((name) => name.endsWith('.tmp'))).toEqual([]);
      expect(again.notReached).toBe(0);
      expect(again.duplicates.length).toBeGreaterThanOrEqual(summary.imported);
      return ending.elapsedMs;
    };
    expect(await quickestMs(STOP_LIMIT_MS, stopImport)).toBeLessThan(STOP_LIMIT_MS);
  });

  it('ends at once when a second signal comes', async () => {
    const stopTwice = async (attempt: number): Promise<number> => {
      const at = ['--project', project(`twice ${attempt}`)];
      const started = startThaw(['import', samplePhotos, ...at], { ownGroup: true });
      await waitForStderr(started, 'importing');
      const ending = await stopGroup(started, ['SIGINT', 'SIGTERM']);
      expect(ending.code).toBe(130);
      await thawJson('summary', ...at); // the lock of the ended process is in nobody's way
      return ending.elapsedMs;
    };
    expect(await quickestMs(STOP_LIMIT_MS, stopTwice)).toBeLessThan(STOP_LIMIT_MS);
  });
});

describe.skipIf(!canListProcesses)('faults 22 and 33: training that is stopped and killed', () => {
  it('ends in 2 s, leaves nothing running, and once let through gives the weights of an undisturbed run', async () => {
    const clean = ['--project', project('clean')];
    await thawJson('import', samplePhotos, ...clean);
    const undisturbed = await thawJson<CommandOutput<'runs.train'>>('train', '--seed', '5', ...clean);

    const at = ['--project', project('disturbed')];
    const statuses: string[] = [];
    await thawJson('import', samplePhotos, ...at);
    for (const phase of ['featurising', 'cross-validating']) {
      const stopTraining = async (): Promise<number> => {
        const ending = await stopGroup(await startTraining(at, phase), ['SIGINT']);
        expect(ending.code, ending.stderr).toBe(130);
        expect(ending.stderr).toContain('CANCELLED');
        statuses.push('cancelled');
        return ending.elapsedMs;
      };
      expect(await quickestMs(STOP_LIMIT_MS, stopTraining), phase).toBeLessThan(STOP_LIMIT_MS);
    }
    const killTraining = async (): Promise<number> => {
      statuses.push('interrupted');
      return await killHost(await startTraining(at, 'cross-validating'));
    };
    expect(await quickestMs(ORPHAN_LIMIT_MS, killTraining)).toBeLessThan(ORPHAN_LIMIT_MS);
    const started = startThaw(['train', '--seed', '5', '--json', ...at]);
    const finished = await started.finished;
    const run = JSON.parse(finished.stdout) as CommandOutput<'runs.train'>;
    const runs = await thawJson<CommandOutput<'runs.list'>>('runs', ...at);
    expect(runs.map(({ status }) => status).sort()).toEqual([...statuses, 'done'].sort());
    expect(finished.stderr).toMatch(/This run was cut off when Thaw last ended: run_\w+\./);
    expect(run.featurised).toBe(0); // all of it was kept
    expect(run.versions?.weightsSha256).toBe(undisturbed.versions?.weightsSha256);
  });

  it('fault 22: an engine inside the frozen part ends within 1 s of its host', async () => {
    const killTraining = async (attempt: number): Promise<number> => {
      const at = ['--project', project(`orphan ${attempt}`)];
      await thawJson('import', samplePhotos, ...at);
      return await killHost(await startTraining(at, 'featurising'));
    };
    expect(await quickestMs(ORPHAN_LIMIT_MS, killTraining)).toBeLessThan(ORPHAN_LIMIT_MS);
  });
});
