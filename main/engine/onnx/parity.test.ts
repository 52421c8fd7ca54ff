import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  loadOracle,
  type Oracle,
  oracleInput,
  oracleWeights,
  parityFolder,
  type StageSummary,
} from '../../../e2e/fixtures/parity.ts';
import type { Network, Weights } from '../../../shared/networks/network.ts';
import { countMultiplications, countParameters, listParameters } from '../../../shared/networks/parameters.ts';
import { networks } from '../../../shared/networks/registry.ts';
import { inferShapes } from '../../../shared/networks/shapes.ts';
import { mainOutputNode, split } from '../../../shared/networks/split.ts';
import { openOnnxSession } from './runtime.ts';
import { writeOnnx } from './writer.ts';

const batch = 2;

async function runTo(network: Network, weights: Weights, input: { node: string; values: Float32Array }) {
  const model = writeOnnx(network, weights, { outputNode: input.node, preprocessing: 'none', batch: 'dynamic' });
  const session = await openOnnxSession({ model, threads: 1, provider: 'cpu' });
  const output = await session.run(input.values, batch);
  expect(session.outputShape).toEqual(inferShapes(network).get(input.node));
  await session.close();
  return output;
}

/** Largest difference over the largest magnitude of `wanted`. */
function departure(got: ArrayLike<number>, wanted: ArrayLike<number>): number {
  expect(got.length).toBe(wanted.length);
  let difference = 0;
  let magnitude = 0;
  for (let i = 0; i < wanted.length; i++) {
    difference = Math.max(difference, Math.abs(got[i]! - wanted[i]!));
    magnitude = Math.max(magnitude, Math.abs(wanted[i]!));
  }
  return difference / magnitude;
}

/** The oracle's module as a node here: timm's norm layers and pool include the activation. */
function moduleNode(network: Network, module: string): string {
  const stage = network.id.startsWith('tf_') ? network.stages.find(({ id }) => id === module) : undefined;
  const activated = network.id.startsWith('tf_') ? network.nodes.find(({ id }) => id === `${module}.act`) : undefined;
  return stage?.node ?? activated?.id ?? module;
}

function expectSummary(got: Float32Array, [shape, mean, deviation, first]: StageSummary, firstTolerance: number): void {
  expect(got.length).toBe(shape.reduce((product, extent) => product * extent, 1));
  const gotMean = got.reduce((sum, value) => sum + value, 0) / got.length;
  const gotDeviation = Math.sqrt(got.reduce((sum, value) => sum + (value - gotMean) ** 2, 0) / got.length);
  expect(Math.abs(gotMean - mean) / deviation).toBeLessThan(1e-5);
  expect(Math.abs(gotDeviation - deviation) / deviation).toBeLessThan(1e-5);
  for (const [i, value] of first.entries()) {
    expect(Math.abs(got[i]! - value) / deviation).toBeLessThan(firstTolerance);
  }
}

function digest(weights: Weights): string {
  const hash = createHash('sha256');
  for (const { values } of weights.values()) hash.update(new Uint8Array(values.buffer));
  return hash.digest('hex');
}

describe.skipIf(parityFolder === null).each(Object.keys(networks))('%s against its oracle', (name) => {
  const network = networks[name]!();
  const oracle = parityFolder === null ? ({} as Oracle) : loadOracle(name);
  const weights = parityFolder === null ? new Map() : oracleWeights(oracle);
  const input = parityFolder === null ? new Float32Array() : oracleInput(oracle);

  it('is filled with the very numbers of the oracle', () => {
    expect(digest(weights)).toBe(oracle.params_sha256);
    expect(createHash('sha256').update(new Uint8Array(input.buffer)).digest('hex')).toBe(oracle.input.sha256);
  });

  it('has the same tensors in the same order, and as many parameters', () => {
    expect(listParameters(network).map(({ name: tensor, shape }) => [tensor, shape])).toEqual(oracle.tensors);
    expect(countParameters(network)).toBe(oracle.params_total);
  });

  it('multiplies as often, layer by layer', () => {
    const { byNode, total } = countMultiplications(network);
    expect(total).toBe(oracle.macs_one_image);
    expect([...byNode].sort()).toEqual(oracle.layers.map(([layer, , , , count]) => [layer, count]).sort());
    const shapes = inferShapes(network);
    for (const [layer, , , shape] of oracle.layers) expect(shapes.get(layer)).toEqual(shape);
  });

  it('gives the same logits, and the same difference between two images', async () => {
    const logits = await runTo(network, weights, { node: mainOutputNode(network), values: input });
    const [first, second] = oracle.eval.logits as [number[], number[]];
    expect(departure(logits, [...first, ...second])).toBeLessThan(1e-4);
    const difference = first.map((_, k) => logits[k]! - logits[first.length + k]!);
    const wanted = first.map((value, k) => value - second[k]!);
    expect(departure(difference, wanted)).toBeLessThan(3e-4);
  });

  it('gives the same values at every stage', async () => {
    const firstTolerance = oracle.notes.includes('relu6') ? 5e-4 : 1e-4;
    for (const [module, summary] of Object.entries(oracle.eval.stages)) {
      const values = await runTo(network, weights, { node: moduleNode(network, module), values: input });
      expectSummary(values, summary, firstTolerance);
    }
  });

  it('equals prefix then suffix for a cut at any stage', async () => {
    const whole = await runTo(network, weights, { node: mainOutputNode(network), values: input });
    for (const { id } of network.stages) {
      const { prefix, suffix } = split(network, id);
      const features = await runTo(prefix, weights, { node: mainOutputNode(prefix), values: input });
      const logits = await runTo(suffix, weights, { node: mainOutputNode(suffix), values: features });
      expect(departure(logits, whole)).toBeLessThan(1e-5);
      const names = [...listParameters(prefix), ...listParameters(suffix)].map(({ name: tensor }) => tensor);
      expect(names).toEqual(listParameters(network).map(({ name: tensor }) => tensor));
    }
  });
});
