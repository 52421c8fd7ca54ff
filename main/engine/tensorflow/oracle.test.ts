import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tellLeftOut } from '../../../e2e/fixtures/left-out.ts';
import {
  hasOracle,
  isComparedAtFullSize,
  loadOracle,
  type Oracle,
  oracleInput,
  oracleWeights,
  parityFolder,
} from '../../../e2e/fixtures/parity.ts';
import {
  departure,
  moduleNode,
  rowDifferenceDeparture,
  stageDepartures,
  summaryDepartures,
} from '../../../e2e/fixtures/parity-compare.ts';
import type { Network, Weights } from '../../../shared/networks/network.ts';
import { findNetwork, networks } from '../../../shared/networks/registry.ts';
import { split } from '../../../shared/networks/split.ts';
import { openTensorFlow } from './door.ts';
import { createModel } from './interpreter.ts';
import type { TensorOps } from './ops.ts';
import { readGradients } from './read-gradients-for-tests.ts';

let ops: TensorOps;
beforeAll(async () => {
  ops = await openTensorFlow({ threads: 2 });
});

/** The values of `node`, feature maps as [B, C, H, W]; leaves no tensor behind. */
async function runTo(network: Network, weights: Weights, at: { node: string; input: Float32Array }) {
  const before = ops.tensorCount();
  const heads = [{ id: 'asked', node: at.node, lossWeight: 1 }];
  const model = createModel(ops, { ...network, heads }, { weights, trainable: () => false });
  const values = await model.forward(at.input);
  model.close();
  expect(ops.tensorCount()).toBe(before);
  return values;
}

const withOracle = Object.keys(networks).filter(hasOracle);
const compared = withOracle.filter((name) => isComparedAtFullSize(findNetwork(name)));
tellLeftOut(
  `values of ${withOracle.filter((name) => !compared.includes(name)).join(', ')} on TensorFlow at full size`,
  compared.length < withOracle.length ? 'they take minutes (THAW_FULL=1 runs them)' : null,
);

describe.skipIf(compared.length === 0).each(compared)('%s on TensorFlow beside its oracle', (name) => {
  const network = findNetwork(name);
  let [oracle, weights] = [{} as Oracle, new Map() as Weights];
  beforeAll(() => {
    oracle = loadOracle(name);
    weights = oracleWeights(oracle);
  });
  afterAll(() => {
    weights = new Map();
  });

  it('gives its values at every stage, computed from cut to cut, and its logits at the end', async () => {
    const firstTolerance = oracle.notes.includes('relu6') ? 5e-4 : 1e-4;
    const open = new Map(Object.keys(oracle.eval.stages).map((module) => [module, moduleNode(network, module)]));
    const expectStages = async (part: Network, at: { end: string; values: Float32Array; input: Float32Array }) => {
      for (const [module, node] of open) {
        if (!part.nodes.some(({ id }) => id === node)) continue;
        const values = node === at.end ? at.values : await runTo(part, weights, { node, input: at.input });
        const off = stageDepartures(values, oracle.eval.stages[module]!);
        expect(off.moments, module).toBeLessThan(1e-5);
        expect(off.first, module).toBeLessThan(firstTolerance);
        open.delete(module);
      }
    };
    let [rest, input] = [network, oracleInput(oracle) as Float32Array];
    for (const { id } of network.stages.slice(1)) {
      const { prefix, suffix } = split(rest, id);
      const end = prefix.stages.at(-1)!.node;
      const values = await runTo(prefix, weights, { node: end, input });
      await expectStages(prefix, { end, values, input });
      [rest, input] = [suffix, values];
    }
    const end = network.heads[0]!.node;
    const logits = await runTo(rest, weights, { node: end, input });
    await expectStages(rest, { end, values: logits, input });
    expect([...open.keys()]).toEqual([]);
    expect(departure(logits, oracle.eval.logits.flat())).toBeLessThan(1e-4);
    expect(rowDifferenceDeparture(logits, oracle.eval.logits)).toBeLessThan(3e-4);
  });

  it.each(network.heads.slice(1))('gives the logits of its auxiliary head $id', async ({ id, node }) => {
    const logits = await runTo(network, weights, { node, input: oracleInput(oracle) });
    expect(departure(logits, oracle.eval.aux_logits[id]!.flat())).toBeLessThan(1e-4);
  });
});

const stepTolerances = [
  ['lenet5', { norm: 1e-4, first: 1e-4 }],
  ['resnet18', { norm: 5e-3, first: 5e-2 }],
  ['googlenet', { norm: 2e-2, first: 1.5e-1 }],
] as const;

describe.skipIf(parityFolder === null)('a training step on TensorFlow beside the oracle', () => {
  it.each(stepTolerances)('%s: loss, every gradient, every running moment', async (name, tolerance) => {
    const [oracle, network] = [loadOracle(name), findNetwork(name)];
    const truth = oracle.train_step!;
    const before = ops.tensorCount();
    const model = createModel(ops, network, { weights: oracleWeights(oracle), trainable: () => true });
    const labels = Int32Array.from(truth.labels);
    const result = await model.trainStep(oracleInput(oracle), labels, { labelSmoothing: 0, random: null });
    expect(Math.abs(result.loss / truth.loss - 1)).toBeLessThan(1e-5);
    const gradients = await readGradients(ops, network, result.gradients);
    expect([...gradients.keys()].sort()).toEqual(Object.keys(truth.gradients).sort());
    for (const [tensor, summary] of Object.entries(truth.gradients)) {
      const off = summaryDepartures(gradients.get(tensor)!, summary);
      expect(off.norm, tensor).toBeLessThan(tolerance.norm);
      expect(off.first, tensor).toBeLessThan(tolerance.first);
    }
    const after = await model.readWeights();
    for (const [tensor, summary] of Object.entries(truth.running_stats_after)) {
      const off = summaryDepartures(after.get(tensor)!.values, summary);
      expect(Math.max(off.norm, off.own), tensor).toBeLessThan(1e-4);
    }
    model.close();
    expect(ops.tensorCount()).toBe(before);
  });
});
