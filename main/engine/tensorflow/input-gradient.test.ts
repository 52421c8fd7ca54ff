/** Against differences of the network's own logits. */
import { beforeAll, describe, expect, it } from 'vitest';
import { narrowed, narrowWeights } from '../../../e2e/fixtures/parity-narrow.ts';
import { normal, seededRandom } from '../../../shared/math/random.ts';
import type { Network } from '../../../shared/networks/network.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { split } from '../../../shared/networks/split.ts';
import { openTensorFlow } from './door.ts';
import { createModel, type Model } from './interpreter.ts';
import type { TensorOps } from './ops.ts';

let ops: TensorOps;
beforeAll(async () => {
  ops = await openTensorFlow({ threads: 2 });
});

const batch = 2;
const step = 1e-2;
const places = 60; // a kink of ReLU or max pool on the way spoils a few of them

function model(network: Network): Model {
  return createModel(ops, network, { weights: narrowWeights(network), trainable: () => false });
}

type Move = { readonly place: number; readonly by: number };

/** The sum of the chosen logits with one value of the input moved. */
async function sumMoved(after: Model, input: Float32Array, { place, by }: Move): Promise<number> {
  const logits = await after.forward(input.with(place, input[place]! + by));
  return logits[2]! + logits[after.classCount + 1]!;
}

describe.each([
  ['resnet18', 'layer3.1'],
  ['googlenet', 'inception5a'],
  ['tf_efficientnet_lite0', 'blocks.6'],
  ['lenet5', 'pool1'],
])('%s from %s on', (id, stage) => {
  it('is the slope of the chosen logits, and nothing stays on the device', async () => {
    const network = narrowed(findNetwork(id));
    const { suffix } = split(network, stage);
    const after = model(suffix);
    const random = seededRandom(7);
    const length = batch * suffix.inputShape.reduce((product, extent) => product * extent, 1);
    const input = Float32Array.from({ length }, () => Math.abs(normal(random)));
    const alive = ops.tensorCount();
    const { gradient, chosen, logits } = await after.inputGradient(input, () => Int32Array.of(2, 1));
    expect(ops.tensorCount()).toBe(alive);
    expect([...chosen]).toEqual([2, 1]);
    expect([...logits]).toEqual([...(await after.forward(input))]);
    const size = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0) / length);
    const errors: number[] = [];
    for (let at = 0; at < places; at += 1) {
      const place = Math.floor(random() * length);
      const up = await sumMoved(after, input, { place, by: step });
      const down = await sumMoved(after, input, { place, by: -step });
      errors.push(Math.abs(gradient[place]! - (up - down) / (2 * step)) / size);
    }
    expect(errors.toSorted((a, b) => a - b)[Math.floor(0.7 * places)]).toBeLessThan(0.005);
    after.close();
  });
});
