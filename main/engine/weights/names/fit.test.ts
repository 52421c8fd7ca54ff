import { describe, expect, it } from 'vitest';
import { networks } from '../../../../shared/networks/registry.ts';
import { bestFit, fitNetwork } from './fit.ts';
import { nameTables } from './tables.ts';
import { theirShape } from './wanted.ts';

const all = Object.values(networks).map((make) => make());

describe.each(all)('the names of $id', (network) => {
  it.each(nameTables(network))(
    'by the table "$title" are all different, and lead back to this network alone',
    ({ wanted, title }) => {
      const file = wanted.map((tensor) => ({ name: `module.${tensor.theirs}`, shape: theirShape(tensor) }));
      expect(new Set(file.map(({ name }) => name)).size).toBe(file.length);
      const fit = bestFit(all, file);
      expect(fit).toMatchObject({ prefix: 'module.', missing: [], mismatched: [], unexpected: [], classifier: 'kept' });
      expect(fit?.network.id).toBe(network.id);
      expect(['own', title]).toContain(fit?.names);
    },
  );
});

describe('a file', () => {
  it('of a deeper network is not taken for the shallower one whose names it holds too', () => {
    const resnet34 = networks.resnet34!();
    const file = nameTables(resnet34)[0]!.wanted.map(({ name, shape }) => ({ name, shape }));
    expect(bestFit(all, file)?.network.id).toBe('resnet34');
    expect(fitNetwork(networks.resnet18!(), file).unexpected.length).toBeGreaterThan(50);
  });

  it('is of no network where nothing fits', () => {
    expect(bestFit(all, [{ name: 'conv1.weight', shape: [1, 1, 1, 1] }])).toBeNull();
  });
});
