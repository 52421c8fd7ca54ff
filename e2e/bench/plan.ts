/** The planner's seconds and bytes against what a training really takes, in one process and one run. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomRows } from '../../main/engine/calibrating/measure.ts';
import { openTrainer } from '../../main/engine/jobs/backend.ts';
import { runCalibrate } from '../../main/engine/jobs/calibrate.ts';
import { startingWeights } from '../../main/engine/jobs/train.ts';
import type { TensorOps } from '../../main/engine/tensorflow/ops.ts';
import { rowsInMemory } from '../../main/engine/training/rows.ts';
import { runTraining } from '../../main/engine/training/train.ts';
import { loadBackbone } from '../../main/engine/weights/backbones.ts';
import { pinnedThreads } from '../../main/kernel/pinned-threads.ts';
import { backbonesFolder } from '../../main/kernel/resources.ts';
import { Recipe } from '../../shared/domain/recipe.ts';
import { seededRandom } from '../../shared/math/random.ts';
import type { Weights } from '../../shared/networks/network.ts';
import { findNetwork } from '../../shared/networks/registry.ts';
import { split, withClasses } from '../../shared/networks/split.ts';
import { stageCost } from '../../shared/planning/stage-costs.ts';
import { depthSeconds } from '../../shared/planning/timings.ts';
import type { BenchRecord } from './record.ts';

const BACKBONE = 'tf_efficientnet_lite0';
const DEPTHS = ['blocks.5', 'blocks.2']; // neither is one of those that are timed
const PHOTOS = 64;
const EPOCHS = 5; // the first one warms up, the fastest one of the others counts: load from outside only slows down
const MOST_FACTOR = 2;
const recipe = { ...Recipe.parse({ epochs: EPOCHS, batchSize: 32, patience: null }), weightDecay: 0.05 };
const network = withClasses(findNetwork(BACKBONE), 2);

/** Depths in the order of DEPTHS, then the memory of training everything. */
export async function benchPlan(): Promise<readonly BenchRecord[]> {
  const folder = mkdtempSync(join(tmpdir(), 'thaw-bench-'));
  try {
    const context = { breathe: () => undefined, shouldStop: () => false, send: () => undefined };
    const place = { backbonesFolder, featuresFolder: folder, backbone: BACKBONE, images: [] };
    const timings = await runCalibrate({ kind: 'calibrate', jobId: 'bench', ...place }, context);
    const photos = { cached: PHOTOS, train: PHOTOS };
    const predicted = depthSeconds(network, timings, { photos, batchSize: recipe.batchSize });
    const ops = await openTrainer(pinnedThreads(), () => undefined);
    const { weights } = await loadBackbone(backbonesFolder, BACKBONE);
    const records: BenchRecord[] = [];
    for (const stage of DEPTHS) {
      const measured = await epochSeconds(ops, stage, weights);
      records.push(compare(`an epoch frozen through ${stage}, s`, predicted.get(stage)!.epoch, measured));
    }
    return [...records, await memoryRecord(ops, weights)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function epochSeconds(ops: TensorOps, stage: string, pretrained: Weights): Promise<number> {
  const { suffix } = split(network, stage);
  const features = randomRows(suffix, PHOTOS, seededRandom(1));
  const labels = Int32Array.from({ length: PHOTOS }, (_, row) => row % 2);
  const data = rowsInMemory({ features, featureShape: suffix.inputShape, labels });
  const request = { network: suffix, weights: startingWeights(suffix, pretrained), data, recipe, seed: 1 };
  const { epochs } = await runTraining(ops, request);
  const ends = epochs.map(({ elapsedMs }) => elapsedMs);
  return Math.min(...ends.slice(1).map((end, at) => end - ends[at]!)) / 1000;
}

/** Everything trains last: the largest step of this process, whose high-water mark is the measure. */
async function memoryRecord(ops: TensorOps, pretrained: Weights): Promise<BenchRecord> {
  await epochSeconds(ops, 'input', pretrained);
  const measured = process.resourceUsage().maxRSS * 1024;
  const { peakMemoryBytes } = stageCost(network, 'input', { photos: PHOTOS, views: 1, recipe });
  return compare('peak memory of training everything, batch 32, MB', peakMemoryBytes / 1e6, measured / 1e6);
}

function compare(name: string, ours: number, measured: number): BenchRecord {
  const ratio = ours / measured;
  return {
    name,
    work: `${BACKBONE}, ${PHOTOS} photos, batch ${recipe.batchSize}; ours: the plan, peer: a training`,
    ours,
    peer: measured,
    peerName: 'measured',
    ratio,
    goal: `within a factor of ${MOST_FACTOR}`,
    met: ratio < MOST_FACTOR && ratio > 1 / MOST_FACTOR,
  };
}
