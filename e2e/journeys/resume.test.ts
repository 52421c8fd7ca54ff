/** Training that is killed, stopped and damaged on its way ends as if nothing had happened. */
import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandOutput } from '../../shared/contract/commands.ts';
import { makePhotoFolder } from '../fixtures/photo-folders.ts';
import { canListProcesses, findChild, listDescendants, timeUntilGone } from '../fixtures/processes.ts';
import { quickestMs } from '../fixtures/quickest.ts';
import { type Started, samplePhotos, startThaw, thaw, thawJson, waitForStderr } from '../fixtures/thaw-command.ts';

if (!canListProcesses) console.warn('LEFT OUT: killing and resuming a training (no /proc here)');

type Run = CommandOutput<'runs.train'>;
const ORPHAN_LIMIT_MS = 1000;
const CANCEL_LIMIT_MS = 2000;
const TRAINING = 'training · epoch'; // an epoch was finished
let root: string;
let at: readonly string[];
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'thaw-resume-'));
  at = ['--project', join(root, 'project')];
  const photos = makePhotoFolder(join(root, 'photos'), { Misty: [0, 18], Tigger: [20, 38] });
  await thawJson('import', photos, ...at);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Deep enough to last, with a checkpoint after every step. */
const deep = ['--seed', '4', '--freeze', 'blocks.6', '--epochs', '10', '--checkpoint-steps', '1'];

/** Milliseconds until its children have noticed. */
async function killHost(started: Started): Promise<number> {
  const children = listDescendants(started.process.pid ?? 0);
  started.process.kill('SIGKILL');
  const elapsedMs = await timeUntilGone(children);
  await started.finished;
  return elapsedMs;
}

async function startAndWait(args: readonly string[], text: string): Promise<Started> {
  const started = startThaw([...args, ...at], { ownGroup: true });
  await waitForStderr(started, text);
  return started;
}

function truncateNewestCheckpoint(runId: string): void {
  const folder = join(root, 'project', 'runs', runId);
  const numbers = readdirSync(folder).flatMap((name) => /^checkpoint-(\d+)\.safetensors$/.exec(name)?.[1] ?? []);
  truncateSync(join(folder, `checkpoint-${Math.max(...numbers.map(Number))}.safetensors`), 100);
}

describe.skipIf(!canListProcesses)('a training of more than the softmax', () => {
  it('killed, resumed, stopped, damaged and resumed again ends with the weights of an undisturbed run', async () => {
    const undisturbed = await thawJson<Run>('train', ...deep, ...at);
    const killTraining = async (): Promise<number> => killHost(await startAndWait(['train', ...deep], TRAINING));
    expect(await quickestMs(ORPHAN_LIMIT_MS, killTraining)).toBeLessThan(ORPHAN_LIMIT_MS);
    const [killed] = await thawJson<CommandOutput<'runs.list'>>('runs', ...at);
    expect(killed!.status).toBe('interrupted');
    expect((await thaw('runs', ...at)).stdout).toContain(`thaw resume --run ${killed!.runId}`);

    const again = ['resumed', 'trials-kept'];
    const stops: string[] = []; // what each leaves in the log
    const stopResumed = async (attempt: number): Promise<number> => {
      const resumed = await startAndWait(['resume', '--checkpoint-steps', '1'], `training · epoch ${3 + attempt}`);
      stops.push(...again, 'cancelled');
      const startedMs = performance.now();
      process.kill(-(resumed.process.pid ?? 0), 'SIGINT');
      expect((await resumed.finished).code).toBe(130);
      return performance.now() - startedMs;
    };
    expect(await quickestMs(CANCEL_LIMIT_MS, stopResumed)).toBeLessThan(CANCEL_LIMIT_MS);
    truncateNewestCheckpoint(killed!.runId);

    const run = await thawJson<Run>('resume', '--run', killed!.runId, ...at);
    expect(run.runId).toBe(killed!.runId);
    expect(run.status).toBe('done');
    expect(run.featurised).toBe(0);
    expect(run.versions?.weightsSha256).toBe(undisturbed.versions?.weightsSha256);
    expect(run.selectionCorrect).toBe(undisturbed.selectionCorrect);
    expect(run.startedAt).toBe(killed!.startedAt);
    const log = await thawJson<CommandOutput<'runs.events'>>('runs', '--events', ...at);
    const kinds = log.filter(({ runId }) => runId === run.runId).map(({ kind }) => kind);
    expect(kinds).toEqual(['settings-chosen', 'interrupted', ...stops, 'checkpoint-skipped', ...again]);
    await thawJson('evaluate', '--run', run.runId, '--split', 'train', ...at);
  });

  it('fault 41: whose engine the system ended, as it does when memory runs out, goes on with half as many photos at once', async () => {
    const started = await startAndWait(['train', ...deep], TRAINING);
    const engine = findChild(started.process.pid ?? 0, join('main', 'engine', 'entry.ts'));
    process.kill(engine!, 'SIGKILL');
    const failed = await started.finished;
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining("('thaw resume') goes on")]);
    const run = await thawJson<Run>('resume', ...at);
    expect(run.status).toBe('done');
    const log = await thawJson<CommandOutput<'runs.events'>>('runs', '--events', ...at);
    const own = log.filter(({ runId }) => runId === run.runId);
    expect(own.map(({ kind }) => kind)).toEqual(['settings-chosen', 'failed', 'resumed', 'less-memory', 'trials-kept']);
    expect(own.at(-2)!.message).toContain('from here on 8 photos at once');
  });

  it('is not resumed where nothing was stopped, or the run is done', async () => {
    const nothing = await thaw('resume', ...at);
    expect([nothing.code, nothing.stderr]).toEqual([1, expect.stringContaining('there is nothing to resume')]);
    const [run] = await thawJson<CommandOutput<'runs.list'>>('runs', ...at);
    const done = await thaw('resume', '--run', run!.runId, ...at);
    expect(done.stderr).toContain('is done: it is not to be resumed');
  });

  it('is not resumed with other photos than it was started with', async () => {
    await killHost(await startAndWait(['train', ...deep], 'cross-validating · trial 1 of 5 · epoch 1 of 10 · '));
    await thawJson('import', samplePhotos, ...at);
    const refused = await thaw('resume', ...at);
    expect(refused.stderr).toContain('photos or labels changed since it was started');
  });
});
