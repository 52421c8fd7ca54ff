/** Plan, probe and regimes through the command line. */
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backbonesFolder } from '../../main/kernel/resources.ts';
import { openDatabase } from '../../main/store/database.ts';
import { listImages, setImageClass } from '../../main/store/images.ts';
import type { CommandOutput } from '../../shared/contract/commands.ts';
import { ClassName } from '../../shared/domain/ids.ts';
import { findNetwork, networks } from '../../shared/networks/registry.ts';
import { tellLeftOut } from '../fixtures/left-out.ts';
import { samplePhotos, thaw, thawJson } from '../fixtures/thaw-command.ts';

const isFull = process.env.THAW_FULL === '1';
const unweighted = Object.keys(networks).filter((id) => !existsSync(join(backbonesFolder, id, 'spec.json')));
const plannable = isFull ? unweighted : unweighted.filter((id) => id === 'lenet5');
tellLeftOut('timing every network that has no weights', isFull ? null : 'it takes minutes (THAW_FULL=1 runs it)');

const root = mkdtempSync(join(tmpdir(), 'thaw-planning-'));
const project = join(root, 'project');
const at = ['--project', project];
const probe = () => thawJson<CommandOutput<'library.probe'>>('probe', ...at);
beforeAll(async () => {
  const photos = join(root, 'photos');
  for (const name of ['Misty', 'Tigger']) cpSync(join(samplePhotos, name), join(photos, name), { recursive: true });
  await thawJson('import', photos, ...at);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('thaw plan', () => {
  it('shows the bill of every depth without measuring', async () => {
    const plan = await thawJson<CommandOutput<'runs.plan'>>('plan', '--no-measure', '--epochs', '7', ...at);
    expect(plan.depths.map(({ stage }) => stage)).toContain('blocks.3');
    expect(plan.epochs).toBe(7);
    expect(plan.measured).toBeNull();
    expect(plan.depths.every(({ epochSeconds }) => epochSeconds === null)).toBe(true);
    const pooled = plan.depths.find(({ stage }) => stage === 'pooled')!;
    expect(pooled.trainableParameters).toBe(1280 * 2 + 2);
    expect(pooled.cacheBytes).toBe((plan.photos.train + plan.photos.val) * (1280 * 4 + 68));
    const text = await thaw('plan', '--no-measure', ...at);
    expect(text.stdout).toContain('frozen through');
  });

  it('measures this machine once, and remembers', async () => {
    const plan = await thawJson<CommandOutput<'runs.plan'>>('plan', ...at);
    expect(plan.measured?.isRemembered).toBe(false);
    const epochs = plan.depths.map(({ epochSeconds }) => epochSeconds!);
    expect(Math.min(...epochs)).toBeGreaterThan(0);
    expect(epochs[0]).toBeGreaterThan(epochs.at(-1)!);
    const again = await thawJson<CommandOutput<'runs.plan'>>('plan', ...at);
    expect(again.measured?.isRemembered).toBe(true);
    expect(again.depths.map(({ epochSeconds }) => epochSeconds)).toEqual(epochs);
    expect(again.weights).toBe('shipped');
    const remembered = await thawJson<CommandOutput<'runs.plan'>>('plan', '--no-measure', ...at);
    expect(remembered.depths.map(({ epochSeconds }) => epochSeconds)).toEqual(epochs);
  });

  it.each(plannable)(
    'times %s, which has no weights yet, and says so; it cannot be trained',
    async (backbone) => {
      const plan = await thawJson<CommandOutput<'runs.plan'>>('plan', '--backbone', backbone, ...at);
      expect(plan.weights).toBe('missing');
      expect(plan.measured?.device.executor).toMatch(/threads/);
      expect(plan.depths.map(({ stage }) => stage)).toEqual(findNetwork(backbone).stages.map(({ id }) => id));
      for (const { frozenSeconds, epochSeconds, totalSeconds } of plan.depths)
        expect([frozenSeconds, epochSeconds, totalSeconds].every((seconds) => Number.isFinite(seconds))).toBe(true);
      expect(plan.depths[0]!.epochSeconds!).toBeGreaterThan(plan.depths.at(-1)!.epochSeconds!);
      const text = await thaw('plan', '--backbone', backbone, ...at);
      expect(text.stdout).toContain(`${backbone} has no weights here`);
      const refused = await thaw('train', '--backbone', backbone, ...at);
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('NOT_FOUND')]);
    },
    300_000,
  );
});

