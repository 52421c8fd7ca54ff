/**
 * The bench producers, a process of its own: full training steps of EfficientNet-Lite0 on mini-batches that lie in memory,
 * and on those that threads make of JPEG files meanwhile (policy 'photo'); epochs in turn, one model.
 *
 * producers-side.ts FOLDER STEPS ROUNDS THREADS: prints images a second of each epoch and the share of time in which each
 * side waited for the other, as JSON. The first epoch of each kind is not counted.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLeftOut } from '../../main/engine/jobs/left-out.ts';
import { streamedRows } from '../../main/engine/jobs/streamed-rows.ts';
import { startingWeights } from '../../main/engine/jobs/train.ts';
import { createWaitMeter, type Waits } from '../../main/engine/jobs/wait-meter.ts';
import type { DrawnView } from '../../main/engine/loading/decoder.ts';
import { openProducers } from '../../main/engine/loading/producers.ts';
import { openTensorFlow } from '../../main/engine/tensorflow/door.ts';
import { createModel } from '../../main/engine/tensorflow/interpreter.ts';
import { createOptimizer } from '../../main/engine/training/optimizers.ts';
import { inSlices, type RowSource, readBatches, rowsInMemory } from '../../main/engine/training/rows.ts';
import { loadBackbone } from '../../main/engine/weights/backbones.ts';
import { backbonesFolder } from '../../main/kernel/resources.ts';
import { augmentationPresets } from '../../shared/domain/augmentation.ts';
import { seededRandom, shuffledIndices } from '../../shared/math/random.ts';
import { findNetwork } from '../../shared/networks/registry.ts';
import { withClasses } from '../../shared/networks/split.ts';

const BATCH = 32;
const CLASSES = 10;
const SLOTS = 3; // as in training

const [folder = '', stepsText = '8', roundsText = '3', threadsText = '2'] = process.argv.slice(2);
const count = BATCH * Number(stepsText);
const threads = Number(threadsText);
const network = withClasses(findNetwork('tf_efficientnet_lite0'), CLASSES);
const files = readdirSync(folder).filter((name) => name.endsWith('.jpg'));
const items = Array.from({ length: count }, (_, at) => {
  const path = join(folder, files[at % files.length]!);
  return { path, sha256: createHash('sha256').update(readFileSync(path)).digest('hex') };
});
const labels = Int32Array.from(items.keys(), (row) => row % CLASSES);
const random = seededRandom(1);
const width = network.inputShape.reduce((product, extent) => product * extent, 1);
const inMemory = rowsInMemory({
  features: Float32Array.from({ length: count * width }, () => random() * 2 - 1),
  featureShape: network.inputShape,
  labels,
});
const scratch = mkdtempSync(join(tmpdir(), 'thaw-producers-'));
const producers = openProducers<DrawnView>({
  threads,
  slots: SLOTS,
  batchSize: BATCH,
  preprocessing: network.preprocessing,
});
let waits: Waits = { training: 0, data: 0 };
const streamed = streamedRows({
  ...{ rows: inMemory, items, producers },
  drawn: { policy: augmentationPresets.photo, seed: 1, colourAxes: null },
  leftOut: await openLeftOut(scratch, true),
  meter: createWaitMeter(
    threads,
    () => performance.now(),
    (told) => {
      waits = told;
    },
  ),
  breathe: () => undefined,
});

const ops = await openTensorFlow({ threads });
const { weights } = await loadBackbone(backbonesFolder, 'tf_efficientnet_lite0');
const model = createModel(ops, network, { weights: startingWeights(network, weights), trainable: () => true });
const optimizer = createOptimizer(ops, model, { kind: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 0 });

async function imagesPerSecond(source: RowSource, epoch: number): Promise<number> {
  const slices = inSlices(shuffledIndices(count, random), BATCH);
  const startedMs = performance.now();
  for await (const { features, labels: own } of readBatches(source, slices, epoch)) {
    const { loss, gradients } = await model.trainStep(features, own, { labelSmoothing: 0, random, recompute: 'none' });
    if (!Number.isFinite(loss)) throw new Error(`The loss is ${loss}.`);
    optimizer.apply(gradients, 0.001);
  }
  return (count / (performance.now() - startedMs)) * 1000;
}

const found = { memory: [] as number[], producers: [] as number[] };
await imagesPerSecond(streamed, 0);
for (let round = 0; round < Number(roundsText); round += 1) {
  const isEven = round % 2 === 0; // the order turns around
  if (isEven) found.memory.push(await imagesPerSecond(inMemory, round));
  found.producers.push(await imagesPerSecond(streamed, round + 1));
  if (!isEven) found.memory.push(await imagesPerSecond(inMemory, round));
}
await producers.close();
rmSync(scratch, { recursive: true });
console.log(JSON.stringify({ ...found, waits }));
