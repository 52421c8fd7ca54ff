import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/contract/errors.ts';
import { lenet5 } from '../../../shared/networks/lenet.ts';
import { split } from '../../../shared/networks/split.ts';
import { chooseExecutor } from './choose.ts';
import type { ExecutorCandidate } from './executor.ts';
import { fastest, tryExecutors } from './trial.ts';

const { prefix } = split(lenet5(), lenet5().stages.at(-1)!.id);
let folder: string;
let clockMs: number;
let notes: string[];
let open: Set<string>; // executors not closed yet
let runs: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'thaw-executors-'));
  [clockMs, notes, open, runs] = [0, [], new Set(), 0];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Fake = {
  name: string;
  runMs: number;
  answer?: number;
  missing?: boolean;
  version?: string;
  isLastResort?: boolean;
  isForetold?: boolean;
};

function fake(facts: Fake): ExecutorCandidate {
  const { name, version = '1.0' } = facts;
  return {
    ...(facts.isForetold && {
      foretell: ({ threads }) => ({ name, version, device: 'cpu', threads, rowLength: 2 }),
    }),
    name: facts.name,
    version: '1',
    isLastResort: facts.isLastResort ?? false,
    open: async ({ threads }) => {
      if (facts.missing) throw new AppError('BACKEND_MISSING', `${facts.name} has no driver.`);
      open.add(facts.name);
      return {
        ...{ name: facts.name, version: facts.version ?? '1.0', device: 'cpu' as const, threads, rowLength: 2 },
        run: async (_input, batch) => {
          clockMs += facts.runMs;
          runs += 1;
          return new Float32Array(batch * 2).fill(facts.answer ?? 1);
        },
        close: async () => {
          open.delete(facts.name);
        },
      };
    },
  };
}

function choose(candidates: ExecutorCandidate[], identity = 'a machine') {
  return chooseExecutor({
    ...{ candidates, folder, identity },
    request: { prefix, weights: new Map(), threads: 2 },
    note: (text) => notes.push(text),
    now: () => clockMs,
    breathe: () => undefined,
  });
}

