/** Every registered network in training: a step beside the float64 reference and PyTorch, and frozen at its stages. */
import { beforeAll, describe, expect, it } from 'vitest';
import { tellLeftOut } from '../../../e2e/fixtures/left-out.ts';
import { departure, norm } from '../../../e2e/fixtures/parity-compare.ts';
import { narrowed, narrowInput, narrowWeights, someStages } from '../../../e2e/fixtures/parity-narrow.ts';
import {
  gradientDepartures,
  loadSteps,
  networkDigest,
  projection,
  stepMargin,
  wholeNorm,
} from '../../../e2e/fixtures/parity-steps.ts';
import type { Network, Weights } from '../../../shared/networks/network.ts';
import { listParameters } from '../../../shared/networks/parameters.ts';
import { findNetwork, networks } from '../../../shared/networks/registry.ts';
import { mainOutputNode, split } from '../../../shared/networks/split.ts';
import { type StepResult64, trainingStep64, widened } from '../reference/training-step.ts';
import { openTensorFlow } from './door.ts';
import { createModel } from './interpreter.ts';
import type { TensorOps } from './ops.ts';
import { readGradients } from './read-gradients-for-tests.ts';

const sameToTheDigit = 1e-8; // float64 beside float64, in another order
const floor = 1e-6; // a tolerance is never under this: PyTorch may have met the last digit by chance
const isFull = process.env.THAW_FULL === '1';
const most = isFull ? Number.POSITIVE_INFINITY : 3;
const left = isFull ? null : `at most ${most} stages of each (THAW_FULL=1: all)`;
tellLeftOut('narrow networks frozen at every stage, in training', left);

let ops: TensorOps;
beforeAll(async () => {
  ops = await openTensorFlow({ threads: 1 });
});

const allowed = (seen: number): number => Math.max(floor, stepMargin * seen);

type StepWish = {
  readonly weights: Weights;
  readonly trainable: (name: string) => boolean;
  readonly input: Float32Array;
  readonly labels: readonly number[];
};

/** One step without an optimizer; leaves no tensor behind. */
async function stepOf(network: Network, { weights, trainable, input, labels }: StepWish) {
  const before = ops.tensorCount();
  const model = createModel(ops, network, { weights, trainable });
  const result = await model.trainStep(input, Int32Array.from(labels), { labelSmoothing: 0, random: null });
  const gradients = await readGradients(ops, network, result.gradients);
  const after = await model.readWeights();
  model.close();
  expect(ops.tensorCount()).toBe(before);
  return { loss: result.loss, gradients, after };
}

function largestRunningDeparture(after: Weights, wanted: ReadonlyMap<string, Float64Array>): number {
  return Math.max(0, ...[...wanted].map(([name, values]) => departure(after.get(name)!.values, values)));
}

/** Largest difference between what two float32 models say of the same tensors, L2 over L2 of all of them. */
function differenceOf(found: ReadonlyMap<string, Float32Array>, wanted: ReadonlyMap<string, Float32Array>): number {
  return gradientDepartures(found, wanted).whole;
}

async function forward(network: Network, weights: Weights, input: Float32Array): Promise<Float32Array> {
  const heads = [{ id: 'asked', node: mainOutputNode(network), lossWeight: 1 }];
  const model = createModel(ops, { ...network, heads }, { weights, trainable: () => false });
  const values = await model.forward(input);
  model.close();
  return values;
}

const narrowSteps = loadSteps('narrow');

describe.each(Object.keys(networks))('%s at an eighth of its width', (id) => {
  const network = narrowed(findNetwork(id));
  const weights = narrowWeights(network);
  const input = narrowInput(network);
  const oracle = narrowSteps[id]!;
  let truth: StepResult64;
  beforeAll(() => {
    const shared = { network, input, labels: oracle.labels, labelSmoothing: 0, classWeights: null, random: null };
    truth = trainingStep64({ ...shared, parameters: widened(weights), trains: () => true });
  });

  it('has an oracle of the very network that is registered', () => {
    expect(networkDigest(network), 'run e2e/fixtures/parity/steps.py again').toBe(oracle.digest);
  });

  it('in float64 gives the loss, the gradients and the running moments that PyTorch gives in float64', () => {
    expect(Math.abs(truth.loss / oracle.loss - 1)).toBeLessThan(sameToTheDigit);
    expect(Math.abs(wholeNorm(truth.gradients) / oracle.gradient_norm - 1)).toBeLessThan(sameToTheDigit);
    const off = projection(network, truth.gradients) - oracle.gradient_projection;
    expect(Math.abs(off)).toBeLessThan(sameToTheDigit * oracle.gradient_norm);
    const running = projection(network, truth.running);
    const size = Math.max(1, wholeNorm(truth.running));
    expect(Math.abs(running - oracle.running_projection)).toBeLessThan(sameToTheDigit * size);
  });

  it('in training is no further from float64 than rounding takes PyTorch', async () => {
    const found = await stepOf(network, { weights, trainable: () => true, input, labels: oracle.labels });
    const { whole, worst } = gradientDepartures(found.gradients, truth.gradients);
    expect([...found.gradients.keys()].sort()).toEqual([...truth.gradients.keys()].sort());
    expect(Math.abs(found.loss / truth.loss - 1)).toBeLessThan(allowed(oracle.float32.loss));
    expect(whole, 'all gradients').toBeLessThan(allowed(oracle.float32.whole));
    expect(worst, 'the worst gradient').toBeLessThan(allowed(oracle.float32.worst));
    expect(largestRunningDeparture(found.after, truth.running)).toBeLessThan(allowed(oracle.float32.running));
  });

  it('frozen at a stage trains what is behind it and nothing before, as the rest alone does on its features', async () => {
    for (const { id: stage } of someStages(network.stages.slice(1), most)) {
      const { prefix, suffix } = split(network, stage);
      const behind = new Set(listParameters(suffix).map(({ name }) => name));
      const trainable = (name: string): boolean => behind.has(name);
      const frozen = await stepOf(
        { ...network, heads: suffix.heads },
        { weights, trainable, input, labels: oracle.labels },
      );
      const features = await forward(prefix, weights, input);
      const alone = await stepOf(suffix, { weights, trainable: () => true, input: features, labels: oracle.labels });
      expect([...frozen.gradients.keys()].sort(), stage).toEqual([...alone.gradients.keys()].sort());
      const tolerance = allowed(oracle.float32.whole);
      expect(differenceOf(frozen.gradients, alone.gradients), stage).toBeLessThan(tolerance);
      for (const { name } of listParameters(prefix))
        expect(norm(difference(frozen.after.get(name)!.values, weights.get(name)!.values)), name).toBe(0);
    }
  });
});

function difference(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, at) => value - b[at]!);
}
