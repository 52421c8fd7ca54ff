import { describe, expect, it } from 'vitest';
import { labNetworks } from '../../../shared/networks/lab/registry.ts';
import { smallStack } from '../../../shared/networks/lab/small-stacks.ts';
import { lenet5 } from '../../../shared/networks/lenet.ts';
import type { Network, NetworkNode, Weights } from '../../../shared/networks/network.ts';
import { countMultiplications, listParameters } from '../../../shared/networks/parameters.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { split } from '../../../shared/networks/split.ts';
import type { Array64 } from '../reference/array64.ts';
import { forward64 } from '../reference/nodes.ts';
import { chooseFromScratch } from './chosen-weights.ts';
import { initialWeights } from './from-scratch.ts';

/** The value of every node in float64, batch norm on its running statistics. */
function valuesOf(network: Network, weights: Weights, input: Array64): ReadonlyMap<string, Array64> {
  const values = new Map([['input', input]]);
  const parameter = (name: string): Array64 => {
    const { shape, values: numbers } = weights.get(name)!;
    return { shape, values: Float64Array.from(numbers) };
  };
  const context = { parameter, trains: () => false, random: null, masks: new Map() };
  for (const node of network.nodes)
    values.set(
      node.id,
      forward64(
        context,
        node,
        node.inputs.map((id) => values.get(id)!),
      ),
    );
  return values;
}

const picture = (side: number): Array64 => ({
  shape: [1, 3, side, side],
  values: Float64Array.from({ length: 3 * side * side }, (_, at) => Math.sin(at * 0.37)),
});

describe('a residual block whose weights are zero', () => {
  it('is the identity, to the last bit', () => {
    const network = smallStack({ depth: 14, isResidual: true, hasNorms: true });
    const { prefix } = split(network, 'group1.1');
    const weights = new Map(initialWeights(prefix, 3));
    for (const [name, { shape, values }] of weights)
      if (name.startsWith('group1.'))
        weights.set(name, {
          shape,
          values: new Float32Array(values.length).fill(Number(name.endsWith('running_var'))),
        });
    const values = valuesOf(prefix, weights, picture(24));
    const before = values.get('stem.act')!.values;
    expect(before.some((value) => value > 0)).toBe(true);
    expect(values.get('group1.0.act')!.values).toEqual(before);
    expect(values.get('group1.1.act')!.values).toEqual(before);
  });

  it('is what a deep stack without batch norm starts with, where a plain one changes everything', () => {
    const start = (isResidual: boolean) => {
      const { prefix } = split(smallStack({ depth: 56, isResidual, hasNorms: false }), 'group1.8');
      return valuesOf(prefix, initialWeights(prefix, 3), picture(24));
    };
    const residual = start(true);
    expect(residual.get('group1.8.act')!.values).toEqual(residual.get('stem.act')!.values);
    const plain = start(false);
    expect(plain.get('group1.8.act')!.values.every(Number.isFinite)).toBe(true);
    expect(plain.get('group1.8.act')!.values).not.toEqual(plain.get('stem.act')!.values);
  });
});

describe('a residual stack with batch norm whose last gammas start at zero', () => {
  const start = (choice: { readonly startsAsIdentity?: true }) => {
    const { prefix } = split(smallStack({ depth: 56, isResidual: true, hasNorms: true, ...choice }), 'group1.8');
    return valuesOf(prefix, initialWeights(prefix, 3), picture(24));
  };

  it('is the identity block by block, and with gammas of one it is not', () => {
    const begun = start({ startsAsIdentity: true });
    expect(begun.get('group1.8.act')!.values).toEqual(begun.get('stem.act')!.values);
    const usual = start({});
    expect(usual.get('group1.8.act')!.values).not.toEqual(usual.get('stem.act')!.values);
  });
});

describe('what a network starts with', () => {
  const deviation = (weights: Weights, name: string): number => {
    const { values } = weights.get(name)!;
    return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
  };

  it('has the spread that He and Glorot ask for before each activation', () => {
    const asked = [
      ['relu', Math.sqrt(2 / 400)], // fc1 of LeNet-5: 400 in, 120 out
      ['tanh', Math.sqrt(2 / 520)],
      ['sigmoid', 4 * Math.sqrt(2 / 520)],
    ] as const;
    for (const [by, wanted] of asked)
      expect(deviation(initialWeights(lenet5(by), 1), 'fc1.weight') / wanted, by).toBeCloseTo(1, 1.5);
  });

  it('is the same for the same seed, and another for another', () => {
    const seeded = (seed: number) => chooseFromScratch('lenet5@scratch', seed).weights.get('conv1.weight')!.values;
    expect(seeded(5)).toEqual(seeded(5));
    expect(seeded(5)).not.toEqual(seeded(6));
    expect(chooseFromScratch('lenet5@scratch', 5).completeThrough).toBe('input');
  });
});

describe.each(Object.keys(labNetworks))('%s of the lab', (id) => {
  const network = findNetwork(id);

  it('has its own name, a cut at every stage, and a start for every tensor', () => {
    expect(network.id).toBe(id);
    for (const { id: stage } of network.stages) expect(() => split(network, stage)).not.toThrow();
    const weights = initialWeights(network, 1);
    expect([...weights.keys()]).toEqual(listParameters(network).map(({ name }) => name));
    for (const { values } of weights.values()) expect(values.every(Number.isFinite)).toBe(true);
  });
});

describe('the networks of the lab', () => {
  const layersWithWeights = (nodes: readonly NetworkNode[]): number =>
    nodes.filter(({ kind, id }) => (kind === 'conv' || kind === 'dense') && !id.includes('shortcut')).length;

  it.each([8, 20, 56])('has as many layers as its name says: %i', (depth) => {
    for (const isResidual of [true, false])
      expect(layersWithWeights(smallStack({ depth, isResidual, hasNorms: true }).nodes)).toBe(depth);
  });

  it('multiplies 120.4 million times straight, and 12.4 million times through the bottleneck', () => {
    const upToConv = (id: string) => countMultiplications(split(findNetwork(id), 'conv').prefix).total;
    expect(upToConv('lab_straight')).toBe(28 * 28 * 32 * 5 * 5 * 192); // 120,422,400
    expect(upToConv('lab_bottleneck')).toBe(28 * 28 * 16 * 192 + 28 * 28 * 32 * 5 * 5 * 16); // 12,443,648
  });

  it('differ by nothing but the shortcuts, the response norms, or the side branches', () => {
    const kinds = (id: string) => findNetwork(id).nodes.map(({ id: node }) => node);
    expect(kinds('lab_googlenet_bn')).toEqual(kinds('lab_googlenet_bn_aux').filter((node) => !node.startsWith('aux')));
    expect(kinds('lab_alexnet')).toEqual(kinds('lab_alexnet_lrn').filter((node) => !node.startsWith('norm')));
    expect(kinds('lab_plain20_bn')).toEqual(
      kinds('lab_residual20_bn').filter((node) => !node.includes('shortcut') && !node.endsWith('.add')),
    );
  });
});
