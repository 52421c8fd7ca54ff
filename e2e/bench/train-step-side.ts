/**
 * One side of the bench train-step, a process of its own: our training steps; prints the seconds of each as JSON.
 *
 * train-step-side.ts NETWORK FROZEN BATCH STEPS RECOMPUTE: random weights and pictures at 224 x 224, SGD with momentum
 * 0.9, two threads. FROZEN: none, or a stage: the part behind it is trained on rows of cached features, gathered from
 * memory in each step. The first step is not counted. The peak resident set in MB is printed beside the seconds.
 */

import { openTensorFlow } from '../../main/engine/tensorflow/door.ts';
import { createModel } from '../../main/engine/tensorflow/interpreter.ts';
import { createOptimizer } from '../../main/engine/training/optimizers.ts';
import { type Random, seededRandom } from '../../shared/math/random.ts';
import type { Network, Weights } from '../../shared/networks/network.ts';
import { listParameters } from '../../shared/networks/parameters.ts';
import { findNetwork } from '../../shared/networks/registry.ts';
import { split } from '../../shared/networks/split.ts';

const THREADS = 2;
const WARM_UP = 1;
const CACHED_ROWS = 256;

const [name = '', frozen = 'none', batchText = '32', stepsText = '3', recompute = 'none'] = process.argv.slice(2);
const batchSize = Number(batchText);
const random = seededRandom(1);
const whole = findNetwork(name);
const network = frozen === 'none' ? whole : split(whole, frozen).suffix;
const width = network.inputShape.reduce((product, extent) => product * extent, 1);
const rowCount = frozen === 'none' ? batchSize : CACHED_ROWS;
const rows = Float32Array.from({ length: rowCount * width }, () => random() * 2 - 1);
const labels = Int32Array.from({ length: batchSize }, (_, row) => row % 1000);

const ops = await openTensorFlow({ threads: THREADS });
const model = createModel(ops, network, { weights: randomWeights(network, random), trainable: () => true });
const optimizer = createOptimizer(ops, model, { kind: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 0 });
const seconds: number[] = [];
for (let step = 0; step < WARM_UP + Number(stepsText); step += 1) {
  const startedMs = performance.now();
  const options = { labelSmoothing: 0, random, recompute: recompute === 'stages' ? 'stages' : 'none' } as const;
  const { loss, gradients } = await model.trainStep(gather(step), labels, options);
  if (!Number.isFinite(loss)) throw new Error(`The loss is ${loss} in step ${step}.`);
  optimizer.apply(gradients, 0.01);
  seconds.push((performance.now() - startedMs) / 1000);
}
const parameters = model.trainableNames.reduce((sum, each) => sum + sizeOf(model.parameter(each).shape), 0);
const peakMb = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ seconds: seconds.slice(WARM_UP), peakMb, parameters }));

/** The rows of one mini-batch, copied as from the feature cache. */
function gather(step: number): Float32Array {
  const input = new Float32Array(batchSize * width);
  for (let row = 0; row < batchSize; row += 1) {
    const from = ((step * batchSize + row) * 7) % rowCount;
    input.set(rows.subarray(from * width, (from + 1) * width), row * width);
  }
  return input;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** He et al. 2015 for what has two or more dimensions; norms start as ones and zeros. */
function randomWeights(of: Network, draw: Random): Weights {
  return new Map(
    listParameters(of).map(({ name: parameter, shape }) => {
      const bound = Math.sqrt(6 / sizeOf(shape.slice(1)));
      const start = /bias|mean/.test(parameter) ? 0 : 1;
      const values = Float32Array.from({ length: sizeOf(shape) }, () =>
        shape.length > 1 ? (draw() * 2 - 1) * bound : start,
      );
      return [parameter, { shape, values }];
    }),
  );
}
