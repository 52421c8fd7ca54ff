/** Inception v3 as torchvision has it: factorised convolutions, one auxiliary head with batch norm. */
import { dense, maxPool, minusOneToOne, torchvisionWeights, valid } from './builder.ts';
import { type Branch, basicConv, convChain, halved, modulesInRow, sideBySide } from './inception-parts.ts';
import type { Network, NetworkNode, Stage } from './network.ts';

const auxiliaryWeight = 0.4; // TensorFlow-Slim's; the paper gives none

/** Figure 5: 35 x 35, two 3x3 for a 5x5. */
const squares = (pooled: number): Branch[] => [
  { layers: [['branch1x1', 64, 1]] },
  {
    layers: [
      ['branch5x5_1', 48, 1],
      ['branch5x5_2', 64, 5],
    ],
  },
  {
    layers: [
      ['branch3x3dbl_1', 64, 1],
      ['branch3x3dbl_2', 96, 3],
      ['branch3x3dbl_3', 96, 3],
    ],
  },
  { pool: 'mean', layers: [['branch_pool', pooled, 1]] },
];

/** Figure 10: from 35 to 17. */
const firstReduction: Branch[] = [
  { layers: [['branch3x3', 384, 3, 'halving']] },
  {
    layers: [
      ['branch3x3dbl_1', 64, 1],
      ['branch3x3dbl_2', 96, 3],
      ['branch3x3dbl_3', 96, 3, 'halving'],
    ],
  },
  halved,
];

/** Figure 6: 17 x 17, 1x7 and 7x1 for a 7x7. */
const factorised = (narrow: number): Branch[] => [
  { layers: [['branch1x1', 192, 1]] },
  {
    layers: [
      ['branch7x7_1', narrow, 1],
      ['branch7x7_2', narrow, [1, 7]],
      ['branch7x7_3', 192, [7, 1]],
    ],
  },
  {
    layers: [
      ['branch7x7dbl_1', narrow, 1],
      ['branch7x7dbl_2', narrow, [7, 1]],
      ['branch7x7dbl_3', narrow, [1, 7]],
      ['branch7x7dbl_4', narrow, [7, 1]],
      ['branch7x7dbl_5', 192, [1, 7]],
    ],
  },
  { pool: 'mean', layers: [['branch_pool', 192, 1]] },
];

/** From 17 to 8. */
const secondReduction: Branch[] = [
  {
    layers: [
      ['branch3x3_1', 192, 1],
      ['branch3x3_2', 320, 3, 'halving'],
    ],
  },
  {
    layers: [
      ['branch7x7x3_1', 192, 1],
      ['branch7x7x3_2', 192, [1, 7]],
      ['branch7x7x3_3', 192, [7, 1]],
      ['branch7x7x3_4', 192, 3, 'halving'],
    ],
  },
  halved,
];

/** Figure 7: 8 x 8, the last 3x3 as 1x3 beside 3x1. */
const widened: Branch[] = [
  { layers: [['branch1x1', 320, 1]] },
  {
    layers: [['branch3x3_1', 384, 1]],
    ends: [
      ['branch3x3_2a', 384, [1, 3]],
      ['branch3x3_2b', 384, [3, 1]],
    ],
  },
  {
    layers: [
      ['branch3x3dbl_1', 448, 1],
      ['branch3x3dbl_2', 384, 3],
    ],
    ends: [
      ['branch3x3dbl_3a', 384, [1, 3]],
      ['branch3x3dbl_3b', 384, [3, 1]],
    ],
  },
  { pool: 'mean', layers: [['branch_pool', 192, 1]] },
];

function stem(): NetworkNode[] {
  const first = convChain('', 'input', [
    ['Conv2d_1a_3x3', 32, 3, 'halving'],
    ['Conv2d_2a_3x3', 32, 3, 'valid'],
    ['Conv2d_2b_3x3', 64, 3],
  ]);
  const second = convChain('', 'maxpool1', [
    ['Conv2d_3b_1x1', 80, 1],
    ['Conv2d_4a_3x3', 192, 3, 'valid'],
  ]);
  return [
    ...first.nodes,
    maxPool('maxpool1', first.last, { kernel: 3, stride: 2 }),
    ...second.nodes,
    maxPool('maxpool2', second.last, { kernel: 3, stride: 2 }),
  ];
}

