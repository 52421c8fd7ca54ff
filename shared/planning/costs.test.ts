import { describe, expect, it } from 'vitest';
import { Recipe } from '../domain/recipe.ts';
import type { Network } from '../networks/network.ts';
import { countMultiplications } from '../networks/parameters.ts';
import { findNetwork, networks } from '../networks/registry.ts';
import { split, withClasses } from '../networks/split.ts';
import { ENGINE_BYTES, peakActivations, peakRecomputing, statesPerParameter } from './memory.ts';
import { stageCosts } from './stage-costs.ts';
import { forwardWork, multiplicationsOf, trainingWork } from './work.ts';

const recipe = Recipe.parse({});
const setting = { photos: 500, views: 1, recipe };

describe('the bill of LeNet-5, against arithmetic on paper', () => {
  const costs = new Map(stageCosts(findNetwork('lenet5'), setting).map((cost) => [cost.stage, cost]));
  const conv1 = 28 * 28 * 6 * 25;
  const conv2 = 10 * 10 * 16 * 25 * 6;
  const dense = [400 * 120, 120 * 84, 84 * 10] as const;

  it('counts the parameters that are left to train', () => {
    expect(costs.get('input')?.trainableParameters).toBe(156 + 2416 + 48_120 + 10_164 + 850);
    expect(costs.get('pool1')?.trainableParameters).toBe(2416 + 48_120 + 10_164 + 850);
    expect(costs.get('fc2')?.trainableParameters).toBe(850);
  });

  it('counts multiplications once for the frozen part', () => {
    expect(costs.get('input')?.frozenMultiplications).toBe(0);
    expect(costs.get('pool2')?.frozenMultiplications).toBe(conv1 + conv2);
    expect(costs.get('fc1')?.frozenMultiplications).toBe(conv1 + conv2 + dense[0]);
  });

  it('counts three times the forward pass to train, and twice for the first layer after the cut', () => {
    expect(costs.get('input')?.trainedMultiplications).toBe(2 * conv1 + 3 * (conv2 + dense[0] + dense[1] + dense[2]));
    expect(costs.get('pool2')?.trainedMultiplications).toBe(2 * dense[0] + 3 * (dense[1] + dense[2]));
    expect(costs.get('fc2')?.trainedMultiplications).toBe(2 * dense[2]);
  });

  it('counts the bytes of the cache: photos x views x (shape x 4 + the hash of the photo)', () => {
    expect(costs.get('pool1')?.cacheBytes).toBe(500 * (6 * 14 * 14 * 4 + 68));
    const [twoViews] = stageCosts(findNetwork('lenet5'), { ...setting, views: 2 }).slice(-1);
    expect(twoViews?.cacheBytes).toBe(2 * 500 * (84 * 4 + 68));
  });

  it('counts what a step holds at its worst moment', () => {
    const { suffix } = split(findNetwork('lenet5'), 'fc2');
    expect(peakActivations(suffix)).toBe(84 + 10); // features, and the gradient of the logits
    const deeper = split(findNetwork('lenet5'), 'fc1').suffix; // fc2 -> tanh -> fc3
    // going back through tanh: the features, tanh and its gradient are held while that of fc2 is made
    expect(peakActivations(deeper)).toBe(120 + 84 + 84 + 84);
  });
});

describe('activations computed twice', () => {
  const names = (id: string) => ({ weight: `${id}.weight`, bias: `${id}.bias` });
  const tanh = (id: string, input: string) => ({ kind: 'activation', id, inputs: [input], function: 'tanh' }) as const;
  /** input -> dense -> t1 -> t2 (a stage) -> t3 -> t4 -> 2 logits; 10 numbers between any two. */
  const chain: Network = {
    ...findNetwork('lenet5'),
    inputShape: [10],
    nodes: [
      { kind: 'dense', id: 'd', inputs: ['input'], outFeatures: 10, ...names('d') },
      ...[tanh('t1', 'd'), tanh('t2', 't1'), tanh('t3', 't2'), tanh('t4', 't3')],
      { kind: 'dense', id: 'h', inputs: ['t4'], outFeatures: 2, ...names('h') },
    ],
    stages: ['input', 't2'].map((id) => ({ id, node: id, title: id })),
    heads: [{ id: 'h', node: 'h', lossWeight: 1 }],
  };

  it('hold the stages and one of their insides at a time, against arithmetic on paper', () => {
    // plain, going back through t4: input, t1 to t4, and the gradients of t4 and t3
    expect(peakActivations(chain)).toBe(10 + 40 + 20);
    // recomputing: input, t2, then t3 and t4, and the same gradients
    expect(peakRecomputing(chain)).toBe(20 + 20 + 20);
  });

  it.each(['tf_efficientnet_lite0', 'resnet50', 'googlenet'])('save memory in %s for a third more work', (id) => {
    const { peakMemoryBytes, recomputing } = stageCosts(findNetwork(id), setting)[0]!;
    expect(recomputing.memoryBytes).toBeLessThan(0.7 * peakMemoryBytes);
    expect(recomputing.work).toBeGreaterThan(1.3); // one forward pass more, beside about three
    expect(recomputing.work).toBeLessThan(1.4);
  });
});

describe.each(Object.keys(networks))('the bill of %s', (id) => {
  const network = withClasses(findNetwork(id), 3);
  const costs = stageCosts(network, setting);

  it('has a row for each stage', () => {
    expect(costs.map(({ stage }) => stage)).toEqual(network.stages.map((stage) => stage.id));
  });

  it('never trains more when more is frozen, and never freezes less', () => {
    for (const [index, cost] of costs.slice(1).entries()) {
      const before = costs[index]!;
      expect(cost.trainableParameters).toBeLessThanOrEqual(before.trainableParameters);
      expect(cost.trainedMultiplications).toBeLessThanOrEqual(before.trainedMultiplications);
      expect(cost.frozenMultiplications).toBeGreaterThanOrEqual(before.frozenMultiplications);
    }
    expect(costs.at(-1)!.trainableParameters).toBeLessThan(costs[0]!.trainableParameters);
  });

  it('costs two to three times the forward pass to train whole', () => {
    const forward = multiplicationsOf(forwardWork(network));
    const ratio = multiplicationsOf(trainingWork(network)) / forward;
    expect(ratio).toBeGreaterThan(2);
    expect(ratio).toBeLessThanOrEqual(3);
    expect(forward).toBeGreaterThanOrEqual(countMultiplications(network).total); // auxiliary heads run in training only
  });

  it('needs more memory for a larger batch, and never less than the engine itself', () => {
    for (const { leastMemoryBytes, peakMemoryBytes } of costs) {
      expect(leastMemoryBytes).toBeGreaterThan(ENGINE_BYTES);
      expect(peakMemoryBytes).toBeGreaterThan(leastMemoryBytes);
    }
  });
});

it('knows how many numbers an optimizer keeps of each parameter', () => {
  expect(statesPerParameter(Recipe.parse({ optimizer: 'sgd' }))).toBe(2); // gradient, velocity
  expect(statesPerParameter(Recipe.parse({ optimizer: 'adamw' }))).toBe(3);
  expect(statesPerParameter(Recipe.parse({ optimizer: 'adamw', averaging: 0.99, accumulate: 2 }))).toBe(5);
});
