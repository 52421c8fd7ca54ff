/** Inception-ResNet v2: Inception modules whose sum, made small, is added to their input. Names are timm's. */
import { activation, conv, dense, maxPool, minusOneToOne, timmWeights, valid } from './builder.ts';
import { type Branch, convChain, halved, modulesInRow, sideBySide } from './inception-parts.ts';
import type { Network, NetworkNode } from './network.ts';

const mixed5b: Branch[] = [
  { layers: [['branch0', 96, 1]] },
  {
    layers: [
      ['branch1.0', 48, 1],
      ['branch1.1', 64, 5],
    ],
  },
  {
    layers: [
      ['branch2.0', 64, 1],
      ['branch2.1', 96, 3],
      ['branch2.2', 96, 3],
    ],
  },
  { pool: 'mean of pixels', layers: [['branch3.1', 64, 1]] },
];

/** Figure 7 with k = 256, l = 256, m = 384, n = 384. */
const mixed6a: Branch[] = [
  { layers: [['branch0', 384, 3, 'halving']] },
  {
    layers: [
      ['branch1.0', 256, 1],
      ['branch1.1', 256, 3],
      ['branch1.2', 384, 3, 'halving'],
    ],
  },
  halved,
];

/** Figure 18. */
const mixed7a: Branch[] = [
  {
    layers: [
      ['branch0.0', 256, 1],
      ['branch0.1', 384, 3, 'halving'],
    ],
  },
  {
    layers: [
      ['branch1.0', 256, 1],
      ['branch1.1', 288, 3, 'halving'],
    ],
  },
  {
    layers: [
      ['branch2.0', 256, 1],
      ['branch2.1', 288, 3],
      ['branch2.2', 320, 3, 'halving'],
    ],
  },
  halved,
];

type Residual = {
  readonly branches: readonly Branch[];
  readonly channels: number; // of the input
  readonly factor: number; // sec. 3.3: sums that are not made small die or explode in training
  readonly relu?: false;
};

/** Figure 16: 35 x 35. */
const block35: Residual = {
  branches: [
    { layers: [['branch0', 32, 1]] },
    {
      layers: [
        ['branch1.0', 32, 1],
        ['branch1.1', 32, 3],
      ],
    },
    {
      layers: [
        ['branch2.0', 32, 1],
        ['branch2.1', 48, 3],
        ['branch2.2', 64, 3],
      ],
    },
  ],
  ...{ channels: 320, factor: 0.17 },
};

/** Figure 17: 17 x 17. */
const block17: Residual = {
  branches: [
    { layers: [['branch0', 192, 1]] },
    {
      layers: [
        ['branch1.0', 128, 1],
        ['branch1.1', 160, [1, 7]],
        ['branch1.2', 192, [7, 1]],
      ],
    },
  ],
  ...{ channels: 1088, factor: 0.1 },
};

/** Figure 19: 8 x 8. */
const block8: Residual = {
  branches: [
    { layers: [['branch0', 192, 1]] },
    {
      layers: [
        ['branch1.0', 192, 1],
        ['branch1.1', 224, [1, 3]],
        ['branch1.2', 256, [3, 1]],
      ],
    },
  ],
  ...{ channels: 2080, factor: 0.2 },
};

/** Branches, 1x1 convolution back to the channels of the input, times a constant, plus the input, ReLU. */
function residual(id: string, input: string, { branches, channels, factor, relu }: Residual): NetworkNode[] {
  const joined = sideBySide(id, input, branches).map((node) => (node.id === id ? { ...node, id: `${id}.cat` } : node));
  const nodes: NetworkNode[] = [
    ...joined,
    conv(`${id}.conv2d`, { input: `${id}.cat`, outChannels: channels, kernel: 1, padding: valid, bias: true }),
    { kind: 'scale', id: `${id}.scaled`, inputs: [`${id}.conv2d`], factor },
    { kind: 'add', id: `${id}.add`, inputs: [`${id}.scaled`, input] },
  ];
  return relu === false ? nodes : [...nodes, activation(`${id}.act`, `${id}.add`, 'relu')];
}

