/** The classics lab through the command line, so small that it takes seconds; the real ones are in the bench `lab`. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../shared/domain/run.ts';
import { quickestMs } from '../fixtures/quickest.ts';
import { startThaw, thaw, thawJson, waitForStderr } from '../fixtures/thaw-command.ts';

type Report = { readonly rows: readonly (readonly string[])[]; readonly verdict: string };
const folder = mkdtempSync(join(tmpdir(), 'thaw-lab-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const lab = ['lab', 'lenet', '--pictures', '200', '--project', folder];
const project = join(folder, 'digits-quick-200');

describe('thaw lab', () => {
  it('stops within two seconds of Ctrl-C while it trains, and goes on later', async () => {
    const stopTraining = async (): Promise<number> => {
      const started = startThaw(lab);
      await waitForStderr(started, 'training');
      const askedMs = performance.now();
      started.process.kill('SIGINT');
      expect((await started.finished).code).toBe(130);
      return performance.now() - askedMs;
    };
    expect(await quickestMs(2000, stopTraining)).toBeLessThan(2000);
  });

  it('trains LeNet-5 from scratch by three activations, and keeps the runs in a project like any other', async () => {
    const [report] = await thawJson<Report[]>(...lab);
    expect(report?.rows.map(([name]) => name)).toEqual(['sigmoid', 'tanh', 'ReLU']);
    const runs = await thawJson<RunRecord[]>('runs', '--project', project);
    const done = runs.filter(({ status }) => status === 'done');
    expect(done.map(({ config }) => config.backbone).sort()).toEqual([
      ...['lab_lenet5_relu@scratch', 'lab_lenet5_sigmoid@scratch', 'lenet5@scratch'],
    ]);
    for (const { tags, selectionTotal } of done) expect([tags, selectionTotal]).toEqual([['lab'], 100]);
    const chart = readFileSync(join(folder, 'reports', 'lenet-quick-200.svg'), 'utf8');
    expect(chart).toContain('LeCun 1998: 0.95'); // the published figure stands beside
  });

  it('learns: far better than one of ten', async () => {
    const [report] = JSON.parse(
      `[${readFileSync(join(folder, 'reports', 'lenet-quick-200.json'), 'utf8')}]`,
    ) as Report[];
    const errors = report!.rows.map((row) => Number.parseFloat(row[1]!));
    expect(Math.min(...errors)).toBeLessThan(45);
  });

  it('does not train again what is done', async () => {
    await thawJson<Report[]>(...lab);
    const runs = await thawJson<RunRecord[]>('runs', '--project', project);
    expect(runs.filter(({ status }) => status === 'done')).toHaveLength(3);
  });

  it('refuses to freeze what learns from scratch', async () => {
    const { code, stderr } = await thaw('train', '--network', 'lenet5', '--weights', 'scratch', '--project', project);
    expect(code).toBe(1);
    expect(stderr).toContain('it learns from scratch, so nothing of it can be frozen');
  });
});
