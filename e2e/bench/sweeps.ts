/** Sweeps: 20 trials here on a warm cache, 1,000 that only sleep, and 12 on a real Ray of two nodes, one of which is killed at work. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openClient } from '../../main/host/open-client.ts';
import type { Client, CommandInput, CommandOutput } from '../../shared/contract/commands.ts';
import { Recipe } from '../../shared/domain/recipe.ts';
import { type Dimension, SweepSpec } from '../../shared/domain/sweep.ts';
import { openRayCluster } from '../fixtures/ray-cluster.ts';
import type { BenchRecord } from './record.ts';
import { findTestPictures } from './shared-data.ts';
import { measureSleepingTrials } from './sleeping-trials.ts';

const MOST_SECONDS = 15;
const rates: Dimension = { kind: 'choices', name: 'learningRate', values: [0.0003, 0.001, 0.003, 0.01] };

export async function benchSweeps(): Promise<readonly BenchRecord[]> {
  const records = [await measureSleepingTrials()];
  const photos = findTestPictures('hymenoptera');
  if (photos === null) return records;
  const root = mkdtempSync(join(tmpdir(), 'thaw-bench-sweeps-'));
  const client = await openClient({ folder: join(root, 'project'), create: true, onNote: () => undefined });
  try {
    await answerOf(client.call('library.import', { paths: [photos], splitFromFolders: true }));
    await sweep(client, specOf('warm up', [], [0])); // fills the cache
    records.push(await benchHere(client));
    records.push(...(await benchOnRay(client, join(root, 'shared'))));
    return records;
  } finally {
    await client.close();
    rmSync(root, { recursive: true, force: true });
  }
}

function specOf(name: string, dimensions: readonly Dimension[], seeds: readonly number[]): SweepSpec {
  return SweepSpec.parse({
    name,
    base: { backbone: 'tf_efficientnet_lite0', freeze: 'all', seed: 0, recipe: Recipe.parse({}) },
    dimensions,
    method: { kind: 'grid' },
    halving: null,
    seeds,
    folds: null,
    foldSeed: 0,
    budget: { runs: null, minutes: null, epochs: null },
  });
}

type Place = CommandInput<'sweeps.run'>['place'];
type Report = CommandOutput<'sweeps.run'>;
type Options = Parameters<Client['call']>[2];

function sweep(
  client: Client,
  spec: SweepSpec,
  place: Place = { kind: 'here', engines: 1 },
  options?: Options,
): Promise<Report> {
  return answerOf(client.call('sweeps.run', { sweep: { spec }, place }, options));
}

async function benchHere(client: Client): Promise<BenchRecord> {
  const startedMs = performance.now();
  const { trials } = await sweep(client, specOf('here', [rates], [0, 1, 2, 3, 4]));
  const seconds = (performance.now() - startedMs) / 1000;
  return {
    name: 'hymenoptera, 20 softmax-only trials on a warm cache, seconds',
    work: `${trials.length} trials one after the other, each with cross-validation over 20 settings; the engine is up`,
    ours: seconds,
    ...{ peer: null, peerName: null, ratio: null },
    goal: `under ${MOST_SECONDS} s`,
    met: seconds < MOST_SECONDS,
  };
}

/** The same 12 trials here and there; while they run there, a worker that is at work is killed. */
async function benchOnRay(client: Client, storage: string): Promise<readonly BenchRecord[]> {
  const ray = await openRayCluster();
  if (ray === null) return [];
  try {
    const dimensions = [rates];
    const here = await weightsOf(client, await sweep(client, specOf('the same here', dimensions, [0, 1, 2])));
    const cluster = { address: ray.address, storage, storageThere: null, command: ray.command, parallel: 4, gpus: 0 };
    let killed = 0;
    const onEvent: NonNullable<Options>['onEvent'] = (event) => {
      if (event.kind === 'device' && killed === 0) killed = ray.killWorker();
    };
    const there = await sweep(
      client,
      specOf('there', dimensions, [0, 1, 2]),
      { kind: 'ray', cluster, token: null },
      { onEvent },
    );
    const nodes = ray.nodesThatWorked();
    const same = (await weightsOf(client, there)).filter((hash, at) => hash === here[at]).length;
    return [
      {
        name: 'hymenoptera, 12 trials on Ray with the weights of the same 12 here',
        work: `two nodes on this machine, ${killed} worker killed at work; sha256 of the weights compared`,
        ours: same,
        ...{ peer: here.length, peerName: 'the same trials here', ratio: same / here.length },
        goal: 'all 12, bit for bit',
        met: same === here.length && there.trials.every(({ state }) => state === 'done'),
      },
      {
        name: 'trials on Ray that were lost with their worker',
        work: `${killed} worker killed by SIGKILL in the middle; ${there.trials.filter(({ state }) => state === 'done').length} of ${there.trials.length} done`,
        ours: there.trials.filter(({ state }) => state !== 'done').length,
        ...{ peer: null, peerName: null, ratio: null },
        goal: 'none',
        met: killed === 0 ? null : there.trials.every(({ state }) => state === 'done'),
      },
      {
        name: 'nodes of the cluster that shared the trials',
        work: 'as the jobs say where they ran',
        ours: nodes,
        ...{ peer: null, peerName: null, ratio: null },
        goal: '2',
        met: nodes === 2,
      },
    ];
  } finally {
    ray.close();
  }
}

/** In the order of the trials; '' for one that has none. */
async function weightsOf(client: Client, { trials }: Report): Promise<string[]> {
  const runs = new Map((await answerOf(client.call('runs.list', {}))).map((run) => [run.runId, run]));
  return trials.map(({ runId }) =>
    String((runId === null ? undefined : runs.get(runId))?.versions?.weightsSha256 ?? ''),
  );
}

async function answerOf<T>(
  asked: Promise<{ ok: true; value: T } | { ok: false; failure: { code: string; message: string } }>,
): Promise<T> {
  const result = await asked;
  if (result.ok) return result.value;
  throw new Error(`${result.failure.code}: ${result.failure.message}`);
}