const mixed = (id: string, title: string, branches: readonly Branch[]) => ({
  ...{ id, title },
  make: (source: string) => sideBySide(id, source, branches),
});
const blocks = (id: string, title: string, plan: Residual & { readonly count: number }) =>
  Array.from({ length: plan.count }, (_, at) => ({
    id: `${id}.${at}`,
    title: `${title}, block ${at + 1}`,
    make: (source: string) => residual(`${id}.${at}`, source, plan),
  }));

const modules = [
  mixed('mixed_5b', 'Mixed 5b', mixed5b),
  ...blocks('repeat', '35 x 35', { ...block35, count: 10 }),
  mixed('mixed_6a', 'Mixed 6a', mixed6a),
  ...blocks('repeat_1', '17 x 17', { ...block17, count: 20 }),
  mixed('mixed_7a', 'Mixed 7a', mixed7a),
  ...blocks('repeat_2', '8 x 8', { ...block8, count: 9 }),
  {
    ...{ id: 'block8', title: 'Last block' },
    make: (source: string) => residual('block8', source, { ...block8, factor: 1, relu: false }),
  },
];

function stem(): NetworkNode[] {
  const first = convChain('', 'input', [
    ['conv2d_1a', 32, 3, 'halving'],
    ['conv2d_2a', 32, 3, 'valid'],
    ['conv2d_2b', 64, 3],
  ]);
  const second = convChain('', 'maxpool_3a', [
    ['conv2d_3b', 80, 1],
    ['conv2d_4a', 192, 3, 'valid'],
  ]);
  return [
    ...first.nodes,
    maxPool('maxpool_3a', first.last, { kernel: 3, stride: 2 }),
    ...second.nodes,
    maxPool('maxpool_5a', second.last, { kernel: 3, stride: 2 }),
  ];
}

/** 3 x 299 x 299 -> 1000 classes, 55.8 million parameters, 13.2 billion multiplications. */
export function inceptionResnetV2(): Network {
  const body = modulesInRow('maxpool_5a', modules);
  const head = convChain('', body.last, [['conv2d_7b', 1536, 1]]);
  return {
    id: 'inception_resnet_v2',
    title: 'Inception-ResNet v2',
    paper:
      'Szegedy et al. 2016, Inception-v4, Inception-ResNet and the impact of residual connections on learning, arXiv:1602.07261',
    published: {
      recipe: 'RMSProp with decay 0.9 and epsilon 1, rate 0.045 times 0.94 every two epochs, 20 replicas (sec. 4)',
      accuracy: { top1: 80.4, top5: 95.3, source: 'TensorFlow-Slim, whose weights timm converted' },
      weights: timmWeights,
    },
    inputShape: [3, 299, 299],
    nodes: [
      ...stem(),
      ...body.nodes,
      ...head.nodes,
      { kind: 'globalAvgPool', id: 'global_pool', inputs: [head.last] },
      { kind: 'dropout', id: 'head_drop', inputs: ['global_pool'], rate: 0.2 },
      dense('classif', 'head_drop', 1000),
    ],
    stages: [
      { id: 'input', node: 'input', title: 'Image' },
      { id: 'stem1', node: 'maxpool_3a', title: 'Convolutions 1 and 2' },
      { id: 'stem2', node: 'maxpool_5a', title: 'Convolutions 3 and 4' },
      ...body.stages,
      { id: 'conv2d_7b', node: head.last, title: 'Head convolution' },
      { id: 'pooled', node: 'global_pool', title: 'Pooled features' },
    ],
    heads: [{ id: 'classif', node: 'classif', lossWeight: 1 }],
    preprocessing: minusOneToOne(333, 299),
  };
}
