import { describe, expect, it } from 'vitest';
import { Recipe } from '../../../shared/domain/recipe.ts';
import { listParameters } from '../../../shared/networks/parameters.ts';
import { findNetwork, networks } from '../../../shared/networks/registry.ts';
import { split } from '../../../shared/networks/split.ts';
import { balancedClassWeights } from './class-weights.ts';
import { parameterGroups } from './parameter-groups.ts';

const lite0 = findNetwork('tf_efficientnet_lite0');
const groupsOf = (settings: Partial<Recipe>, network = lite0) => parameterGroups(network, Recipe.parse(settings));

describe('parameterGroups', () => {
  it('counts stages with parameters from the softmax down', () => {
    const { depthOf, depthCount } = groupsOf({});
    const depths = ['classifier.weight', 'conv_head.weight', 'bn2.running_mean', 'blocks.6.0.conv_pw.weight'].map(
      depthOf,
    );
    expect(depths).toEqual([0, 1, 1, 2]);
    expect(depthOf('blocks.0.0.conv_dw.weight')).toBe(8);
    expect(depthOf('conv_stem.weight')).toBe(9);
    expect(depthCount).toBe(10);
  });

  it('gives a parameter the same depth in whatever suffix it trains', () => {
    const { suffix } = split(lite0, 'blocks.4');
    const [whole, part] = [groupsOf({}), groupsOf({}, suffix)];
    for (const { name } of listParameters(suffix)) expect(part.depthOf(name)).toBe(whole.depthOf(name));
    expect(part.depthCount).toBe(4);
  });

  it('lowers the rate by one factor for each stage', () => {
    const { rateFactor } = groupsOf({ layerDecay: 0.5 });
    expect(rateFactor('classifier.bias')).toBe(1);
    expect(rateFactor('blocks.6.0.bn1.weight')).toBe(0.25);
    expect(rateFactor('conv_stem.weight')).toBe(0.5 ** 9);
    expect(groupsOf({}).rateFactor('conv_stem.weight')).toBe(1);
    expect([groupsOf({}).hasOneRate, groupsOf({ layerDecay: 0.5 }).hasOneRate]).toEqual([true, false]);
  });

  it('lowers the rate of all but the softmax by one more factor', () => {
    const { rateFactor, hasOneRate } = groupsOf({ backboneRate: 0.1, layerDecay: 0.5 });
    expect(rateFactor('classifier.weight')).toBe(1);
    expect(rateFactor('conv_head.weight')).toBeCloseTo(0.05, 12);
    expect(rateFactor('blocks.6.0.bn1.weight')).toBeCloseTo(0.025, 12);
    expect(hasOneRate).toBe(false);
  });

  it('thaws from the softmax down, after the epochs in which it trains alone', () => {
    const groups = groupsOf({ headEpochs: 3, unfreezing: 2 }, split(lite0, 'blocks.5').suffix);
    expect(groups.thawEpochs).toEqual([5, 7]);
    const trainsFrom = (name: string) =>
      Array.from({ length: 10 }, (_, epoch) => epoch).findIndex((epoch) => groups.isTrainable(name, epoch));
    expect(['classifier.weight', 'conv_head.weight', 'blocks.6.0.conv_pw.weight'].map(trainsFrom)).toEqual([0, 5, 7]);
    expect(groupsOf({ headEpochs: 3 }).thawEpochs).toEqual([3]);
    expect(groupsOf({}).thawEpochs).toEqual([]);
  });

  it('never trains a frozen batch norm', () => {
    const { isTrainable } = groupsOf({ batchNorm: 'freeze' });
    expect(['bn2.weight', 'bn2.bias', 'blocks.0.0.bn1.weight'].some((name) => isTrainable(name, 99))).toBe(false);
    expect(isTrainable('conv_head.weight', 0)).toBe(true);
    expect(groupsOf({}).isTrainable('bn2.weight', 0)).toBe(true);
  });

  it.each(Object.keys(networks))('%s: every classifier has depth 0, the first convolution the largest one', (id) => {
    const network = findNetwork(id);
    const { depthOf, depthCount } = groupsOf({}, network);
    const heads = network.nodes.filter((node) => network.heads.some((head) => head.node === node.id));
    for (const node of heads) if (node.kind === 'dense') expect(depthOf(node.weight)).toBe(0);
    expect(depthOf(listParameters(network)[0]!.name)).toBe(depthCount - 1);
  });
});

describe('balancedClassWeights', () => {
  it('makes every class weigh alike, with a mean of 1 over the photos', () => {
    const labels = Int32Array.of(0, 0, 0, 0, 0, 0, 1, 1, 3);
    const weights = balancedClassWeights(labels, 4);
    expect([...weights]).toEqual([0.5, 1.5, 0, 3]);
    expect(labels.reduce((sum, label) => sum + weights[label]!, 0)).toBeCloseTo(labels.length, 6);
  });
});