describe('thaw find-rate', () => {
  const find = () => thawJson<CommandOutput<'runs.find-rate'>>('find-rate', '--seed', '3', ...at);

  it('suggests a rate at which the loss was falling, the same one for the same seed, and leaves no run', async () => {
    const before = await thawJson('runs', ...at);
    const { suggested, points } = await find();
    const rates = points.map(({ learningRate }) => learningRate);
    expect(rates).toContain(suggested);
    expect(rates).toEqual(rates.toSorted((a, b) => a - b));
    expect(rates[0]).toBeCloseTo(1e-6, 12);
    const start = points[0]!.loss;
    expect(start).toBeCloseTo(Math.log(2), 5); // a softmax that starts at zero answers both classes alike
    expect(Math.min(...points.map(({ loss }) => loss))).toBeLessThan(0.8 * start);
    expect(await find()).toEqual({ suggested, points });
    expect(await thawJson('runs', ...at)).toEqual(before);
    const unknown = await thaw('find-rate', '--freeze', 'nowhere', ...at);
    expect(unknown.stderr).toContain('NOT_FOUND');
  });

  it('finds it for the recipe that is asked for: SGD wants another rate than AdamW', async () => {
    const recipe = join(root, 'sgd.json');
    writeFileSync(recipe, JSON.stringify({ optimizer: 'sgd', weightDecay: 0 }));
    const own = await thawJson<CommandOutput<'runs.find-rate'>>('find-rate', '--seed', '3', '--recipe', recipe, ...at);
    expect(own.suggested).toBeGreaterThan((await find()).suggested);
  });
});

describe('thaw probe', () => {
  it('judges every stage once, and answers from the store until a label changes', async () => {
    const first = await probe();
    expect(first.isStored).toBe(false);
    expect(first.rungs.map(({ stage }) => stage)).toEqual(expect.arrayContaining(['input', 'stem', 'pooled']));
    for (const { correct, total, accuracy, interval } of first.rungs) {
      expect(accuracy).toBe(correct / total);
      expect(interval[0]).toBeLessThanOrEqual(accuracy);
      expect(interval[1]).toBeGreaterThanOrEqual(accuracy);
    }
    expect(first.rungs.at(-1)!.accuracy).toBeGreaterThan(first.rungs[0]!.accuracy); // more than mean colours
    expect(first.advice).toMatchObject({ regime: 'softmax', frozenThrough: 'pooled' });
    expect(await probe()).toEqual({ ...first, isStored: true });
    relabelOne();
    const changed = await probe();
    expect(changed.isStored).toBe(false);
    expect(changed.rungs).not.toEqual(first.rungs);
    const text = await thaw('probe', ...at);
    expect(text.stdout).toContain('from the store');
    expect(text.stdout).toMatch(/blocks\.6 +█/);
  });

  it('refuses a network without weights and says so', async () => {
    const refused = await thaw('probe', '--backbone', 'lenet5', ...at);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/NOT_FOUND: .*lenet5 has no weights/);
  });
});

function relabelOne(): void {
  const { database } = openDatabase(join(project, 'thaw.sqlite'), { now: () => new Date() });
  const image = listImages(database).find(({ side, className }) => side === 'train' && className === 'Tigger')!;
  setImageClass(database, image.imageId, ClassName.parse('Misty'));
  database.close();
}

describe('thaw train --regime', () => {
  it('follows the advice, and keeps what is asked for beside it', async () => {
    const run = await thawJson<CommandOutput<'runs.train'>>('train', '--regime', 'auto', '--epochs', '3', ...at);
    expect(run.status).toBe('done');
    expect(run.config.frozenThrough).toBe('pooled');
    expect(run.config.recipe.epochs).toBe(3);
  });

  it('refuses two answers to one question', async () => {
    const refused = await thaw('train', '--regime', 'softmax', '--freeze', 'none', ...at);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('Give one of them');
    expect((await thaw('train', '--regime', 'best', ...at)).code).toBe(2);
  });
});
