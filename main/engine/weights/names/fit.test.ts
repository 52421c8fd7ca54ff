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

  it.each([
    ['backbone.', 'classifier.0.convs.0.0.weight'], // torchvision's DeepLab, on Pascal VOC's classes
    ['backbone.body.', 'rpn.head.conv.0.0.weight'], // its Faster R-CNN on COCO
    ['state_dict.model.backbone.', 'neck.lateral_convs.0.conv.weight'], // OpenMMLab's way
  ])(
    'of a detector or a segmenter has the body of its network behind %s, and the rest is left over',
    (prefix, other) => {
      const { wanted } = nameTables(networks.resnet50!())[0]!;
      const body = wanted.filter(({ name }) => !name.startsWith('fc.'));
      const rest = { name: other, shape: [256, 2048, 1, 1] };
      const fit = bestFit(all, [...body.map(({ name, shape }) => ({ name: `${prefix}${name}`, shape })), rest]);
      expect(fit).toMatchObject({ prefix, completeThrough: 'pooled', classifier: 'dropped', mismatched: [] });
      expect(fit?.network.id).toBe('resnet50');
      expect(fit?.missing.map(({ name }) => name)).toEqual(['fc.weight', 'fc.bias']);
      expect(fit?.unexpected).toEqual([rest]);
    },
  );

  it('is of no network where nothing fits', () => {
    expect(bestFit(all, [{ name: 'conv1.weight', shape: [1, 1, 1, 1] }])).toBeNull();
  });
});
