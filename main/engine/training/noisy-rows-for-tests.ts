import { normal, seededRandom } from '../../../shared/math/random.ts';
import type { Network, Weights } from '../../../shared/networks/network.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { split, withClasses } from '../../../shared/networks/split.ts';
import { type RowSource, rowsInMemory } from './rows.ts';

const WIDTH = 1280;
const CLASSES = 3;

/** The softmax of EfficientNet-Lite0 for three classes, alone; its weights begin at zero. */
export const softmaxAlone: Network = split(withClasses(findNetwork('tf_efficientnet_lite0'), CLASSES), 'pooled').suffix;
export const zeroSoftmax: Weights = new Map([
  ['classifier.weight', { shape: [CLASSES, WIDTH], values: new Float32Array(CLASSES * WIDTH) }],
  ['classifier.bias', { shape: [CLASSES], values: new Float32Array(CLASSES) }],
]);

/** Pooled features of three classes in turn, drawn with noise that a softmax cannot quite see through; always the same. */
export function noisyRows(count: number): RowSource {
  const random = seededRandom(5);
  const labels = Int32Array.from({ length: count }, (_, row) => row % CLASSES);
  const features = Float32Array.from({ length: count * WIDTH }, (_, at) => {
    const label = labels[Math.floor(at / WIDTH)] ?? 0;
    return normal(random) + (at % CLASSES === label ? 0.1 : 0);
  });
  return rowsInMemory({ features, featureShape: [WIDTH], labels });
}
