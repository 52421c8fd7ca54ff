/** A sweep asked for in the window and sent to a real Ray of two nodes, one of whose workers is killed: the weights of the same sweep here. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { SweepId } from '../../shared/domain/sweep.ts';
import { findTestPictures } from '../bench/shared-data.ts';
import { type AppRun, waysToRun } from '../fixtures/app.ts';
import { askContract } from '../fixtures/ask-contract.ts';
import { tellLeftOut } from '../fixtures/left-out.ts';
import { openRayCluster, type RayOfTwo } from '../fixtures/ray-cluster.ts';
import { thawJson } from '../fixtures/thaw-command.ts';
import { AppPage } from '../pages/app-page.ts';
import { SweepPage } from '../pages/sweep-page.ts';

const LIMIT_MS = 900_000;
const TRIALS = 12;
const isFull = process.env.THAW_FULL === '1';
const photos = isFull ? findTestPictures('hymenoptera') : null;
const ray = photos === null ? null : await openRayCluster();
tellLeftOut('a real Ray', isFull ? null : 'THAW_FULL=1 installs and starts it');
const way = waysToRun('a sweep on a real Ray').find(({ why }) => why === null);

describe.skipIf(ray === null || way === undefined)('a sweep on a real Ray', () => {
  const root = mkdtempSync(join(tmpdir(), 'thaw-ray-journey-'));
  let run: AppRun | null = null;
  afterAll(async () => {
    await run?.close();
    ray?.close();
    rmSync(root, { recursive: true, force: true });
  });

  it(
    'trains there what it trains here, bit for bit, on both nodes, and loses nothing with a killed worker',
    async () => {
      const project = join(root, 'project');
      await thawJson('import', photos!, '--project', project, '--split-from-folders');
      run = await way!.launch({ project });
      const here = await weightsOf(run, await startSweep(run, 'Here, one after the other'));
      await switchOn(run, ray!, join(root, 'shared'));
      const sweepId = await startSweep(run, /^On Ray/);
      let killed = 0;
      await expect
        .poll(() => (killed += killed === 0 ? ray!.killWorker() : 0), { timeout: LIMIT_MS, interval: 200 })
        .toBe(1);
      expect(here).toHaveLength(TRIALS);
      expect(await weightsOf(run, sweepId)).toEqual(here);
      expect(ray!.nodesThatWorked()).toBe(2);
    },
    LIMIT_MS,
  );
});

/** The newest sweep, once it is recorded. */
async function startSweep(run: AppRun, place: string | RegExp): Promise<SweepId> {
  const page = run.page();
  const before = (await askContract(page, 'sweeps.list', {})).sweeps.length;
  await new AppPage(page).goToAddress('sweeps', 'new');
  const sweep = new SweepPage(page);
  await sweep.fill('Values of Learning rate', '0.0003, 0.001, 0.003, 0.01');
  await sweep.fill('Seeds', '0, 1, 2');
  await page.getByRole('combobox', { name: 'Where it runs' }).click();
  await page.getByRole('option', { name: place }).click();
  await sweep.count.getByText(`${TRIALS} trainings, 4 settings.`).waitFor();
  await sweep.start.click();
  await expect
    .poll(async () => (await askContract(page, 'sweeps.list', {})).sweeps.length, { timeout: 60_000 })
    .toBe(before + 1);
  return (await askContract(page, 'sweeps.list', {})).sweeps[0]!.sweepId;
}

async function switchOn(run: AppRun, { address, command }: RayOfTwo, storage: string): Promise<void> {
  const page = run.page();
  await new AppPage(page).goToAddress('settings', 'cluster');
  const panel = page.getByRole('region', { name: 'Ray cluster' });
  const fill = (label: string, value: string) => panel.getByRole('textbox', { name: label, exact: true }).fill(value);
  await fill('Address of its Jobs API', address);
  await fill('Shared folder', storage);
  await fill('What starts Thaw there', command);
  await fill('Trainings handed over at a time', '4');
  await panel.getByRole('switch').click();
  await expect.poll(async () => (await askContract(page, 'settings.get', {})).cluster).toMatchObject({ isOn: true });
}

/** sha256 of the weights of each trial, in order, once the sweep has ended; all have trained to their end. */
async function weightsOf(run: AppRun, sweepId: SweepId): Promise<readonly string[]> {
  const page = run.page();
  const show = () => askContract(page, 'sweeps.show', { sweepId });
  await expect
    .poll(async () => (await show()).trials.map(({ state }) => state), { timeout: LIMIT_MS, interval: 2000 })
    .toEqual(Array.from({ length: TRIALS }, () => 'done'));
  const runs = new Map((await askContract(page, 'runs.list', {})).map((each) => [each.runId, each]));
  const found = (await show()).trials.map(({ runId }) => runs.get(runId!)?.versions?.weightsSha256);
  expect(found.filter((hash) => /^[0-9a-f]{64}$/.test(String(hash ?? '')))).toHaveLength(TRIALS);
  return found as string[];
}
