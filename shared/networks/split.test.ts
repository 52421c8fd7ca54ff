import { describe, expect, it } from 'vitest';
import { activation, avgPool, dense } from './builder.ts';
import { lenet5 } from './lenet.ts';
import type { Network } from './network.ts';
import { countMultiplications, countParameters, listParameters } from './parameters.ts';
import { findNetwork, networks } from './registry.ts';
import { inferShapes } from './shapes.ts';
import { inferenceNodes, mainOutputNode, passDropouts, split, withClasses } from './split.ts';

/** Two branches after 'stem', joined by 'sum'; an auxiliary head on 'stem'. */
function branched(): Network {
  return {
    ...lenet5(),
    id: 'branched',
    inputShape: [4],
    nodes: [
      dense('stem', 'input', 6),
      { kind: 'dropout', id: 'stem.drop', inputs: ['stem'], rate: 0.5 },
      dense('aux', 'stem.drop', 3),
      activation('left', 'stem', 'relu'),
      activation('right', 'stem', 'tanh'),
      { kind: 'add', id: 'sum', inputs: ['left', 'right'] },
      { kind: 'dropout', id: 'drop', inputs: ['sum'], rate: 0.5 },
      dense('fc', 'drop', 3),
    ],
    stages: [
      { id: 'input', node: 'input', title: 'Input' },
      { id: 'stem', node: 'stem', title: 'Stem' },
      { id: 'left', node: 'left', title: 'Not a cut' },
      { id: 'sum', node: 'sum', title: 'Sum' },
    ],
    heads: [
      { id: 'classifier', node: 'fc', lossWeight: 1 },
      { id: 'aux', node: 'aux', lossWeight: 0.3 },
    ],
  };
}

const ids = (nodes: readonly { readonly id: string }[]) => nodes.map(({ id }) => id);

describe('split', () => {
  it('gives the suffix the shape of the stage and wires it to its input', () => {
    const { prefix, suffix } = split(branched(), 'sum');
    expect(ids(prefix.nodes)).toEqual(['stem', 'left', 'right', 'sum']);
    expect(ids(prefix.stages)).toEqual(['input', 'stem', 'left', 'sum']);
    expect(suffix.inputShape).toEqual([6]);
    expect(suffix.nodes.map(({ id, inputs }) => [id, inputs])).toEqual([
      ['drop', ['input']],
      ['fc', ['drop']],
    ]);
    expect(suffix.stages).toEqual([{ id: 'sum', node: 'input', title: 'Sum' }]);
  });

  it('keeps an auxiliary head that hangs after the cut and drops one that hangs before', () => {
    expect(ids(split(branched(), 'stem').suffix.heads)).toEqual(['classifier', 'aux']);
    expect(ids(split(branched(), 'sum').suffix.heads)).toEqual(['classifier']);
    expect(split(branched(), 'stem').prefix.heads).toEqual([]);
  });

  it('gives an empty prefix and the whole network at the input', () => {
    const network = branched();
    const { prefix, suffix } = split(network, 'input');
    expect(prefix.nodes).toEqual([]);
    expect(mainOutputNode(prefix)).toBe('input');
    expect(suffix).toEqual(network);
  });

  it('refuses a place where two tensors cross', () => {
    expect(() => split(branched(), 'left')).toThrow(/'right' crosses the cut at 'left' too/);
  });

  it('names the stages there are when asked for another', () => {
    expect(() => split(branched(), 'top')).toThrow(/no stage 'top'. Choose one of: input, stem, left, sum/);
  });

  it('can cut a suffix again', () => {
    const once = split(branched(), 'stem').suffix;
    expect(split(once, 'sum').suffix).toEqual(split(branched(), 'sum').suffix);
  });
});

describe('inferenceNodes', () => {
  it('leaves out dropouts and auxiliary heads', () => {
    const nodes = inferenceNodes(branched(), 'fc');
    expect(ids(nodes)).toEqual(['stem', 'left', 'right', 'sum', 'fc']);
    expect(nodes.at(-1)?.inputs).toEqual(['sum']);
  });

  it('names the node that feeds a dropout as the one that holds its output', () => {
    expect(passDropouts(branched(), 'drop')).toBe('sum');
    expect(ids(inferenceNodes(branched(), 'drop'))).toEqual(['stem', 'left', 'right', 'sum']);
  });

  it('needs no node for the input itself', () => {
    expect(inferenceNodes(branched(), 'input')).toEqual([]);
  });
});

