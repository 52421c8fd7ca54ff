import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandOutput } from '../../shared/contract/commands.ts';
import { samplePhotos, startThaw, thaw, thawJson, waitForStderr } from '../fixtures/thaw-command.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'thaw-journey-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const project = (name: string): string => join(root, name);
const importSample = (name: string): Promise<CommandOutput<'library.import'>> =>
  thawJson('import', samplePhotos, '--project', project(name));

describe('the main job through the command line', () => {
  it('imports, trains, logs, evaluates, compares and predicts on the sample', async () => {
    const at = ['--project', project('main')];
    const imported = await importSample('main');
    expect(imported.imported).toBeGreaterThanOrEqual(57);
    expect(imported.found).toBe(
      imported.imported + imported.duplicates.length + imported.skipped.length + imported.conflicts.length,
    );
    const first = await thawJson<CommandOutput<'runs.train'>>('train', '--seed', '1', ...at);
    const second = await thawJson<CommandOutput<'runs.train'>>('train', '--seed', '1', ...at);
    expect(first.status).toBe('done');
    expect(first.featurised).toBeGreaterThan(0);
    expect(second.featurised).toBe(0); // everything came from the cache
    expect(second.versions?.weightsSha256).toBe(first.versions?.weightsSha256); // same seed, same weights
    const report = await thawJson<CommandOutput<'runs.evaluate'>>(
      'evaluate',
      '--run',
      first.runId,
      '--split',
      'test',
      '--views',
      'ten-crop',
      ...at,
    );
    expect(report.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(report.total);
    expect(report.testLooks).toBe(1);
    expect(report.correct / report.total).toBeGreaterThan(1 / 3); // better than guessing among three
    const own = ['--run', first.runId, '--split', 'test', '--views'];
    const grid = await thawJson<CommandOutput<'runs.evaluate'>>('evaluate', ...own, 'grid:2x2@100,115+mirror', ...at);
    expect([grid.views, grid.total]).toEqual(['grid:2x2@100,115+mirror', report.total]);
    expect(grid.correct / grid.total).toBeGreaterThan(1 / 3);
    const tooSmall = await thaw('evaluate', ...own, 'positions:4@80', ...at);
    expect([tooSmall.code, tooSmall.stderr]).toEqual([1, expect.stringMatching(/INVALID_INPUT.*from 88 %/)]);
    expect((await thaw('evaluate', ...own, 'grid:0x2', ...at)).code).toBe(2);
    const comparison = await thawJson<CommandOutput<'runs.compare'>>('compare', first.runId, second.runId, ...at);
    expect(comparison.fixed).toEqual([]);
    expect(comparison.verdict).toMatch(/No real difference/);
    const predictions = await thawJson<CommandOutput<'runs.predict'>>('predict', join(samplePhotos, 'Tigger'), ...at);
    expect(predictions.predictions.length).toBe(
      readdirSync(join(samplePhotos, 'Tigger')).filter((name) => name.endsWith('.jpg')).length,
    );
    for (const { probabilities, viewKey } of predictions.predictions) {
      expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
      expect(existsSync(join(project('main'), 'previews', `${viewKey}.jpg`))).toBe(true); // what a front end shows
    }
    expect(await thawJson<CommandOutput<'runs.list'>>('runs', ...at)).toHaveLength(2);
  });

  it('takes an ensemble where a run is asked for, and compares several runs with the first', async () => {
    const at = ['--project', project('main')];
    const runs = await thawJson<CommandOutput<'runs.list'>>('runs', ...at);
    const [first, second] = runs.map(({ runId }) => runId as string) as [string, string]; // of the same weights
    const weigh = ['ensemble', 'weigh', first, second, '--method', 'equal', '--save', 'both', ...at];
    const { ensembleId } = await thawJson<CommandOutput<'ensembles.save'>>(...weigh);
    const asked = [join(samplePhotos, 'Tigger'), ...at];
    const together = await thawJson<CommandOutput<'runs.predict'>>('predict', '--run', ensembleId, ...asked);
    const alone = await thawJson<CommandOutput<'runs.predict'>>('predict', '--run', first, ...asked);
    expect(together.ensembleId).toBe(ensembleId);
    expect(together.predictions).toHaveLength(alone.predictions.length);
    for (const [at, { probabilities }] of together.predictions.entries())
      for (const [label, value] of probabilities.entries())
        expect(value).toBeCloseTo(alone.predictions[at]!.probabilities[label]!, 6);
    const output = join(project('main'), '..', 'sorted together');
    const sort = await thawJson<CommandOutput<'sort.folder'>>(
      'sort',
      '--run',
      ensembleId,
      '--output',
      output,
      ...asked,
    );
    expect([sort.ensembleId, sort.sorted + sort.review]).toEqual([ensembleId, together.predictions.length]);
    await thawJson<CommandOutput<'sort.undo'>>('sort', '--undo', sort.sortId, ...at);
    expect(existsSync(output)).toBe(false);
    const split = ['--split', 'test', ...at];
    const run = await thawJson<CommandOutput<'runs.evaluate'>>('evaluate', '--run', first, ...split);
    const both = await thawJson<CommandOutput<'ensembles.evaluate'>>('evaluate', '--run', ensembleId, ...split);
    expect([both.confusion, both.testLooks]).toEqual([run.confusion, run.testLooks + 1]);
    expect((await thaw('evaluate', '--run', ensembleId, ...split)).stdout).toContain(`${ensembleId} on test`);
    const third = await thawJson<CommandOutput<'runs.train'>>('train', '--seed', '2', '--epochs', '2', ...at);
    const several = await thawJson<CommandOutput<'runs.compare-several'>>(
      ...['compare', first, second, third.runId, ...at],
    );
    expect(several.comparisons.map(({ runIds }) => runIds)).toEqual([
      [first, second],
      [first, third.runId],
    ]);
    expect(several.comparisons[0]!.adjustedP).toBe(1);
    expect((await thaw('compare', first, second, third.runId, ...at)).stdout).toContain('p (Holm)');
    expect((await thaw('compare', first, ...at)).code).toBe(2);
  });

  it('tells what is wrong and exits with a code', async () => {
    const missing = await thaw('runs', '--project', project('nowhere'));
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain('PROJECT_MISSING');
    expect((await thaw('train', '--seed', 'x')).code).toBe(2);
    const unknown = await thaw('train', '--recipe', 'nope', '--project', project('nowhere'));
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('resnet-2015')]); // names the known ones
  });
});

