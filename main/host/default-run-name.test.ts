import { describe, expect, it } from 'vitest';
import { StageId } from '../../shared/domain/ids.ts';
import { RunRecord } from '../../shared/domain/run.ts';
import { findNetwork, networks } from '../../shared/networks/registry.ts';
import { defaultRunName } from './default-run-name.ts';

const nameOf = (backbone: string, stage: string, taken: readonly string[] = []): string =>
  defaultRunName({ backbone, frozenThrough: StageId.parse(stage) }, taken);

describe('the name of a run that was given none', () => {
  it.each([
    ['tf_efficientnet_lite0', 'pooled', 'EfficientNet-Lite0 · softmax'],
    ['tf_efficientnet_lite0', 'head', 'EfficientNet-Lite0 · softmax'], // pooling has nothing to train
    ['tf_efficientnet_lite0', 'blocks.5', 'EfficientNet-Lite0 · from Blocks 7'],
    ['tf_efficientnet_lite0', 'input', 'EfficientNet-Lite0 · whole network'],
    ['lenet5', 'pool2', 'LeNet-5 · from Dense 1'],
    ['googlenet', 'conv3', 'GoogLeNet · from Inception 3a'],
  ])('says what of %s, frozen through %s, is trained', (backbone, stage, name) => {
    expect(nameOf(backbone, stage)).toBe(name);
  });

  it('is in the language of the person', () => {
    const stage = (id: string) => ({ backbone: 'tf_efficientnet_lite0', frozenThrough: StageId.parse(id) });
    expect(defaultRunName(stage('pooled'), [], 'zh-CN')).toBe('EfficientNet-Lite0 · 仅 softmax');
    expect(defaultRunName(stage('blocks.5'), [], 'zh-CN')).toBe('EfficientNet-Lite0 · 从 Blocks 7 起');
    expect(defaultRunName(stage('input'), [], 'zh-CN')).toBe('EfficientNet-Lite0 · 整个网络');
  });

  it('has the first free number where it is taken', () => {
    const name = nameOf('lenet5', 'fc2');
    expect(nameOf('lenet5', 'fc2', ['LeNet-5'])).toBe(name);
    expect(nameOf('lenet5', 'fc2', [name])).toBe(`${name} (2)`);
    expect(nameOf('lenet5', 'fc2', [name, `${name} (2)`, `${name} (4)`])).toBe(`${name} (3)`);
  });

  it.each(Object.keys(networks))('is a valid one at every depth of %s', (backbone) => {
    for (const { id } of findNetwork(backbone).stages)
      expect(RunRecord.shape.name.parse(nameOf(backbone, id))).toMatch(/^.+ · (softmax|whole network|from .+)$/);
  });
});