function auxiliary(input: string): NetworkNode[] {
  const id = 'AuxLogits';
  const pool = { kernel: [5, 5], stride: [3, 3], padding: valid, ceilMode: false, countIncludePad: true } as const;
  return [
    { kind: 'avgPool', id: `${id}.pool`, inputs: [input], ...pool },
    ...basicConv(`${id}.conv0`, { input: `${id}.pool`, outChannels: 128, kernel: 1 }),
    ...basicConv(`${id}.conv1`, { input: `${id}.conv0.bn.act`, outChannels: 768, kernel: 5, padding: valid }),
    { kind: 'globalAvgPool', id: `${id}.pooled`, inputs: [`${id}.conv1.bn.act`] },
    dense(`${id}.fc`, `${id}.pooled`, 1000),
  ];
}

const rows: readonly (readonly [letter: string, branches: readonly Branch[]])[] = [
  ['5b', squares(32)],
  ['5c', squares(64)],
  ['5d', squares(64)],
  ['6a', firstReduction],
  ['6b', factorised(128)],
  ['6c', factorised(160)],
  ['6d', factorised(160)],
  ['6e', factorised(192)],
  ['7a', secondReduction],
  ['7b', widened],
  ['7c', widened],
];

/** The auxiliary head stands where torchvision has it, after Mixed_6e. */
function body(): { readonly nodes: NetworkNode[]; readonly stages: Stage[] } {
  const { nodes, stages } = modulesInRow(
    'maxpool2',
    rows.map(([letter, branches]) => {
      const id = `Mixed_${letter}`;
      return { id, title: `Mixed ${letter}`, make: (source) => sideBySide(id, source, branches) };
    }),
  );
  const after = nodes.findIndex(({ id }) => id === 'Mixed_6e') + 1;
  return { nodes: [...nodes.slice(0, after), ...auxiliary('Mixed_6e'), ...nodes.slice(after)], stages };
}

/** 3 x 299 x 299 -> 1000 classes, 27.2 million parameters (23.8 without the auxiliary head), 5.71 billion multiplications. */
export function inceptionV3(): Network {
  const { nodes, stages } = body();
  return {
    id: 'inception_v3',
    title: 'Inception v3',
    paper: 'Szegedy et al. 2015, Rethinking the Inception architecture for computer vision, arXiv:1512.00567',
    published: {
      recipe:
        'RMSProp with decay 0.9 and epsilon 1, rate 0.045 times 0.94 every two epochs, gradients clipped at 2, label ' +
        'smoothing 0.1, batches of 32 on 50 replicas, 100 epochs (sec. 8)',
      accuracy: { top1: 77.294, top5: 93.45, source: 'torchvision, IMAGENET1K_V1' },
      weights: torchvisionWeights,
    },
    inputShape: [3, 299, 299],
    nodes: [
      ...stem(),
      ...nodes,
      { kind: 'globalAvgPool', id: 'avgpool', inputs: [nodes.at(-1)!.id] },
      { kind: 'dropout', id: 'dropout', inputs: ['avgpool'], rate: 0.5 },
      dense('fc', 'dropout', 1000),
    ],
    stages: [
      { id: 'input', node: 'input', title: 'Image' },
      { id: 'stem1', node: 'maxpool1', title: 'Convolutions 1 and 2' },
      { id: 'stem2', node: 'maxpool2', title: 'Convolutions 3 and 4' },
      ...stages,
      { id: 'pooled', node: 'avgpool', title: 'Pooled features' },
    ],
    heads: [
      { id: 'fc', node: 'fc', lossWeight: 1 },
      { id: 'AuxLogits', node: 'AuxLogits.fc', lossWeight: auxiliaryWeight },
    ],
    preprocessing: minusOneToOne(342, 299), // torchvision's transform_input undoes ImageNet's mean and deviation
  };
}
