import { describe, expect, it } from 'vitest';
import { countParameters } from '../../../shared/networks/parameters.ts';
import { networks } from '../../../shared/networks/registry.ts';
import { split } from '../../../shared/networks/split.ts';
import { forwardWork, multiplicationsOf } from '../../../shared/planning/work.ts';
import { nearestStop, networkBlocks, sliderStops } from './network-blocks.ts';

describe.each(Object.entries(networks))('the row of blocks of %s', (_id, make) => {
  const network = make();
  const blocks = networkBlocks(network);

  it('has a block behind every stage, side by side over the whole row', () => {
    expect(blocks.map(({ stage }) => stage)).toEqual([...network.stages.slice(1).map(({ id }) => id), 'softmax']);
    let end = 0;
    for (const { left, width, height } of blocks) {
      expect(left).toBeCloseTo(end, 9);
      expect(width).toBeGreaterThan(0);
      expect(height).toBeGreaterThan(0);
      expect(height).toBeLessThanOrEqual(1);
      end = left + width;
    }
    expect(end).toBeCloseTo(1, 9);
  });

  it('has the parameters and multiplications of the network in sum, side heads aside', () => {
    const main = { ...network, heads: network.heads.slice(0, 1) };
    const { prefix, suffix } = split(main, network.stages.at(-1)!.id);
    const sum = (key: 'parameters' | 'multiplications') => blocks.reduce((total, block) => total + block[key], 0);
    expect(sum('parameters')).toBe(countParameters(prefix) + countParameters(suffix));
    const work = multiplicationsOf(forwardWork(prefix)) + multiplicationsOf(forwardWork(suffix));
    expect(sum('multiplications')).toBe(work);
  });

  it('gives the slider one stop for each freeze depth, rising', () => {
    const stops = sliderStops(blocks);
    expect(stops).toHaveLength(network.stages.length);
    expect(stops).toEqual([...stops].sort((a, b) => a - b));
    for (const [at, stop] of stops.entries()) expect(nearestStop(stops, stop)).toBe(at);
    expect(nearestStop(stops, -3)).toBe(0);
    expect(nearestStop(stops, 3)).toBe(stops.length - 1);
  });
});
