/** The example of the course notes: 28 x 28 x 192 to 28 x 28 x 32 by 5x5, straight and through 16 channels. */
import { activation, conv, dense, keeping } from '../builder.ts';
import type { Network, NetworkNode } from '../network.ts';
import { labPreprocessing } from './parts.ts';

const side = 28;
const convolution = (id: string, input: string, [kernel, outChannels]: readonly [number, number]): NetworkNode =>
  conv(id, { input, outChannels, kernel, padding: keeping(kernel), bias: false });

/** Up to the stage 'conv': 120.4 million multiplications, or 12.4 million; behind it a softmax as everywhere. */
export function bottleneckExample({ isNarrowed }: { readonly isNarrowed: boolean }): Network {
  const convolutions: NetworkNode[] = isNarrowed
    ? [convolution('narrow', 'input', [1, 16]), convolution('conv', 'narrow', [5, 32])]
    : [convolution('conv', 'input', [5, 32])];
  return {
    id: isNarrowed ? 'lab_bottleneck' : 'lab_straight',
    title: isNarrowed ? '5×5 behind a 1×1 of 16 channels' : '5×5 straight',
    paper: 'Szegedy et al. 2014, Going deeper with convolutions, arXiv:1409.4842, sec. 4',
    inputShape: [192, side, side],
    nodes: [
      ...convolutions,
      activation('act', 'conv', 'relu'),
      { kind: 'globalAvgPool', id: 'pool', inputs: ['act'] },
      dense('fc', 'pool', 10),
    ],
    stages: [
      { id: 'input', node: 'input', title: 'Feature maps' },
      { id: 'conv', node: 'act', title: '5×5' },
      { id: 'pooled', node: 'pool', title: 'Pooled features' },
    ],
    heads: [{ id: 'fc', node: 'fc', lossWeight: 1 }],
    preprocessing: labPreprocessing(side),
  };
}
