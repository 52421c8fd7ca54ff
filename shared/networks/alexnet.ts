/** AlexNet: that of 2012 with its two halves, and torchvision's, which is the single column of 2014. */
import {
  activation,
  around,
  conv,
  dense,
  imageNetPreprocessing,
  keeping,
  maxPool,
  torchvisionWeights,
  valid,
} from './builder.ts';
import type { Network, NetworkNode, Padding, Stage } from './network.ts';

const overlapping = { kernel: 3, stride: 2 } as const; // windows of 3 pixels, 2 apart: sec. 3.4 of the paper

type Layer = {
  readonly id: string;
  readonly input: string;
  readonly outChannels: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly groups?: number;
  readonly padding?: Padding;
};

/** Convolution with bias, and its ReLU under `relu`. */
function convRelu({ id, ...layer }: Layer, relu: string): NetworkNode[] {
  return [conv(id, { padding: keeping(layer.kernel), ...layer, bias: true }), activation(relu, id, 'relu')];
}

/** Dropout, dense, ReLU, twice, and the classifier. */
function classifier(
  input: string,
  ids: { dropouts: readonly string[]; dense: readonly string[]; acts: readonly string[] },
) {
  const [first, second] = ids.acts as readonly [string, string];
  const nodes: NetworkNode[] = [
    { kind: 'flatten', id: 'flatten', inputs: [input] },
    { kind: 'dropout', id: ids.dropouts[0]!, inputs: ['flatten'], rate: 0.5 },
    dense(ids.dense[0]!, ids.dropouts[0]!, 4096),
    activation(first, ids.dense[0]!, 'relu'),
    { kind: 'dropout', id: ids.dropouts[1]!, inputs: [first], rate: 0.5 },
    dense(ids.dense[1]!, ids.dropouts[1]!, 4096),
    activation(second, ids.dense[1]!, 'relu'),
    dense(ids.dense[2]!, second, 1000),
  ];
  return nodes;
}

function stagesOf(nodes: readonly string[]): Stage[] {
  const titles = [
    'Convolution 1',
    'Convolution 2',
    'Convolution 3',
    'Convolution 4',
    'Convolution 5',
    'Dense 6',
    'Dense 7',
  ];
  const ids = ['conv1', 'conv2', 'conv3', 'conv4', 'conv5', 'fc6', 'fc7'];
  const stages = nodes.map((node, at) => ({ id: ids[at]!, node, title: titles[at]! }));
  return [{ id: 'input', node: 'input', title: 'Image' }, ...stages];
}

const responseNorm = (id: string, input: string): NetworkNode => ({
  ...{ kind: 'localResponseNorm', id, inputs: [input], channels: 5, beta: 0.75, k: 2 },
  alpha: 5 * 1e-4, // the paper's 1e-4 is not divided by the window
});

/**
 * 3 x 227 x 227 -> 1000 classes, 61.0 million parameters, 724 million multiplications.
 *
 * The halves of its two graphics cards are two groups. The paper says 224 pixels, but 55 positions need 227. Names are
 * Caffe's.
 */
export function alexnet2012(): Network {
  const layer = (id: string, input: string, rest: Omit<Layer, 'id' | 'input'>) =>
    convRelu({ id, input, ...rest }, `${id}.act`);
  return {
    id: 'alexnet_2012',
    title: 'AlexNet (2012)',
    paper: 'Krizhevsky et al. 2012, ImageNet classification with deep convolutional neural networks, NIPS 25',
    published: {
      recipe:
        'Momentum 0.9, rate 0.01 divided by 10 three times, weight decay 0.0005, batches of 128, 90 epochs; random crops, ' +
        'mirroring, PCA colour, dropout 0.5 (sec. 4 and 5)',
      accuracy: { top1: 59.3, top5: 81.8, source: 'the paper, table 2, mean of ten crops' },
      weights: null,
    },
    inputShape: [3, 227, 227],
    nodes: [
      ...layer('conv1', 'input', { outChannels: 96, kernel: 11, stride: 4, padding: valid }),
      responseNorm('norm1', 'conv1.act'),
      maxPool('pool1', 'norm1', overlapping),
      ...layer('conv2', 'pool1', { outChannels: 256, kernel: 5, groups: 2 }),
      responseNorm('norm2', 'conv2.act'),
      maxPool('pool2', 'norm2', overlapping),
      ...layer('conv3', 'pool2', { outChannels: 384, kernel: 3 }),
      ...layer('conv4', 'conv3.act', { outChannels: 384, kernel: 3, groups: 2 }),
      ...layer('conv5', 'conv4.act', { outChannels: 256, kernel: 3, groups: 2 }),
      maxPool('pool5', 'conv5.act', overlapping),
      ...classifier('pool5', {
        ...{ dropouts: ['drop5', 'drop6'], dense: ['fc6', 'fc7', 'fc8'], acts: ['fc6.act', 'fc7.act'] },
      }),
    ],
    stages: stagesOf(['pool1', 'pool2', 'conv3.act', 'conv4.act', 'pool5', 'fc6.act', 'fc7.act']),
    heads: [{ id: 'fc8', node: 'fc8', lossWeight: 1 }],
    preprocessing: { ...imageNetPreprocessing, cropSize: 227 },
  };
}

/**
 * 3 x 224 x 224 -> 1000 classes, 61.1 million parameters, 714 million multiplications. Names are torchvision's.
 *
 * Its adaptive pool to 6 x 6 is left out: at 224 pixels it is the identity.
 */
export function alexnet(): Network {
  const layer = (index: number, input: string, rest: Omit<Layer, 'id' | 'input'>) =>
    convRelu({ id: `features.${index}`, input, ...rest }, `features.${index + 1}`);
  return {
    id: 'alexnet',
    title: 'AlexNet',
    paper: 'Krizhevsky 2014, One weird trick for parallelizing convolutional neural networks, arXiv:1404.5997',
    published: {
      recipe: 'Momentum 0.9, rate 0.01 divided by 10 every 30 epochs, weight decay 0.0001, batches of 256, 90 epochs',
      accuracy: { top1: 56.522, top5: 79.066, source: 'torchvision, IMAGENET1K_V1' },
      weights: torchvisionWeights,
    },
    inputShape: [3, 224, 224],
    nodes: [
      ...layer(0, 'input', { outChannels: 64, kernel: 11, stride: 4, padding: around(2) }),
      maxPool('features.2', 'features.1', overlapping),
      ...layer(3, 'features.2', { outChannels: 192, kernel: 5 }),
      maxPool('features.5', 'features.4', overlapping),
      ...layer(6, 'features.5', { outChannels: 384, kernel: 3 }),
      ...layer(8, 'features.7', { outChannels: 256, kernel: 3 }),
      ...layer(10, 'features.9', { outChannels: 256, kernel: 3 }),
      maxPool('features.12', 'features.11', overlapping),
      ...classifier('features.12', {
        dropouts: ['classifier.0', 'classifier.3'],
        dense: ['classifier.1', 'classifier.4', 'classifier.6'],
        acts: ['classifier.2', 'classifier.5'],
      }),
    ],
    stages: stagesOf([
      ...['features.2', 'features.5', 'features.7', 'features.9', 'features.12'],
      ...['classifier.2', 'classifier.5'],
    ]),
    heads: [{ id: 'classifier', node: 'classifier.6', lossWeight: 1 }],
    preprocessing: imageNetPreprocessing,
  };
}
