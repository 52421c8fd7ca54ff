/** Training steps of networks at their full size, beside PyTorch's in float64. Minutes and gigabytes: THAW_FULL=1. */
import { beforeAll, describe, expect, it } from 'vitest';
import { tellLeftOut } from '../../../e2e/fixtures/left-out.ts';
import { fillTensor, inputStream } from '../../../e2e/fixtures/parity.ts';
import { loadSteps, networkDigest, projection, stepMargin, wholeNorm } from '../../../e2e/fixtures/parity-steps.ts';
import type { Network, Weights } from '../../../shared/networks/network.ts';
import { listParameters } from '../../../shared/networks/parameters.ts';
import { findNetwork, networks } from '../../../shared/networks/registry.ts';
import { openTensorFlow } from './door.ts';
import { createModel } from './interpreter.ts';
import type { TensorOps } from './ops.ts';
import { readGradients } from './read-gradients-for-tests.ts';

const STEP_MS = 600_000;
const floor = 1e-5; // a tolerance is never under this
const isFull = process.env.THAW_FULL === '1';
tellLeftOut('training steps at full size', isFull ? null : 'they take minutes and gigabytes (THAW_FULL=1)');

const steps = loadSteps('full'); // as many as it holds
const without = Object.keys(networks).filter((id) => steps[id] === undefined);
tellLeftOut(
  'training steps at full size beside PyTorch',
  without.length > 0 ? `no oracle of ${without.join(', ')}` : null,
);

it.each(Object.entries(steps))(
  'the oracle of %s at full size is of the very network that is registered',
  (id, { digest }) => {
    expect(networkDigest(findNetwork(id)), 'run e2e/fixtures/parity/steps.py again').toBe(digest);
  },
);

describe.runIf(isFull).each(Object.entries(steps))('%s at full size', (id, oracle) => {
  let ops: TensorOps;
  beforeAll(async () => {
    ops = await openTensorFlow({ threads: 2 });
  });

  it(
    'in training gives the loss, the gradients and the running moments that PyTorch gives in float64',
    async () => {
      const network = findNetwork(id);
      const allowed = (seen: number): number => Math.max(floor, stepMargin * seen);
      const before = ops.tensorCount();
      const model = createModel(ops, network, { weights: filled(network), trainable: () => true });
      const input = fillTensor(inputStream, 'input', [oracle.batch, ...network.inputShape]);
      const wish = { labelSmoothing: 0, random: null } as const;
      const { loss, gradients } = await model.trainStep(input, Int32Array.from(oracle.labels), wish);
      expect(Math.abs(loss / oracle.loss - 1)).toBeLessThan(allowed(oracle.float32.loss));
      const found = await readGradients(ops, network, gradients);
      const whole = allowed(oracle.float32.whole);
      expect(Math.abs(wholeNorm(found) / oracle.gradient_norm - 1)).toBeLessThan(whole);
      const off = projection(network, found) - oracle.gradient_projection;
      expect(Math.abs(off)).toBeLessThan(whole * oracle.gradient_norm);
      const running = runningMoments(network, await model.readWeights());
      const size = Math.max(1, wholeNorm(running));
      const moved = projection(network, running) - oracle.running_projection;
      expect(Math.abs(moved)).toBeLessThan(allowed(oracle.float32.running) * size);
      model.close();
      expect(ops.tensorCount()).toBe(before);
    },
    STEP_MS,
  );
});

function filled(network: Network): Weights {
  const parameters = listParameters(network);
  return new Map(parameters.map(({ name, shape }, index) => [name, { shape, values: fillTensor(index, name, shape) }]));
}

function runningMoments(network: Network, after: Weights): Map<string, Float32Array> {
  const untrained = listParameters(network).filter(({ trainable }) => !trainable);
  return new Map(untrained.map(({ name }) => [name, after.get(name)!.values]));
}
