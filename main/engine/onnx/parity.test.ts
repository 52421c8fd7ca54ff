import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tellLeftOut } from '../../../e2e/fixtures/left-out.ts';
import {
  hasOracle,
  isComparedAtFullSize,
  loadOracle,
  type Oracle,
  oracleInput,
  oracleWeights,
  type StageSummary,
} from '../../../e2e/fixtures/parity.ts';
import {
  departure,
  moduleNode,
  rowDifferenceDeparture,
  stageDepartures,
} from '../../../e2e/fixtures/parity-compare.ts';
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

function expectSummary(found: Float32Array, summary: StageSummary, firstTolerance: number): void {
  const { moments, first } = stageDepartures(found, summary);
  expect(moments).toBeLessThan(1e-5);
  expect(first).toBeLessThan(firstTolerance);
}

function digest(weights: Weights): string {
  const hash = createHash('sha256');
  for (const { values } of weights.values()) hash.update(new Uint8Array(values.buffer));
  return hash.digest('hex');
}

const names = Object.keys(networks);
const compared = names.filter((name) => hasOracle(name));
for (const name of names) if (!compared.includes(name)) console.warn(`LEFT OUT: parity of ${name}: it has no oracle`);
const atFullSize = compared.filter((name) => isComparedAtFullSize(networks[name]!()));
tellLeftOut(
  `values of ${compared.filter((name) => !atFullSize.includes(name)).join(', ')} in ONNX Runtime at full size`,
  atFullSize.length < compared.length
    ? 'they take minutes (THAW_FULL=1 runs them; at an eighth of the width all run)'
    : null,
);

describe.skipIf(compared.length === 0).each(compared)('%s beside its oracle', (name) => {
  const network = networks[name]!();
  const oracle = loadOracle(name);

  it('has the same tensors in the same order, and as many parameters', () => {
    expect(listParameters(network).map(({ name: tensor, shape }) => [tensor, shape])).toEqual(oracle.tensors);
    expect(countParameters(network)).toBe(oracle.params_total);
    const auxiliary = network.heads.slice(1).map(({ id }) => `${id}.`);
    const main = listParameters(network).filter(
      (each) => each.trainable && !auxiliary.some((prefix) => each.name.startsWith(prefix)),
    );
    const count = main.reduce((sum, { shape }) => sum + shape.reduce((product, extent) => product * extent, 1), 0);
    expect(count).toBe(oracle.params_without_aux);
  });

  it('multiplies as often, layer by layer', () => {
    const { byNode, total } = countMultiplications(network);
    expect(total).toBe(oracle.macs_one_image);
    expect([...byNode].sort()).toEqual(oracle.layers.map(([layer, , , , count]) => [layer, count]).sort());
    const shapes = inferShapes(network);
    for (const [layer, , , shape] of oracle.layers) expect(shapes.get(layer)).toEqual(shape);
  });

  it('keeps every tensor in the prefix or the suffix of any cut, but those of auxiliary heads on the prefix', () => {
    for (const { id } of network.stages) {
      const { prefix, suffix } = split(network, id);
      const lost = network.heads.filter((head) => !suffix.heads.some((kept) => kept.id === head.id));
      const kept = listParameters(network).filter(
        ({ name: tensor }) => !lost.some((head) => tensor.startsWith(`${head.id}.`)),
      );
      const both = [...listParameters(prefix), ...listParameters(suffix)];
      expect(both).toEqual(kept);
    }
  });
});

describe.skipIf(atFullSize.length === 0).each(atFullSize)('%s against its oracle', (name) => {
  const network = networks[name]!();
  let oracle: Oracle;
  let weights: Weights;
  let input: Float32Array<ArrayBuffer>;
  beforeAll(() => {
    oracle = loadOracle(name);
    weights = oracleWeights(oracle);
    input = oracleInput(oracle);
  });
  afterAll(() => {
    weights = new Map();
  });

  it('is filled with the very numbers of the oracle', () => {
    expect(digest(weights)).toBe(oracle.params_sha256);
    expect(createHash('sha256').update(new Uint8Array(input.buffer)).digest('hex')).toBe(oracle.input.sha256);
  });

  it('gives the same logits, and the same difference between two images, auxiliary heads too', async () => {
    const [main, ...auxiliary] = network.heads;
    const logits = await runTo(network, weights, { node: main!.node, values: input });
    expect(departure(logits, oracle.eval.logits.flat())).toBeLessThan(1e-4);
    expect(rowDifferenceDeparture(logits, oracle.eval.logits)).toBeLessThan(3e-4);
    expect(auxiliary.map(({ id }) => id)).toEqual(Object.keys(oracle.eval.aux_logits));
    for (const { id, node } of auxiliary) {
      const found = await runTo(network, weights, { node, values: input });
      expect(departure(found, oracle.eval.aux_logits[id]!.flat())).toBeLessThan(1e-4);
    }
  });

  it('gives the same values at every stage, computed from cut to cut, and the same logits at the end', async () => {
    const firstTolerance = oracle.notes.includes('relu6') ? 5e-4 : 1e-4;
    const open = new Map(Object.keys(oracle.eval.stages).map((module) => [module, moduleNode(network, module)]));
    const expectModules = async (part: Network, from: Float32Array, known: ReadonlyMap<string, Float32Array>) => {
      for (const [module, node] of open) {
        if (!part.nodes.some(({ id }) => id === node)) continue;
        const found = known.get(node) ?? (await runTo(part, weights, { node, values: from }));
        expectSummary(found, oracle.eval.stages[module]!, firstTolerance);
        open.delete(module);
      }
    };
    let [rest, values] = [network, input as Float32Array];
    for (const { id } of network.stages.slice(1)) {
      const { prefix, suffix } = split(rest, id);
      const end = mainOutputNode(prefix);
      const next = await runTo(prefix, weights, { node: end, values });
      await expectModules(prefix, values, new Map([[end, next]]));
      [rest, values] = [suffix, next];
    }
    await expectModules(rest, values, new Map());
    expect([...open.keys()]).toEqual([]);
    const logits = await runTo(rest, weights, { node: mainOutputNode(rest), values });
    expect(departure(logits, oracle.eval.logits.flat())).toBeLessThan(1e-4);
  });
});
