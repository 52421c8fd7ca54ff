/** Network in network: 1x1 convolutions within each block, and a mean in the place of dense layers. */
import { activation, conv, dense, imageNetPreprocessing, keeping, maxPool, valid } from './builder.ts';
import type { Network, NetworkNode } from './network.ts';

type Block = {
  readonly convolution: { readonly id: string; readonly kernel: number; readonly stride?: number };
  readonly pointwise: readonly string[]; // 'cccp': cascaded cross channel parametric pooling
  readonly outChannels: number;
  readonly pool?: string;
};

const blocks: readonly Block[] = [
  {
    convolution: { id: 'conv1', kernel: 11, stride: 4 },
    pointwise: ['cccp1', 'cccp2'],
    outChannels: 96,
    pool: 'pool1',
  },
  { convolution: { id: 'conv2', kernel: 5 }, pointwise: ['cccp3', 'cccp4'], outChannels: 256, pool: 'pool2' },
  { convolution: { id: 'conv3', kernel: 3 }, pointwise: ['cccp5', 'cccp6'], outChannels: 384, pool: 'pool3' },
  { convolution: { id: 'conv4', kernel: 3 }, pointwise: ['cccp7'], outChannels: 1024 },
];

function blockNodes({ convolution, pointwise, outChannels, pool }: Block, input: string): NetworkNode[] {
  const { id, kernel, stride = 1 } = convolution;
  const padding = stride === 1 ? keeping(kernel) : valid;
  const layers = [
    { id, kernel, stride, padding },
    ...pointwise.map((name) => ({ id: name, kernel: 1, padding: valid })),
  ];
  let last = input;
  const nodes = layers.flatMap(({ id: layer, ...shape }) => {
    const source = last;
    last = `${layer}.act`;
    return [conv(layer, { input: source, outChannels, bias: true, ...shape }), activation(last, layer, 'relu')];
  });
  return pool === undefined ? nodes : [...nodes, maxPool(pool, last, { kernel: 3, stride: 2, ceilMode: true })];
}

/**
 * 3 x 224 x 224 -> 1000 classes, 7.6 million parameters, 1.06 billion multiplications; the network for ImageNet, names as
 * in Caffe's model zoo.
 *
 * Its last 1x1 convolution gives one map a class, whose mean is the logit. The mean comes first here: that is the same sum,
 * and the classifier becomes a dense layer as in the other networks. The zoo's ReLU on those maps is left out.
 */
export function networkInNetwork(): Network {
  let last = 'input';
  const nodes = blocks.flatMap((block) => {
    const made = blockNodes(block, last);
    last = made.at(-1)!.id;
    return made;
  });
  return {
    id: 'nin',
    title: 'Network in network',
    paper: 'Lin et al. 2013, Network in network, arXiv:1312.4400',
    published: {
      recipe:
        'Momentum 0.9, rate 0.01 divided by 10 every 200,000 of 450,000 batches of 64, weight decay 0.0005, dropout 0.5 ' +
        "(Caffe's model zoo; the paper has no network for ImageNet)",
      accuracy: { top1: 59.36, top5: null, source: "Caffe's model zoo" },
      weights: null,
    },
    inputShape: [3, 224, 224],
    nodes: [
      ...nodes,
      { kind: 'dropout', id: 'drop', inputs: [last], rate: 0.5 },
      { kind: 'globalAvgPool', id: 'pooled', inputs: ['drop'] },
      dense('cccp8', 'pooled', 1000),
    ],
    stages: [
      { id: 'input', node: 'input', title: 'Image' },
      { id: 'block1', node: 'pool1', title: 'Block 1' },
      { id: 'block2', node: 'pool2', title: 'Block 2' },
      { id: 'block3', node: 'pool3', title: 'Block 3' },
      { id: 'block4', node: 'cccp7.act', title: 'Block 4' },
      { id: 'pooled', node: 'pooled', title: 'Pooled features' },
    ],
    heads: [{ id: 'classifier', node: 'cccp8', lossWeight: 1 }],
    preprocessing: imageNetPreprocessing,
  };
}
