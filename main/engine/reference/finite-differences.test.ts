import { describe, expect, it } from 'vitest';
import {
  caseBatch,
  caseInput,
  caseLabels,
  caseWeights,
  type NodeCase,
  nodeCases,
} from '../../../e2e/fixtures/node-cases.ts';
import { type Random, seededRandom, shuffledIndices } from '../../../shared/math/random.ts';
import type { NetworkNode, NodeKind } from '../../../shared/networks/network.ts';
import { inferShapes } from '../../../shared/networks/shapes.ts';
import { type Array64, zeros } from './array64.ts';
import { backward64, forward64, type NodeContext64 } from './nodes.ts';
import { type Step64, trainingStep64, widened } from './training-step.ts';

const nudge = 3e-6; // so small that hardly ever a maximum changes hands or a ReLU its side on the way
const tolerance = 1e-6; // of the largest slope

type Slope = { readonly at: number; readonly slope: number };

/** Central differences of `measure` by at most `most` numbers of `values`, which are left as they were. */
function slopesOf(values: Float64Array, measure: () => number, most = Number.POSITIVE_INFINITY): Slope[] {
  const step = Math.ceil(values.length / most) || 1;
  return [...values.keys()]
    .filter((index) => index % step === 0)
    .map((at) => {
      const middle = values[at]!;
      values[at] = middle + nudge;
      const above = measure();
      values[at] = middle - nudge;
      const below = measure();
      values[at] = middle;
      return { at, slope: (above - below) / (2 * nudge) };
    });
}

function expectSlopes(found: Float64Array, wanted: readonly Slope[], what: string): void {
  const largest = found.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
  expect(wanted.length, what).toBeGreaterThan(0);
  const off = wanted.map(({ at, slope }) => Math.abs(slope - found[at]!));
  expect(Math.max(...off), what).toBeLessThanOrEqual(tolerance * Math.max(largest, 1e-2));
}

/** From -8 to 8 in equal steps, shuffled: no two are nearly equal, none is near 0 or 6. */
function scattered(shape: readonly number[], random: Random): Array64 {
  const { values } = zeros(shape);
  const order = shuffledIndices(values.length, random);
  return { shape, values: values.map((_, at) => ((order[at]! + 0.5) / values.length - 0.5) * 16) };
}

/** The layers that are around every tested node are tested once. */
function testedNodes({ title, network }: NodeCase): readonly NetworkNode[] {
  const around = title === 'flatten and dense' ? ['first'] : ['first', 'flat', 'fc'];
  return network.nodes.filter(({ id }) => !around.includes(id));
}

describe.each(nodeCases)('$title', (each) => {
  const { network } = each;
  const parameters = widened(caseWeights(network, 11));
  const trains = (name: string) => !each.frozen.includes(name);
  const shapes = inferShapes(network);

  it.each(testedNodes(each).map((node) => [node.id, node] as const))(
    'gives the gradients of %s that finite differences give, of every input and parameter',
    (_id, node) => {
      const random = seededRandom(5);
      const ids = [...new Set(node.inputs)]; // an input named twice gets the sum of both gradients
      const inputs = new Map(ids.map((id) => [id, scattered([caseBatch, ...shapes.get(id)!], random)]));
      const dy = scattered([caseBatch, ...shapes.get(node.id)!], random);
      const given = node.inputs.map((id) => inputs.get(id)!);
      const contextOf = (): NodeContext64 => ({
        ...{ parameter: (name) => parameters.get(name)!, trains, masks: new Map() },
        random: each.dropsOut ? seededRandom(3) : null,
      });
      const measure = (): number =>
        forward64(contextOf(), node, given).values.reduce((sum, value, at) => sum + value * dy.values[at]!, 0);
      const context = contextOf();
      expect(forward64(context, node, given).shape).toEqual(dy.shape);
      const found = backward64(context, node, { dy, inputs: given });
      for (const [id, input] of inputs) {
        const sum = zeros(input.shape).values;
        for (const [index, name] of node.inputs.entries()) {
          for (const [at, slope] of found.inputs[index]!.values.entries()) if (name === id) sum[at]! += slope;
        }
        expectSlopes(sum, slopesOf(input.values, measure), `input ${id}`);
      }
      for (const [name, gradient] of found.parameters) {
        expectSlopes(gradient, slopesOf(parameters.get(name)!.values, measure), name);
      }
    },
  );

  it('gives the gradients of the whole step that finite differences give', () => {
    const stepOf = (): Step64 => ({
      ...{ network, parameters, trains, labels: caseLabels, input: caseInput(each, 7) },
      ...{ labelSmoothing: each.labelSmoothing, classWeights: each.classWeights },
      random: each.dropsOut ? seededRandom(3) : null,
    });
    const { gradients } = trainingStep64(stepOf());
    expect([...gradients.keys()].some((name) => each.frozen.includes(name))).toBe(false);
    for (const [name, gradient] of gradients) {
      const slopes = slopesOf(parameters.get(name)!.values, () => trainingStep64(stepOf()).loss, 8);
      expectSlopes(gradient, slopes, name);
    }
  });
});

it('has a case for every node kind', () => {
  const kinds: Record<NodeKind, true> = {
    ...{ conv: true, batchNorm: true, activation: true, maxPool: true, avgPool: true, globalAvgPool: true },
    ...{ adaptiveAvgPool: true, add: true, concat: true, localResponseNorm: true, dropout: true, flatten: true },
    ...{ dense: true, scale: true },
  };
  const covered = new Set(nodeCases.flatMap(({ network }) => network.nodes.map(({ kind }) => kind)));
  expect([...covered].sort()).toEqual(Object.keys(kinds).sort());
});
