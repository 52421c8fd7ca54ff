/** GoogLeNet an eighth as wide and for 32 pixels, with batch norm as torchvision's; with or without its side branches. */
import { activation, around, batchNorm, conv, dense, keeping, maxPool } from '../builder.ts';
import type { Network, NetworkNode } from '../network.ts';
import { labPreprocessing } from './parts.ts';

const side = 32;
const moments = { epsilon: 1e-3, momentum: 0.1 } as const;

/** Channels of the four branches, before and behind their 1x1: table 1 of the paper over 8. */
const rows = [
  { id: 'inception3a', one: 8, three: [12, 16], five: [2, 4], pooled: 4, poolAfter: false },
  { id: 'inception3b', one: 16, three: [16, 24], five: [4, 12], pooled: 8, poolAfter: true },
  { id: 'inception4a', one: 24, three: [12, 26], five: [2, 6], pooled: 8, poolAfter: false },
  { id: 'inception4b', one: 20, three: [14, 28], five: [3, 8], pooled: 8, poolAfter: false },
  { id: 'inception4c', one: 16, three: [16, 32], five: [3, 8], pooled: 8, poolAfter: false },
  { id: 'inception4d', one: 14, three: [18, 36], five: [4, 8], pooled: 8, poolAfter: false },
  { id: 'inception4e', one: 32, three: [20, 40], five: [4, 16], pooled: 16, poolAfter: true },
  { id: 'inception5a', one: 32, three: [20, 40], five: [4, 16], pooled: 16, poolAfter: false },
  { id: 'inception5b', one: 48, three: [24, 48], five: [6, 16], pooled: 16, poolAfter: false },
] as const;

type Layer = { readonly input: string; readonly outChannels: number; readonly kernel: number };

const layer = (id: string, plan: Layer): NetworkNode[] => [
  conv(id, { ...plan, padding: keeping(plan.kernel), bias: false }),
  batchNorm(`${id}.bn`, id, moments),
  activation(`${id}.act`, `${id}.bn`, 'relu'),
];

function inception({ id, one, three, five, pooled }: (typeof rows)[number], input: string): NetworkNode[] {
  const narrowed = (branch: string, kernel: number, [narrow, wide]: readonly [number, number]) => [
    ...layer(`${id}.${branch}.0`, { input, outChannels: narrow, kernel: 1 }),
    ...layer(`${id}.${branch}.1`, { input: `${id}.${branch}.0.act`, outChannels: wide, kernel }),
  ];
  return [
    ...layer(`${id}.one`, { input, outChannels: one, kernel: 1 }),
    ...narrowed('three', 3, three),
    ...narrowed('five', 5, five),
    maxPool(`${id}.pool`, input, { kernel: 3, stride: 1, padding: around(1) }),
    ...layer(`${id}.pooled`, { input: `${id}.pool`, outChannels: pooled, kernel: 1 }),
    { kind: 'concat', id, inputs: ['one', 'three.1', 'five.1', 'pooled'].map((branch) => `${id}.${branch}.act`) },
  ];
}

/** Sec. 5 of the paper: mean, 1x1, dense, dropout of 0.7, softmax; its loss counts 0.3. */
function sideBranch(id: string, input: string): NetworkNode[] {
  return [
    { kind: 'adaptiveAvgPool', id: `${id}.pool`, inputs: [input], extents: [4, 4] },
    ...layer(`${id}.conv`, { input: `${id}.pool`, outChannels: 16, kernel: 1 }),
    { kind: 'flatten', id: `${id}.flatten`, inputs: [`${id}.conv.act`] },
    dense(`${id}.fc1`, `${id}.flatten`, 128),
    activation(`${id}.fc1.act`, `${id}.fc1`, 'relu'),
    { kind: 'dropout', id: `${id}.dropout`, inputs: [`${id}.fc1.act`], rate: 0.7 },
    dense(`${id}.fc2`, `${id}.dropout`, 10),
  ];
}

/** 3 x 32 x 32 -> 10 classes, 22 layers deep. Without norms, as in the paper, two of three draws learn nothing in minutes. */
export function narrowGooglenet({ hasSideBranches }: { readonly hasSideBranches: boolean }): Network {
  const nodes: NetworkNode[] = [...layer('conv1', { input: 'input', outChannels: 16, kernel: 3 })];
  nodes.push(maxPool('pool1', 'conv1.act', { kernel: 3, stride: 2, padding: around(1) }));
  nodes.push(...layer('conv2', { input: 'pool1', outChannels: 24, kernel: 3 }));
  const stages = rows.map((row) => {
    nodes.push(...inception(row, nodes.at(-1)!.id));
    if (row.poolAfter) nodes.push(maxPool(`${row.id}.after`, row.id, { kernel: 3, stride: 2, padding: around(1) }));
    return { id: row.id, node: nodes.at(-1)!.id, title: `Inception ${row.id.slice(-2)}` };
  });
  const branches = hasSideBranches ? (['4a', '4d'] as const) : [];
  return {
    id: `lab_googlenet_bn${hasSideBranches ? '_aux' : ''}`,
    title: `Narrow GoogLeNet${hasSideBranches ? ' with side branches' : ''}`,
    paper: 'Szegedy et al. 2014, Going deeper with convolutions, arXiv:1409.4842',
    inputShape: [3, side, side],
    nodes: [
      ...nodes,
      ...branches.flatMap((name) => sideBranch(`aux${name}`, `inception${name}`)),
      { kind: 'globalAvgPool', id: 'pool', inputs: ['inception5b'] },
      { kind: 'dropout', id: 'dropout', inputs: ['pool'], rate: 0.4 },
      dense('fc', 'dropout', 10),
    ],
    stages: [
      { id: 'input', node: 'input', title: 'Image' },
      { id: 'stem', node: 'conv2.act', title: 'Convolutions 1 and 2' },
      ...stages,
      { id: 'pooled', node: 'pool', title: 'Pooled features' },
    ],
    heads: [
      { id: 'fc', node: 'fc', lossWeight: 1 },
      ...branches.map((name) => ({ id: `aux${name}`, node: `aux${name}.fc2`, lossWeight: 0.3 })),
    ],
    preprocessing: labPreprocessing(side),
  };
}
