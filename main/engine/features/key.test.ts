import { expect, it } from 'vitest';
import { FEATURE_FORMAT_VERSION, type FeatureKeyParts, featureKey } from './key.ts';

const parts: FeatureKeyParts = {
  formatVersion: FEATURE_FORMAT_VERSION,
  preprocessing: {
    resizeShortSide: 256,
    cropSize: 224,
    interpolation: 'bicubic',
    mean: [0.5, 0.5, 0.5],
    standardDeviation: [0.5, 0.5, 0.5],
  },
  decoderVersion: 'sharp 0.35.5',
  augmentation: null,
  augmentationSeed: null,
  view: 0,
  weightsSha256: 'a'.repeat(64),
  networkId: 'tf_efficientnet_lite0',
  cut: 'pooled',
  executor: { name: 'onnxruntime', version: '1.30.0', threads: 2 },
  dtype: 'float32',
};

it('fault 26: a change of any part, at any depth, gives another key', () => {
  const p = parts.preprocessing;
  const changes: object[] = [
    { formatVersion: 2 },
    { preprocessing: { ...p, resizeShortSide: 255 } },
    { preprocessing: { ...p, cropSize: 223 } },
    { preprocessing: { ...p, interpolation: 'bilinear' } },
    { preprocessing: { ...p, mean: [0.5, 0.5, 0.50001] } },
    { preprocessing: { ...p, standardDeviation: [0.5, 0.4, 0.5] } },
    { decoderVersion: 'sharp 0.35.6' },
    { augmentation: { flip: true } },
    { augmentationSeed: 0 },
    { view: 1 },
    { view: '0' },
    { weightsSha256: 'b'.repeat(64) },
    { networkId: 'resnet50' },
    { cut: 'blocks.6' },
    { executor: { ...parts.executor, name: 'tensorflow' } },
    { executor: { ...parts.executor, version: '1.30.1' } },
    { executor: { ...parts.executor, threads: 1 } },
    { executor: { name: 'onnxruntime', version: '1.30.0' } },
    { dtype: 'float16' },
  ];
  expect(new Set(changes.flatMap((change) => Object.keys(change)))).toEqual(new Set(Object.keys(parts)));
  const keys = changes.map((change) => featureKey({ ...parts, ...change } as FeatureKeyParts));
  expect(new Set([featureKey(parts), ...keys]).size).toBe(changes.length + 1);
});

it('does not depend on the order of members', () => {
  const turned = Object.fromEntries(Object.entries(parts).reverse()) as FeatureKeyParts;
  expect(featureKey(turned)).toBe(featureKey(parts));
});
