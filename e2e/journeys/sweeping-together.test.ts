/** A sweep in two engines at a time, which share what the frozen part gives: the weights of one engine after the other. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { CommandOutput } from '../../shared/contract/commands.ts';
import { samplePhotos, thawJson } from '../fixtures/thaw-command.ts';

const LIMIT_MS = 600_000;

describe('a sweep in two engines', () => {
  const root = mkdtempSync(join(tmpdir(), 'thaw-engines-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  /** sha256 of the weights of every trial, on a project whose cache is empty, and how many photos went through the frozen part. */
  async function sweepWith(
    engines: string,
  ): Promise<{ readonly weights: readonly string[]; readonly featurised: number }> {
    const at = ['--project', join(root, `project-${engines}`)];
    await thawJson('import', samplePhotos, ...at);
    const searched = ['--try', 'learningRate=0.001,0.01', '--seeds', '0,1', '--engines', engines];
    const { trials } = await thawJson<CommandOutput<'sweeps.run'>>('sweep', ...searched, ...at);
    expect(trials.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done']);
    const runs = await thawJson<CommandOutput<'runs.list'>>('runs', ...at);
    const found = trials.map(({ runId }) => runs.find((run) => run.runId === runId)!);
    return {
      weights: found.map(({ versions }) => String(versions?.weightsSha256 ?? '')),
      featurised: found.reduce((sum, { featurised }) => sum + (featurised ?? 0), 0),
    };
  }

  it(
    'trains the same weights, and sends no photo through the frozen part twice',
    async () => {
      const [one, two] = [await sweepWith('1'), await sweepWith('2')];
      expect(one.weights.filter((hash) => /^[0-9a-f]{64}$/.test(hash))).toHaveLength(4);
      expect(two).toEqual(one);
      expect(two.featurised).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );
});
