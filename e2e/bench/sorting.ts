/** Sorting, by a run that was calibrated and one that was not, beside the engine's own pass over the same photos, in turns. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openClient } from '../../main/host/open-client.ts';
import type { Client, CommandInput, CommandName, CommandOutput } from '../../shared/contract/commands.ts';
import { Recipe } from '../../shared/domain/recipe.ts';
import { SortMode } from '../../shared/domain/sorting.ts';
import { samplePhotos } from '../fixtures/thaw-command.ts';
import { copyPhotos } from './photo-copies.ts';
import type { BenchRecord } from './record.ts';

const PHOTOS = Number(process.env.THAW_BENCH_PHOTOS ?? 1000);
const ROUNDS = 3;
const GOAL = 0.9;

export async function benchSorting(): Promise<readonly BenchRecord[]> {
  const root = mkdtempSync(join(tmpdir(), 'thaw-bench-'));
  const client = await openClient({ folder: join(root, 'project'), create: true, onNote: () => undefined });
  const call = <N extends CommandName>(name: N, input: CommandInput<N>) => mustCall(client, name, input);
  try {
    await call('library.import', { paths: [samplePhotos], splitFromFolders: false });
    const recipe = Recipe.parse({ epochs: 3, weightDecay: 0.01 });
    const wish = { backbone: 'tf_efficientnet_lite0', freeze: 'all', seed: 0, recipe };
    const runs = { plain: (await call('runs.train', wish)).runId, calibrated: (await call('runs.train', wish)).runId };
    await call('runs.calibrate', { runId: runs.calibrated, strangers: [], neitherClass: null });
    await call('runs.set-dial', { runId: runs.calibrated, score: 'neighbours', threshold: 0.5 }); // the one that costs most
    const photos = join(root, 'photos');
    copyPhotos(samplePhotos, photos, PHOTOS);
    const ratios = emptyFigures();
    const speeds = emptyFigures();
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const { by, mode } of KINDS) {
        const runId = runs[by];
        const startedMs = performance.now();
        await call('sort.plan', { runId: runs.plain, paths: [photos] });
        const passMs = performance.now() - startedMs;
        const sortStartedMs = performance.now();
        const what = { runId, paths: [photos], output: join(root, 'sorted'), mode, surePercent: 50, watch: false };
        await call('sort.folder', what);
        const sortMs = performance.now() - sortStartedMs;
        ratios[by][mode].push(passMs / sortMs);
        speeds[by][mode].push((1000 * PHOTOS) / sortMs);
        await call('sort.undo', { sortId: null });
      }
    }
    return KINDS.map((kind) => recordOf(kind, median(ratios[kind.by][kind.mode]), median(speeds[kind.by][kind.mode])));
  } finally {
    await client.close();
    rmSync(root, { recursive: true, force: true });
  }
}

type Kind = { readonly by: 'plain' | 'calibrated'; readonly mode: SortMode };
const KINDS: readonly Kind[] = (['plain', 'calibrated'] as const).flatMap((by) =>
  SortMode.options.map((mode) => ({ by, mode })),
);
type Figures = Readonly<Record<Kind['by'], Readonly<Record<SortMode, number[]>>>>;
const emptyFigures = (): Figures => ({ plain: { copy: [], move: [] }, calibrated: { copy: [], move: [] } });

async function mustCall<N extends CommandName>(
  client: Client,
  name: N,
  input: CommandInput<N>,
): Promise<CommandOutput<N>> {
  const result = await client.call(name, input);
  if (!result.ok) throw new Error(`${name}: ${result.failure.message}`);
  return result.value;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

function recordOf({ by, mode }: Kind, ratio: number, perSecond: number): BenchRecord {
  return {
    name: `sort by ${mode}${by === 'plain' ? '' : ', calibrated run'}, photos a second`,
    work: `${PHOTOS} photos of the sample, from JPEG to their folders${by === 'plain' ? '' : ', each likened to those learnt from'}; median of ${ROUNDS} rounds in turns`,
    ours: perSecond,
    peer: perSecond / ratio,
    peerName: "the engine's pass alone, JPEG to answer, not calibrated",
    ratio,
    goal: `at least ${GOAL} of it`,
    met: ratio >= GOAL,
  };
}
