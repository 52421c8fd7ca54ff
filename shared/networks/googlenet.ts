/** GoogLeNet (Inception v1) as torchvision has it: with batch norm, and 3x3 where the paper's third branch has 5x5. */
import { activation, around, dense, maxPool, minusOneToOne, torchvisionWeights } from './builder.ts';
import { basicConv } from './inception-parts.ts';
import type { Network, NetworkNode, Stage } from './network.ts';

const auxiliaryWeight = 0.3; // of either auxiliary loss, sec. 5 of the paper

/** Channels of the four branches; the second and the third narrow first. */
type InceptionRow = {
  readonly id: string;
  readonly one: number;
  readonly two: readonly [number, number];
  readonly three: readonly [number, number];
  readonly four: number;
  readonly title: string;
  readonly poolAfter?: { readonly id: string; readonly kernel: 2 | 3 };
};

const rows: readonly InceptionRow[] = [
  { id: 'inception3a', one: 64, two: [96, 128], three: [16, 32], four: 32, title: 'Inception 3a' },
  {
    ...{ id: 'inception3b', one: 128, two: [128, 192], three: [32, 96], four: 64, title: 'Inception 3b' },
    poolAfter: { id: 'maxpool3', kernel: 3 },
  },
  { id: 'inception4a', one: 192, two: [96, 208], three: [16, 48], four: 64, title: 'Inception 4a' },
  { id: 'inception4b', one: 160, two: [112, 224], three: [24, 64], four: 64, title: 'Inception 4b' },
  { id: 'inception4c', one: 128, two: [128, 256], three: [24, 64], four: 64, title: 'Inception 4c' },
  { id: 'inception4d', one: 112, two: [144, 288], three: [32, 64], four: 64, title: 'Inception 4d' },
  {
    ...{ id: 'inception4e', one: 256, two: [160, 320], three: [32, 128], four: 128, title: 'Inception 4e' },
    poolAfter: { id: 'maxpool4', kernel: 2 },
  },
  { id: 'inception5a', one: 256, two: [160, 320], three: [32, 128], four: 128, title: 'Inception 5a' },
  { id: 'inception5b', one: 384, two: [192, 384], three: [48, 128], four: 128, title: 'Inception 5b' },
];

/** Four branches side by side, joined by channel under `row.id`. */
function inception(row: InceptionRow, input: string): NetworkNode[] {
  const { id, one, two, three, four } = row;
  const narrowed = (branch: string, [narrow, wide]: readonly [number, number]) => [
    ...basicConv(`${branch}.0`, { input, outChannels: narrow, kernel: 1 }),
    ...basicConv(`${branch}.1`, { input: `${branch}.0.bn.act`, outChannels: wide, kernel: 3 }),
  ];
  const pooled = `${id}.branch4.0`;
  return [
    ...basicConv(`${id}.branch1`, { input, outChannels: one, kernel: 1 }),
    ...narrowed(`${id}.branch2`, two),
    ...narrowed(`${id}.branch3`, three),
    maxPool(pooled, input, { kernel: 3, stride: 1, padding: around(1), ceilMode: true }),
    ...basicConv(`${id}.branch4.1`, { input: pooled, outChannels: four, kernel: 1 }),
    {
      kind: 'concat',
      id,
      inputs: ['branch1', 'branch2.1', 'branch3.1', 'branch4.1'].map((branch) => `${id}.${branch}.bn.act`),
    },
  ];
}

/** A classifier on a middle layer, which feeds that layer more gradient in training. */
function auxiliary(id: string, input: string): NetworkNode[] {
  return [
    { kind: 'adaptiveAvgPool', id: `${id}.pool`, inputs: [input], extents: [4, 4] },
    ...basicConv(`${id}.conv`, { input: `${id}.pool`, outChannels: 128, kernel: 1 }),
    { kind: 'flatten', id: `${id}.flatten`, inputs: [`${id}.conv.bn.act`] },
    dense(`${id}.fc1`, `${id}.flatten`, 1024),
    activation(`${id}.fc1.act`, `${id}.fc1`, 'relu'),
    { kind: 'dropout', id: `${id}.dropout`, inputs: [`${id}.fc1.act`], rate: 0.7 },
    dense(`${id}.fc2`, `${id}.dropout`, 1000),
  ];
}

const ceiling = { kernel: 3, stride: 2, ceilMode: true } as const;

function stem(): NetworkNode[] {
  return [
    ...basicConv('conv1', { input: 'input', outChannels: 64, kernel: 7, stride: 2 }),
    maxPool('maxpool1', 'conv1.bn.act', ceiling),
    ...basicConv('conv2', { input: 'maxpool1', outChannels: 64, kernel: 1 }),
    ...basicConv('conv3', { input: 'conv2.bn.act', outChannels: 192, kernel: 3 }),
    maxPool('maxpool2', 'conv3.bn.act', ceiling),
  ];
}

/** A stage ends with the pool that follows it: nothing in a pool trains, and what crosses is a quarter as large. */
function body(): { readonly nodes: NetworkNode[]; readonly stages: Stage[] } {
  const nodes: NetworkNode[] = [];
  const stages: Stage[] = [];
  let input = 'maxpool2';
  for (const row of rows) {
    nodes.push(...inception(row, input));
    const pool = row.poolAfter;
    if (pool) nodes.push(maxPool(pool.id, row.id, { ...ceiling, kernel: pool.kernel }));
    input = pool?.id ?? row.id;
    stages.push({ id: row.id, node: input, title: row.title });
  }
  return { nodes, stages };
}

/** 3 x 224 x 224 -> 1000 classes, 6.6 million parameters (13.0 with both auxiliary heads), 1.50 billion multiplications. */
export function googlenet(): Network {
  const { nodes, stages } = body();
  return {
    id: 'googlenet',
    title: 'GoogLeNet',
    paper: 'Szegedy et al. 2014, Going deeper with convolutions, arXiv:1409.4842',
    published: {
      recipe:
        'Momentum 0.9, the rate 4 % lower every 8 epochs, mean of the weights at the end, both side branches at 0.3 (sec. 6)',
      accuracy: { top1: 69.778, top5: 89.53, source: 'torchvision, IMAGENET1K_V1' },
      weights: torchvisionWeights,
    },
    inputShape: [3, 224, 224],
    nodes: [
      ...stem(),
      ...nodes,
      ...auxiliary('aux1', 'inception4a'),
      ...auxiliary('aux2', 'inception4d'),
      { kind: 'globalAvgPool', id: 'avgpool', inputs: ['inception5b'] },
      { kind: 'dropout', id: 'dropout', inputs: ['avgpool'], rate: 0.2 },
      dense('fc', 'dropout', 1000),
    ],
    stages: [
      { id: 'input', node: 'input', title: 'Image' },
      { id: 'conv1', node: 'maxpool1', title: 'Convolution 1' },
      { id: 'conv3', node: 'maxpool2', title: 'Convolutions 2 and 3' },
      ...stages,
      { id: 'pooled', node: 'avgpool', title: 'Pooled features' },
    ],
    heads: [
      { id: 'fc', node: 'fc', lossWeight: 1 },
      { id: 'aux1', node: 'aux1.fc2', lossWeight: auxiliaryWeight },
      { id: 'aux2', node: 'aux2.fc2', lossWeight: auxiliaryWeight },
    ],
    // torchvision's weights come with transform_input: ImageNet's mean and deviation undone again. This is the sum of both.
    preprocessing: minusOneToOne(256, 224),
  };
}
