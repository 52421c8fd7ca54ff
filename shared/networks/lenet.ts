/** LeNet-5 in its modern form: tanh, average pools, dense classifier. */
import { activation, avgPool, conv, dense, valid } from './builder.ts';
import type { ActivationFunction, Network } from './network.ts';

/**
 * 1 x 32 x 32 -> 10 classes.
 *
 * It takes grey images; as a small network for tests and for learning it has no weights of its own. Other activations
 * are for the classics lab.
 */
export function lenet5(by: ActivationFunction = 'tanh'): Network {
  const convolution = (id: string, input: string, outChannels: number) =>
    conv(id, { input, outChannels, kernel: 5, padding: valid, bias: true });
  return {
    id: by === 'tanh' ? 'lenet5' : `lab_lenet5_${by}`,
    title: by === 'tanh' ? 'LeNet-5' : `LeNet-5, ${by}`,
    paper: 'LeCun et al. 1998, Gradient-based learning applied to document recognition',
    published: {
      recipe:
        'Stochastic diagonal Levenberg-Marquardt, 20 epochs, one digit at a time (sec. III); on MNIST 0.95 % of test errors',
      accuracy: null,
      weights: null,
    },
    inputShape: [1, 32, 32],
    nodes: [
      convolution('conv1', 'input', 6),
      activation('conv1.act', 'conv1', by),
      avgPool('pool1', 'conv1.act', { kernel: 2, stride: 2 }),
      convolution('conv2', 'pool1', 16),
      activation('conv2.act', 'conv2', by),
      avgPool('pool2', 'conv2.act', { kernel: 2, stride: 2 }),
      { kind: 'flatten', id: 'flatten', inputs: ['pool2'] },
      dense('fc1', 'flatten', 120),
      activation('fc1.act', 'fc1', by),
      dense('fc2', 'fc1.act', 84),
      activation('fc2.act', 'fc2', by),
      dense('fc3', 'fc2.act', 10),
    ],
    stages: [
      { id: 'input', node: 'input', title: 'Image' },
      { id: 'pool1', node: 'pool1', title: 'Convolution 1' },
      { id: 'pool2', node: 'pool2', title: 'Convolution 2' },
      { id: 'fc1', node: 'fc1.act', title: 'Dense 1' },
      { id: 'fc2', node: 'fc2.act', title: 'Dense 2' },
    ],
    heads: [{ id: 'classifier', node: 'fc3', lossWeight: 1 }],
    preprocessing: {
      resizeShortSide: 32,
      cropSize: 32,
      interpolation: 'bicubic',
      mean: [0.5, 0.5, 0.5],
      standardDeviation: [0.5, 0.5, 0.5],
      isGrey: true,
    },
  };
}
