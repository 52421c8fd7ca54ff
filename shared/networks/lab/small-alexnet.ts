/** AlexNet's ideas at 32 pixels, each of which can be left out: local response norm, overlapping pools, dropout. */
import { activation, conv, dense, keeping, maxPool } from '../builder.ts';
import type { Network, NetworkNode } from '../network.ts';
import { labPreprocessing } from './parts.ts';

export type SmallAlexnet = {
  readonly hasResponseNorm: boolean;
  readonly pools: 'overlapping' | 'side by side'; // windows of 3 pixels 2 apart, or of 2
};

const side = 32;

/** Caffe's and cuda-convnet's quick networks for CIFAR-10 are of this kind. */
export function smallAlexnet({ hasResponseNorm, pools }: SmallAlexnet): Network {
  const pool = { kernel: pools === 'overlapping' ? 3 : 2, stride: 2, ceilMode: true };
  const part = (number: number, input: string, outChannels: number): NetworkNode[] => {
    const id = `conv${number}`;
    const norm: NetworkNode = {
      ...{ kind: 'localResponseNorm', id: `norm${number}`, inputs: [`${id}.act`], channels: 5, beta: 0.75, k: 2 },
      alpha: 5e-4, // the 2012 paper's 1e-4 is not divided by the window
    };
    return [
      conv(id, { input, outChannels, kernel: 5, padding: keeping(5), bias: true }),
      activation(`${id}.act`, id, 'relu'),
      ...(hasResponseNorm ? [norm] : []),
      maxPool(`pool${number}`, hasResponseNorm ? norm.id : `${id}.act`, pool),
    ];
  };
  return {
    id: smallAlexnetId({ hasResponseNorm, pools }),
    title: `Small AlexNet${hasResponseNorm ? '' : ' without LRN'}${pools === 'overlapping' ? '' : ', pools side by side'}`,
    paper: 'Krizhevsky et al. 2012, ImageNet classification with deep convolutional neural networks, NIPS 25',
    inputShape: [3, side, side],
    nodes: [
      ...part(1, 'input', 24),
      ...part(2, 'pool1', 32),
      conv('conv3', { input: 'pool2', outChannels: 48, kernel: 3, padding: keeping(3), bias: true }),
      activation('conv3.act', 'conv3', 'relu'),
      maxPool('pool3', 'conv3.act', pool),
      { kind: 'flatten', id: 'flatten', inputs: ['pool3'] },
      { kind: 'dropout', id: 'drop4', inputs: ['flatten'], rate: 0.5 },
      dense('fc4', 'drop4', 128),
      activation('fc4.act', 'fc4', 'relu'),
      { kind: 'dropout', id: 'drop5', inputs: ['fc4.act'], rate: 0.5 },
      dense('fc5', 'drop5', 10),
    ],
    stages: [
      { id: 'input', node: 'input', title: 'Image' },
      { id: 'conv1', node: 'pool1', title: 'Convolution 1' },
      { id: 'conv2', node: 'pool2', title: 'Convolution 2' },
      { id: 'conv3', node: 'pool3', title: 'Convolution 3' },
      { id: 'fc4', node: 'fc4.act', title: 'Dense 4' },
    ],
    heads: [{ id: 'fc5', node: 'fc5', lossWeight: 1 }],
    preprocessing: labPreprocessing(side),
  };
}

export function smallAlexnetId({ hasResponseNorm, pools }: SmallAlexnet): string {
  return `lab_alexnet${hasResponseNorm ? '_lrn' : ''}${pools === 'overlapping' ? '' : '_apart'}`;
}