describe('the choice of an executor', () => {
  it('takes the fastest and closes the others', async () => {
    const chosen = await choose([fake({ name: 'gpu', runMs: 5 }), fake({ name: 'cpu', runMs: 50 })]);
    expect(chosen.name).toBe('gpu');
    expect([...open]).toEqual(['gpu']);
    expect(notes).toEqual([]);
  });

  it('is remembered, so that another measurement cannot flip it', async () => {
    await choose([fake({ name: 'gpu', runMs: 5 }), fake({ name: 'cpu', runMs: 50 })]);
    runs = 0;
    const again = await choose([fake({ name: 'gpu', runMs: 50 }), fake({ name: 'cpu', runMs: 5 })]);
    expect(again.name).toBe('gpu');
    expect(runs).toBe(0);
    expect(await readdir(join(folder, 'executors'))).toHaveLength(1);
    expect((await choose([fake({ name: 'gpu', runMs: 50 }), fake({ name: 'cpu', runMs: 5 })], 'another')).name).toBe(
      'cpu',
    );
  });

  it('is measured anew, with a note, when the remembered one does not open any more', async () => {
    await choose([fake({ name: 'gpu', runMs: 5 }), fake({ name: 'cpu', runMs: 50 })]);
    const candidates = [fake({ name: 'gpu', runMs: 5, missing: true }), fake({ name: 'cpu', runMs: 50 })];
    expect((await choose(candidates)).name).toBe('cpu');
    expect(notes.join()).toContain('gpu has no driver');
    notes = [];
    expect((await choose(candidates)).name).toBe('cpu');
    expect(notes).toEqual([]);
  });

  it('is not opened before its first batch where what it is can be foretold, and then once', async () => {
    const cpu = fake({ name: 'cpu', runMs: 5, isForetold: true });
    await (await choose([cpu])).close();
    const lazy = await choose([cpu]);
    expect(lazy).toMatchObject({ name: 'cpu', version: '1.0', threads: 2, rowLength: 2 });
    expect([...open]).toEqual([]);
    const both = await Promise.all([lazy.run(new Float32Array(8), 1), lazy.run(new Float32Array(8), 2)]);
    expect(both.map(({ length }) => length)).toEqual([2, 4]);
    expect([...open]).toEqual(['cpu']);
    await lazy.close();
    expect([...open]).toEqual([]);
    await (await choose([cpu])).close(); // never used: nothing to close
  });

  it('fails where a foretold one does not open with its first batch, and measures others at the next start', async () => {
    const resort = fake({ name: 'resort', runMs: 1, isLastResort: true });
    await choose([fake({ name: 'cpu', runMs: 5, isForetold: true }), resort]);
    const gone = [fake({ name: 'cpu', runMs: 5, isForetold: true, missing: true }), resort];
    const lazy = await choose(gone);
    await expect(lazy.run(new Float32Array(8), 1)).rejects.toMatchObject({ code: 'BACKEND_MISSING' });
    await lazy.close();
    expect((await choose(gone)).name).toBe('resort');
  });

  it('is measured anew when the executor has another version, or the file is damaged', async () => {
    await choose([fake({ name: 'cpu', runMs: 5 })]);
    await choose([fake({ name: 'cpu', runMs: 5, version: '2.0' })]);
    expect(notes.join()).toContain('changed from 1.0 to 2.0');
    const [file = ''] = await readdir(join(folder, 'executors'));
    await writeFile(join(folder, 'executors', file), '{"formatVersion":');
    expect((await choose([fake({ name: 'cpu', runMs: 5 })])).name).toBe('cpu');
    expect(notes.at(-1)).toContain('damaged');
  });

  it('does not use one whose answers differ from the CPU, however fast, and says so', async () => {
    const wrong = fake({ name: 'gpu', runMs: 1, answer: 1.01 });
    expect((await choose([wrong, fake({ name: 'cpu', runMs: 50 })])).name).toBe('cpu');
    expect(notes.join()).toMatch(/gpu is not used.*DIFFER/);
    expect([...open]).toEqual(['cpu']);
  });

  it('does not use one that answers with what is no number, or fails as it runs', async () => {
    const broken: ExecutorCandidate = {
      ...fake({ name: 'lost', runMs: 1 }),
      open: async (request) => ({
        ...(await fake({ name: 'lost', runMs: 1 }).open(request)),
        run: () => Promise.reject(new Error('device lost')),
      }),
    };
    const notNumbers = fake({ name: 'gpu', runMs: 1, answer: Number.NaN });
    expect((await choose([broken, notNumbers, fake({ name: 'cpu', runMs: 50 })])).name).toBe('cpu');
    expect(notes.join()).toContain('device lost');
    expect([...open]).toEqual(['cpu']);
  });

  it('does not open a last resort while another opens, and takes it otherwise', async () => {
    const resort = fake({ name: 'resort', runMs: 1, isLastResort: true });
    expect((await choose([fake({ name: 'cpu', runMs: 50 }), resort])).name).toBe('cpu');
    expect(runs).toBe(0); // nothing to compare, nothing to time
    expect((await choose([fake({ name: 'cpu', runMs: 50, missing: true }), resort], 'bare')).name).toBe('resort');
  });

  it('fails with every reason where nothing opens', async () => {
    const none = choose([
      fake({ name: 'gpu', runMs: 1, missing: true }),
      fake({ name: 'cpu', runMs: 1, missing: true }),
    ]);
    await expect(none).rejects.toMatchObject({ code: 'BACKEND_MISSING' });
    await expect(none).rejects.toThrow(/gpu has no driver[\s\S]*cpu has no driver/);
  });

  it('closes all when it is stopped in the middle', async () => {
    let breaths = 0;
    const trials = tryExecutors({
      candidates: [fake({ name: 'gpu', runMs: 5 }), fake({ name: 'cpu', runMs: 50 })],
      request: { prefix, weights: new Map(), threads: 2 },
      sample: { input: new Float32Array(8), batch: 8 },
      isThorough: true,
      now: () => clockMs,
      breathe: () => {
        breaths += 1;
        if (breaths > 4) throw new AppError('CANCELLED', 'Stopped as asked.');
      },
    });
    await expect(trials).rejects.toMatchObject({ code: 'CANCELLED' });
    expect([...open]).toEqual([]);
    expect(fastest([])).toBeNull();
  });
});
