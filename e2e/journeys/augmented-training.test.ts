/** Training with augmentation: nothing asked for changes nothing, and a stop on the way changes no bit. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandOutput } from '../../shared/contract/commands.ts';
import { augmentationPresets } from '../../shared/domain/augmentation.ts';
import { makePhotoFolder } from '../fixtures/photo-folders.ts';
import { canListProcesses, listDescendants, timeUntilGone } from '../fixtures/processes.ts';
import { quickestMs } from '../fixtures/quickest.ts';
import { startThaw, thaw, thawJson, waitForStderr } from '../fixtures/thaw-command.ts';

if (!canListProcesses) console.warn('LEFT OUT: killing and resuming a training with augmentation (no /proc here)');

type Run = CommandOutput<'runs.train'>;
const ORPHAN_LIMIT_MS = 1000;
let root: string;
let at: readonly string[];
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'thaw-augmented-'));
  at = ['--project', join(root, 'project')];
  const photos = makePhotoFolder(join(root, 'photos'), { Misty: [0, 12], Tigger: [20, 32] });
  await thawJson('import', photos, ...at);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const weightsOf = (run: Run) => run.versions?.weightsSha256;

describe('training with augmentation', () => {
  it('is the training without it, bit for bit, where the policy changes nothing', async () => {
    const settings = ['--epochs', '2', '--seed', '3'];
    const plain = await thawJson<Run>('train', ...settings, ...at);
    const none = await thawJson<Run>('train', ...settings, '--augment', 'none', ...at);
    expect(weightsOf(none)).toBe(weightsOf(plain));
    expect(none.config).toEqual(plain.config);
    const drawn = await thawJson<Run>('train', ...settings, '--augment', 'light', '--views', '2', ...at);
    expect(weightsOf(drawn)).not.toBe(weightsOf(plain));
    expect(drawn.config.augmentation).toEqual({ ...augmentationPresets.light, cachedViews: 2 });
  });

  it('finds stored views again, and computes only those that are new', async () => {
    const train = (...more: string[]) =>
      thawJson<Run>('train', '--epochs', '4', '--seed', '3', '--augment', 'light', ...more, ...at);
    const { classes } = await thawJson<CommandOutput<'project.summary'>>('summary', ...at);
    const learnt = classes.reduce((sum, { train: own, val }) => sum + own + val, 0);
    const two = await train('--views', '2');
    const again = await train('--views', '2');
    expect([again.featurised, weightsOf(again)]).toEqual([0, weightsOf(two)]);
    const otherSeed = await thawJson<Run>(
      'train',
      '--epochs',
      '4',
      '--seed',
      '4',
      '--augment',
      'light',
      '--views',
      '2',
      ...at,
    );
    expect(otherSeed.featurised).toBe(2 * learnt); // the centre views are there already
  });

  it('measures the axes of PCA colour by the training photos once, and tells them', async () => {
    const file = join(root, 'policy.json');
    const pcaColour = { probability: 1, deviation: 0.1, source: 'training-photos' };
    writeFileSync(file, JSON.stringify({ pcaColour, cachedViews: 2 }));
    const run = await thawJson<Run>('train', '--epochs', '2', '--seed', '3', '--augment', file, ...at);
    const folder = join(root, 'project', 'runs', run.runId);
    const axes = JSON.parse(readFileSync(join(folder, 'colour-axes.json'), 'utf8')) as { photos: number };
    expect(axes.photos).toBeGreaterThan(10);
    const log = await thawJson<CommandOutput<'runs.events'>>('runs', '--events', ...at);
    expect(log.filter(({ runId }) => runId === run.runId).map(({ kind }) => kind)).toContain('colour-axes');
  });

  it('refuses a policy that is none, saying which there are', async () => {
    const unknown = await thaw('train', '--augment', 'nonsense', ...at);
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('alexnet-2012')]);
    expect((await thaw('train', '--augment', 'light', '--views', '65', ...at)).stderr).toContain('from 1 to 64');
  });

  it.skipIf(!canListProcesses)(
    'killed and resumed ends with the weights of an undisturbed one, stored views or not',
    async () => {
      for (const freeze of ['blocks.6', 'none']) {
        const settings = ['--freeze', freeze, '--epochs', '2', '--seed', '5', '--augment', 'photo', '--views', '2'];
        const undisturbed = await thawJson<Run>('train', ...settings, ...at);
        const killTraining = async (): Promise<number> => {
          const started = startThaw(['train', ...settings, '--checkpoint-steps', '1', ...at], { ownGroup: true });
          await waitForStderr(started, 'training · epoch');
          const children = listDescendants(started.process.pid ?? 0);
          started.process.kill('SIGKILL');
          const elapsedMs = await timeUntilGone(children);
          await started.finished;
          return elapsedMs;
        };
        expect(await quickestMs(ORPHAN_LIMIT_MS, killTraining)).toBeLessThan(ORPHAN_LIMIT_MS);
        const resumed = await thawJson<Run>('resume', ...at);
        expect([freeze, weightsOf(resumed)]).toEqual([freeze, weightsOf(undisturbed)]);
      }
    },
    900_000,
  );
});
