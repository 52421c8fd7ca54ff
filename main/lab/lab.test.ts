/** The experiments on trainings that are made up: what they conclude must follow from the figures. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Client } from '../../shared/contract/commands.ts';
import type { EpochReport } from '../../shared/domain/run.ts';
import type { Experiment, LabBench } from './experiments/experiment.ts';
import { experiments, runLab } from './lab.ts';
import type { LabResult, LabRun } from './projects.ts';

type Errors = { readonly train: number; readonly val: number }; // shares

/** A bench on which every training ends with the errors that it is told. */
function benchWith(errorsOf: (wish: LabRun) => Errors | 'diverged'): LabBench & { readonly wishes: LabRun[] } {
  const wishes: LabRun[] = [];
  return {
    wishes,
    ...{ isFull: false, seeds: [1, 2, 3], counts: () => ({ train: 100, val: 100, test: 100 }) },
    train: async (wish) => {
      wishes.push(wish);
      const errors = errorsOf(wish);
      const { train, val } = errors === 'diverged' ? { train: 0.9, val: 0.9 } : errors;
      const epoch = { epoch: 0, trainAccuracy: 1 - train, valAccuracy: 1 - val } as EpochReport;
      const run = { runId: 'run_000000000000', trainMs: 1000 } as LabResult['run'];
      return { run, epochs: [epoch], isDiverged: errors === 'diverged' };
    },
    test: async () => ({ correct: 99, total: 100, accuracy: 0.99 }) as Awaited<ReturnType<LabBench['test']>>,
    time: async (network) => ({
      device: 'a',
      passes: [{ stage: 'conv', batch: 8, seconds: network === 'lab_straight' ? 0.08 : 0.02 }],
      steps: [{ stage: 'input', batch: 8, seconds: network === 'lab_straight' ? 0.24 : 0.08 }],
    }),
  };
}

const find = (id: string): Experiment => experiments.find((each) => each.id === id)!;

describe('the verdict on depth', () => {
  const depthOf = (wish: LabRun): number => Number(/\d+/.exec(wish.network)![0]);
  const isPlain = (wish: LabRun): boolean => wish.network.startsWith('lab_plain');

  it('says behind which depth the plain curve turns up', async () => {
    const bench = benchWith((wish) => {
      const train = isPlain(wish) && depthOf(wish) > 20 ? 0.4 : 0.3 - depthOf(wish) / 1000;
      return { train, val: train };
    });
    const { verdict, rows } = await find('depth').run(bench);
    expect(verdict).toContain('The plain curve turns up behind 20 layers: 28.0 % there, 40.0 % at 56');
    expect(verdict).toContain('the residual one has 24.4 % at 56');
    expect(rows.map(([layers]) => layers)).toEqual(['8', '20', '32', '56']);
  });

  it('says so where the residual curve turns up as well', async () => {
    const { verdict } = await find('depth').run(
      benchWith((wish) => ({ train: depthOf(wish) > 32 ? 0.9 : 0.3, val: 0.3 })),
    );
    expect(verdict).toContain(
      'the residual one turns up too, behind 8: 30.0 % there, 90.0 % at 56. That is not as published',
    );
  });

  it('says what the residual one does whose blocks begin as the identity, with the same settings otherwise', async () => {
    const bench = benchWith((wish) => ({ train: wish.network.endsWith('_zero') ? 0.2 : 0.3, val: 0.3 }));
    const { verdict, columns, rows } = await find('depth').run(bench);
    expect(verdict).toMatch(/That whose blocks begin as the identity has 20\.0 % at 56\.$/);
    expect(rows.at(-1)![columns.indexOf('residual, from identity')]).toBe('20.0 %');
    const started = bench.wishes.filter(({ network }) => network.endsWith('_zero'));
    expect(started.map(depthOf)).toEqual([8, 20, 32, 56]);
    for (const { network, recipe } of started)
      expect(bench.wishes.find((wish) => wish.network === network.replace('_zero', ''))?.recipe).toEqual(recipe);
  });

  it('says so where it does not turn up, and where it is expected', async () => {
    const { verdict } = await find('depth').run(benchWith((wish) => ({ train: 0.3 - depthOf(wish) / 1000, val: 0.3 })));
    expect(verdict).toContain('does not turn up as far as 56 layers');
    expect(verdict).toContain('published is a turn between 20 and 56');
  });

  it('tells nothing of a turn where hardly anything was learnt', async () => {
    const { verdict } = await find('depth-without-norm').run(
      benchWith((wish) => ({ train: depthOf(wish) > 8 ? 0.9 : 0.86, val: 0.9 })),
    );
    expect(verdict).toContain('Hardly anything was learnt (least 86.0 %, guessing has 90.0 %)');
  });

  it('counts a training whose loss is no number as guessing, and says so', async () => {
    const { rows, chart } = await find('depth').run(
      benchWith((wish) => (wish.network === 'lab_plain56_bn' ? 'diverged' : { train: 0.2, val: 0.2 })),
    );
    expect(rows.at(-1)).toContain('no number');
    expect(chart.panels[0]!.series[0]!.points.at(-1)!.y).toBeCloseTo(90, 9);
  });
});