describe('a killed process', () => {
  it('leaves a project that opens, whose import goes on where it was', async () => {
    const started = startThaw(['import', samplePhotos, '--project', project('killed')]);
    await waitForStderr(started, 'importing');
    started.process.kill('SIGKILL');
    await started.finished;
    const again = await importSample('killed');
    const summary = await thawJson<CommandOutput<'project.summary'>>('summary', '--project', project('killed'));
    expect(again.imported + again.duplicates.length + again.skipped.length).toBe(again.found);
    expect(summary.images).toBe(again.imported + again.duplicates.length);
  });

  it('loses no finished work when training is killed while featurising', async () => {
    await importSample('killed-training');
    const at = ['--project', project('killed-training')];
    const started = startThaw(['train', ...at]);
    await waitForStderr(started, 'featurising');
    started.process.kill('SIGKILL');
    await started.finished;
    const run = await thawJson<CommandOutput<'runs.train'>>('train', ...at);
    expect(run.status).toBe('done');
    const runs = await thawJson<CommandOutput<'runs.list'>>('runs', ...at);
    expect(runs.map(({ status }) => status).sort()).toEqual(['done', 'interrupted']);
  });
});

describe('two front ends', () => {
  it('share one project: the second joins the host of the first', async () => {
    await importSample('shared');
    const at = ['--project', project('shared')];
    const first = startThaw(['train', ...at]);
    await waitForStderr(first, 'featurising');
    const runs = await thawJson<CommandOutput<'runs.list'>>('runs', ...at);
    expect(runs[0]?.status).toBe('running');
    expect((await first.finished).code).toBe(0);
  });

  it('fault 35: open one project at the same moment, and each gets its answer', async () => {
    const at = ['--project', project('at-once')];
    await importSample('at-once');
    const answers = await Promise.all(Array.from({ length: 4 }, () => thaw('summary', ...at)));
    expect(answers.map(({ code, stderr }) => ({ code, stderr }))).toEqual(answers.map(() => ({ code: 0, stderr: '' })));
    expect(new Set(answers.map(({ stdout }) => stdout)).size).toBe(1);
  });
});
