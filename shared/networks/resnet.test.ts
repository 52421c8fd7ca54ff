import { describe, expect, it } from 'vitest';
import { listParameters } from './parameters.ts';
import { plain18 } from './plain.ts';
import { resnet18, resnet50 } from './resnet.ts';

describe('the ResNet family', () => {
  it('can be cut after every block', () => {
    expect(resnet18().stages.map(({ id }) => id)).toEqual([
      ...['input', 'stem', 'layer1.0', 'layer1.1', 'layer2.0', 'layer2.1'],
      ...['layer3.0', 'layer3.1', 'layer4.0', 'layer4.1', 'pooled'],
    ]);
  });

  it('adds the shortcut after the linear part and before the ReLU', () => {
    const nodes = new Map(resnet50().nodes.map((node) => [node.id, node]));
    expect(nodes.get('layer1.0.add')!.inputs).toEqual(['layer1.0.bn3', 'layer1.0.downsample.1']);
    expect(nodes.get('layer1.1.add')!.inputs).toEqual(['layer1.1.bn3', 'layer1.0.act']);
    expect(nodes.get('layer1.1.act')!.inputs).toEqual(['layer1.1.add']);
  });

  it('has in Plain-18 the tensors of ResNet-18, but those of its shortcuts', () => {
    const wanted = listParameters(resnet18()).filter(({ name }) => !name.includes('.downsample.'));
    expect(listParameters(plain18())).toEqual(wanted);
    expect(plain18().nodes.some(({ kind }) => kind === 'add')).toBe(false);
  });
});
