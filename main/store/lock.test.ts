import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { acquireLock, type OwnedLock } from './lock.ts';
import { makeTestFolder } from './testing.ts';

const endpoint = { port: 41_234, token: 'a token of enough letters' };
const pid = process.pid;

async function own(folder: string): Promise<OwnedLock> {
  const lock = await acquireLock(folder, { pid });
  if (lock.kind !== 'owner') throw new Error('the lock is held');
  return lock;
}

describe('the project lock', () => {
  it('fault 35: a second process learns the port and token of the first, and owns nothing', async () => {
    const folder = makeTestFolder();
    const lock = await own(folder);
    lock.publish(endpoint);
    expect(await answerOf(startChild(folder))).toEqual({ kind: 'held', ...endpoint });
    lock.release();
    lock.release();
    expect(existsSync(path.join(folder, 'thaw.lock'))).toBe(false);
    expect((await answerOf(startChild(folder))).kind).toBe('owner');
  });

  it.skipIf(process.platform === 'win32')('can be read by its owner only', async () => {
    const folder = makeTestFolder();
    const lock = await own(folder);
    const modeOf = () => statSync(path.join(folder, 'thaw.lock')).mode & 0o777;
    expect(modeOf()).toBe(0o600);
    lock.publish(endpoint);
    expect(modeOf()).toBe(0o600);
    lock.release();
  });

  it('is taken over from a killed process by one of several that try at once', async () => {
    const folder = makeTestFolder();
    const victim = startChild(folder, true);
    await once(victim.stdout!, 'data');
    victim.kill('SIGKILL');
    await once(victim, 'exit');
    expect(existsSync(path.join(folder, 'thaw.lock'))).toBe(true);
    const children = [1, 2, 3, 4].map(() => startChild(folder, true));
    const answers = await Promise.all(children.map(firstAnswer));
    for (const child of children) child.kill('SIGKILL');
    expect(answers.filter((answer) => answer.kind === 'owner')).toHaveLength(1);
    expect(answers.filter((answer) => answer.kind === 'held')).toHaveLength(3);
  });

  it.skipIf(process.platform === 'win32')('is taken over where its pid now belongs to another process', async () => {
    const folder = makeTestFolder();
    const content = { pid, startMarker: 'another boot:17', nonce: 'n', endpoint };
    writeFileSync(path.join(folder, 'thaw.lock'), JSON.stringify(content));
    (await own(folder)).release();
  });

  it.each(['', '{"pid":', '{"pid":-1}', '[]'])('is taken over where it was half written: %j', async (text) => {
    const folder = makeTestFolder();
    writeFileSync(path.join(folder, 'thaw.lock'), text);
    (await own(folder)).release();
  });

  it('waits for an owner that does not listen yet, and gives up with a reason', async () => {
    const folder = makeTestFolder();
    const lock = await own(folder);
    await expect(acquireLock(folder, { pid, waitMs: 120 })).rejects.toMatchObject({ code: 'PROJECT_LOCKED' });
    setTimeout(() => lock.publish(endpoint), 80);
    expect(await acquireLock(folder, { pid, waitMs: 5000 })).toEqual({ kind: 'held', ...endpoint });
    lock.release();
  });

  it('release leaves a lock alone that is not its own', async () => {
    const folder = makeTestFolder();
    const lock = await own(folder);
    const other = JSON.stringify({ pid, startMarker: null, nonce: 'other', endpoint });
    writeFileSync(path.join(folder, 'thaw.lock'), other);
    lock.release();
    expect(readFileSync(path.join(folder, 'thaw.lock'), 'utf8')).toBe(other);
    expect(() => lock.publish(endpoint)).toThrow(/not ours/);
  });
});

type Answer = { readonly kind: string; readonly port?: number; readonly token?: string };

/** A process that takes the lock, publishes, prints what it got as JSON, and (with `stays`) lives on. */
function startChild(folder: string, stays = false): ChildProcess {
  const source = `
    import { acquireLock } from ${JSON.stringify(path.resolve(import.meta.dirname, 'lock.ts'))};
    const lock = await acquireLock(${JSON.stringify(folder)}, { pid: process.pid, waitMs: 20_000 });
    if (lock.kind === 'owner') lock.publish(${JSON.stringify(endpoint)});
    console.log(JSON.stringify(lock));
    if (${stays}) setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

async function firstAnswer(child: ChildProcess): Promise<Answer> {
  const [chunk] = (await once(child.stdout!, 'data')) as [Buffer];
  return JSON.parse(chunk.toString('utf8')) as Answer;
}

async function answerOf(child: ChildProcess): Promise<Answer> {
  const [answer] = await Promise.all([firstAnswer(child), once(child, 'exit')]);
  return answer;
}