describe('an effect over seeds', () => {
  it('is told only where its interval leaves zero out', async () => {
    const noise = [0, 0.01, -0.01];
    const lowered = await find('lrn').run(
      benchWith(({ seed, network }) => ({
        train: 0,
        val: 0.3 + noise[seed - 1]! - (network.includes('lrn') ? 0.1 : 0),
      })),
    );
    expect(lowered.verdict).toContain('LRN lowers the error (−10.0 points');
    const nothing = await find('lrn').run(
      benchWith(({ seed, network }) => ({ train: 0, val: 0.3 + (network.includes('lrn') ? noise[seed - 1]! : 0) })),
    );
    expect(nothing.verdict).toContain('no effect that these seeds show');
  });

  it('changes one thing at a time, with the same seeds', async () => {
    const bench = benchWith(({ seed }) => ({ train: 0, val: 0.1 * seed }));
    await find('tricks').run(bench);
    const base = bench.wishes[0]!;
    expect(bench.wishes).toHaveLength(12);
    for (const wish of bench.wishes.slice(3)) {
      const changed = [wish.network !== base.network, wish.recipe.dropout === true, wish.augmentation !== undefined];
      expect(changed.filter(Boolean), wish.name).toHaveLength(1);
    }
    expect(bench.wishes.map(({ seed }) => seed)).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3]);
  });
});

it('counts the multiplications of the bottleneck and divides what was timed', async () => {
  const { rows } = await find('bottleneck').run(benchWith(() => ({ train: 0, val: 0 })));
  expect(rows[0]).toEqual(['straight', '120,422,400', '120.4 M', '10.00 ms', '30.00 ms']);
  expect(rows[1]).toEqual(['bottleneck', '12,443,648', '12.4 M', '2.50 ms', '10.00 ms']);
  expect(rows[2]).toEqual(['ratio', '9.7', '9.7', '4.0', '3.0']);
});

/** A project whose pictures are all there, and in which trainings end at once. */
function projectThatTrains(trained: string[]): Client {
  return {
    call: async (name, input) => {
      const given = input as { readonly name: string; readonly seed: number };
      if (name === 'runs.train') trained.push(given.name);
      const epochs = [{ epoch: 0, trainAccuracy: 0.5, valAccuracy: 0.5 / (given.seed ?? 1) }];
      return {
        ok: true,
        value: { images: 100_000, epochs, runId: 'run_000000000000', find: () => undefined },
      } as never;
    },
    close: async () => undefined,
  };
}

describe('runLab', () => {
  const folder = mkdtempSync(join(tmpdir(), 'thaw-lab-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const options = {
    ...{ folder, isFull: false, seed: 1, onEvent: () => undefined },
    openProject: async () => {
      throw new Error('no project is needed');
    },
    signal: { aborted: false, addEventListener: () => undefined },
  };

  it('refuses an experiment that there is not, naming those that there are, and a single seed', async () => {
    await expect(runLab({ ...options, wanted: ['alchemy'] })).rejects.toThrow(
      /Choose of: lenet, depth, depth-without-norm, bottleneck, lrn/,
    );
    await expect(runLab({ ...options, wanted: ['lrn'], seedCount: 1 })).rejects.toThrow(
      /one says nothing about chance/,
    );
  });

  it('takes three seeds, five where three say nothing, and as many as asked', async () => {
    const trained: string[] = [];
    const namesOf = async (wanted: readonly string[], seedCount?: number): Promise<string[]> => {
      trained.length = 0;
      const openProject = async () => projectThatTrains(trained);
      const lab = mkdtempSync(join(folder, 'seeds-'));
      await runLab({ ...options, folder: lab, openProject, wanted, ...(seedCount !== undefined && { seedCount }) });
      return [...new Set(trained.map((name) => name.replace(/^.*seed /, '')))];
    };
    expect(await namesOf(['lrn'])).toEqual(['1', '2', '3']);
    expect(await namesOf(['side-branches'])).toEqual(['1', '2', '3', '4', '5']);
    expect(await namesOf(['side-branches'], 2)).toEqual(['1', '2']);
  });

  it('times the bottleneck without a picture', async () => {
    const asked: string[] = [];
    const openProject = async (): Promise<Client> => ({
      call: async (name) => {
        asked.push(name);
        const timed = [{ batch: 1, seconds: 1 }];
        const passes = timed.map((each) => ({ stage: 'conv', ...each }));
        return { ok: true, value: { device: 'a', passes, steps: passes } } as never;
      },
      close: async () => undefined,
    });
    await runLab({ ...options, openProject, wanted: ['bottleneck'] });
    expect(asked).toEqual(['networks.time', 'networks.time']);
  });

  it('ends with what ended a training, and writes no report of it', async () => {
    await expect(runLab({ ...options, wanted: ['lrn'] })).rejects.toThrow('no project is needed');
    expect(() => readFileSync(join(folder, 'reports', 'lrn-quick.json'))).toThrow(/ENOENT/);
  });
});
