/** Inception v4: the Inception modules made uniform. Names are timm's. */
import { dense, minusOneToOne, timmWeights } from './builder.ts';
import { type Branch, convChain, halved, modulesInRow, sideBySide } from './inception-parts.ts';
import type { Network } from './network.ts';

/** Figure 3: the stem after its first three convolutions. */
const stem3: Branch[] = [halved, { layers: [['conv', 96, 3, 'halving']] }];
const stem4: Branch[] = [
  {
    layers: [
      ['branch0.0', 64, 1],
      ['branch0.1', 96, 3, 'valid'],
    ],
  },
  {
    layers: [
      ['branch1.0', 64, 1],
      ['branch1.1', 64, [1, 7]],
      ['branch1.2', 64, [7, 1]],
      ['branch1.3', 96, 3, 'valid'],
    ],
  },
];
const stem5: Branch[] = [{ layers: [['conv', 192, 3, 'halving']] }, halved];

/** Figure 4: 35 x 35. */
const moduleA: Branch[] = [
  { layers: [['branch0', 96, 1]] },
  {
    layers: [
      ['branch1.0', 64, 1],
      ['branch1.1', 96, 3],
    ],
  },
  {
    layers: [
      ['branch2.0', 64, 1],
      ['branch2.1', 96, 3],
      ['branch2.2', 96, 3],
    ],
  },
  { pool: 'mean of pixels', layers: [['branch3.1', 96, 1]] },
];

/** Figure 7 with k = 192, l = 224, m = 256, n = 384. */
const reductionA: Branch[] = [
  { layers: [['branch0', 384, 3, 'halving']] },
  {
    layers: [
      ['branch1.0', 192, 1],
      ['branch1.1', 224, 3],
      ['branch1.2', 256, 3, 'halving'],
    ],
  },
  halved,
];

/** Figure 5: 17 x 17. */
const moduleB: Branch[] = [
  { layers: [['branch0', 384, 1]] },
  {
    layers: [
      ['branch1.0', 192, 1],
      ['branch1.1', 224, [1, 7]],
      ['branch1.2', 256, [7, 1]],
    ],
  },
  {
    layers: [
      ['branch2.0', 192, 1],
      ['branch2.1', 192, [7, 1]],
      ['branch2.2', 224, [1, 7]],
      ['branch2.3', 224, [7, 1]],
      ['branch2.4', 256, [1, 7]],
    ],
  },
  { pool: 'mean of pixels', layers: [['branch3.1', 128, 1]] },
];

/** Figure 8. */
const reductionB: Branch[] = [
  {
    layers: [
      ['branch0.0', 192, 1],
      ['branch0.1', 192, 3, 'halving'],
    ],
  },
  {
    layers: [
      ['branch1.0', 256, 1],
      ['branch1.1', 256, [1, 7]],
      ['branch1.2', 320, [7, 1]],
      ['branch1.3', 320, 3, 'halving'],
    ],
  },
  halved,
];

/** Figure 6: 8 x 8. */
const moduleC: Branch[] = [
  { layers: [['branch0', 256, 1]] },
  {
    layers: [['branch1_0', 384, 1]],
    ends: [
      ['branch1_1a', 256, [1, 3]],
      ['branch1_1b', 256, [3, 1]],
    ],
  },
  {
    layers: [
      ['branch2_0', 384, 1],
      ['branch2_1', 448, [3, 1]],
      ['branch2_2', 512, [1, 3]],
    ],
    ends: [
      ['branch2_3a', 256, [1, 3]],
      ['branch2_3b', 256, [3, 1]],
    ],
  },
  { pool: 'mean of pixels', layers: [['branch3.1', 256, 1]] },
];

const times = (count: number, title: string, branches: readonly Branch[]) =>
  Array.from({ length: count }, (_, at) => ({ title: count > 1 ? `${title} ${at + 1}` : title, branches }));

const modules = [
  ...times(1, 'Stem, first branches', stem3),
  ...times(1, 'Stem, second branches', stem4),
  ...times(1, 'Stem, third branches', stem5),
  ...times(4, 'Inception A', moduleA),
  ...times(1, 'Reduction A', reductionA),
  ...times(7, 'Inception B', moduleB),
  ...times(1, 'Reduction B', reductionB),
  ...times(3, 'Inception C', moduleC),
];

/** 3 x 299 x 299 -> 1000 classes, 42.7 million parameters, 12.3 billion multiplications. */
export function inceptionV4(): Network {
  const stem = convChain('', 'input', [
    ['features.0', 32, 3, 'halving'],
    ['features.1', 32, 3, 'valid'],
    ['features.2', 64, 3],
  ]);
  const body = modulesInRow(
    stem.last,
    modules.map(({ title, branches }, at) => {
      const id = `features.${at + 3}`;
      return { id, title, make: (source) => sideBySide(id, source, branches) };
    }),
  );
  return {
    id: 'inception_v4',
    title: 'Inception v4',
    paper:
      'Szegedy et al. 2016, Inception-v4, Inception-ResNet and the impact of residual connections on learning, arXiv:1602.07261',
    published: {
      recipe: 'RMSProp with decay 0.9 and epsilon 1, rate 0.045 times 0.94 every two epochs, 20 replicas (sec. 4)',
      accuracy: { top1: 80.2, top5: 95.2, source: 'TensorFlow-Slim, whose weights timm converted' },
      weights: timmWeights,
    },
    inputShape: [3, 299, 299],
    nodes: [
      ...stem.nodes,
      ...body.nodes,
      { kind: 'globalAvgPool', id: 'global_pool', inputs: [body.last] },
      { kind: 'dropout', id: 'head_drop', inputs: ['global_pool'], rate: 0.2 },
      dense('last_linear', 'head_drop', 1000),
    ],
    stages: [
      { id: 'input', node: 'input', title: 'Image' },
      { id: 'features.2', node: stem.last, title: 'Stem, convolutions' },
      ...body.stages,
      { id: 'pooled', node: 'global_pool', title: 'Pooled features' },
    ],
    heads: [{ id: 'last_linear', node: 'last_linear', lossWeight: 1 }],
    preprocessing: minusOneToOne(342, 299),
  };
}