describe('withClasses', () => {
  it('changes every classifier and nothing else', () => {
    const changed = inferShapes(withClasses(branched(), 7));
    const before = inferShapes(branched());
    for (const [id, shape] of before) expect(changed.get(id)).toEqual(id === 'fc' || id === 'aux' ? [7] : shape);
  });

  it.each([1, 0, 2.5, Number.NaN])('refuses %s classes', (classCount) => {
    expect(() => withClasses(branched(), classCount)).toThrow(/2 or more classes/);
  });
});

describe('counts', () => {
  it('counts auxiliary parameters but not their multiplications', () => {
    const count = (inputs: number, outputs: number) => inputs * outputs + outputs;
    expect(countParameters(branched())).toBe(count(4, 6) + 2 * count(6, 3));
    const { byNode, total } = countMultiplications(branched());
    expect([...byNode]).toEqual([
      ['stem', 24],
      ['fc', 18],
    ]);
    expect(total).toBe(42);
  });

  it('counts what a prefix multiplies up to its cut, and nothing for a pool', () => {
    expect(countMultiplications(split(branched(), 'sum').prefix).total).toBe(24);
    const pooled = { ...lenet5(), nodes: [avgPool('pool', 'input', { kernel: 2, stride: 2 })], stages: [], heads: [] };
    expect(countMultiplications({ ...pooled, heads: [{ id: 'h', node: 'pool', lossWeight: 1 }] }).total).toBe(0);
  });

  it('refuses two nodes that hold one tensor', () => {
    const network = branched();
    const twin = { ...dense('twin', 'input', 6), weight: 'stem.weight' };
    expect(() => listParameters({ ...network, nodes: [...network.nodes, twin] })).toThrow(/'stem.weight'/);
  });
});

/** Parameters of the auxiliary heads that hang on the prefix, which the cut drops. */
function countLostHeads(network: Network, suffix: Network): number {
  const lost = network.heads.filter(({ id }) => !suffix.heads.some((head) => head.id === id));
  return listParameters(network)
    .filter(({ name, trainable }) => trainable && lost.some(({ id }) => name.startsWith(`${id}.`)))
    .reduce((sum, { shape }) => sum + shape.reduce((product, extent) => product * extent, 1), 0);
}

describe.each(Object.keys(networks))('%s in the registry', (id) => {
  const network = findNetwork(id);

  it('goes by the name it is found under', () => {
    expect(network.id).toBe(id);
    expect(network.stages[0]).toMatchObject({ id: 'input', node: 'input' });
  });

  it('can be cut at every stage, and no parameter or multiplication is lost but those of auxiliary heads on the prefix', () => {
    for (const stage of network.stages) {
      const { prefix, suffix } = split(network, stage.id);
      expect(inferShapes(suffix).get('input')).toEqual(inferShapes(network).get(stage.node));
      expect(suffix.stages[0]).toEqual({ ...stage, node: 'input' });
      const parameters = countParameters(prefix) + countParameters(suffix) + countLostHeads(network, suffix);
      expect(parameters).toBe(countParameters(network));
      const parts = countMultiplications(prefix).total + countMultiplications(suffix).total;
      expect(parts).toBe(countMultiplications(network).total);
    }
  });

  it('ends with the stage that feeds the classifier alone', () => {
    const { suffix } = split(network, network.stages.at(-1)!.id);
    expect(inferenceNodes(suffix, mainOutputNode(suffix)).map(({ kind }) => kind)).toEqual(['dense']);
  });

  it('has stages in the order of the nodes, each once', () => {
    const order = network.stages.map(({ node }) => network.nodes.findIndex(({ id: nodeId }) => nodeId === node));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(new Set(ids(network.stages)).size).toBe(network.stages.length);
  });
});

describe('findNetwork', () => {
  it.each(['resnet9000', '__proto__', 'constructor'])('refuses %s and names those there are', (id) => {
    expect(() => findNetwork(id)).toThrow(/lenet5, tf_efficientnet_lite0/);
  });
});
